/**
 * One acceptance: a run that the machine spoiled is repeated once, and a second such run is a failure with that reason. A short run has a
 * second chance in any case: what a hypervisor takes away is not always told, and three rounds average little of it out.
 */
import type { Acceptance, AcceptanceOptions, AcceptanceResult } from './acceptance.ts';

const MAX_ATTEMPTS = 2;

export async function runAcceptance(
  acceptance: Pick<Acceptance, 'run'>,
  options: AcceptanceOptions,
): Promise<AcceptanceResult> {
  const spoiled: string[] = [];
  for (let attempt = 1; attempt < MAX_ATTEMPTS; attempt += 1) {
    const result = await acceptance.run(options);
    const mayRepeat = options.length === 'short' && result.verdict === 'fail';
    if (result.verdict !== 'invalid' && !mayRepeat) return result;
    spoiled.push(result.sentence);
  }
  const last = await acceptance.run(options);
  if (last.verdict !== 'invalid')
    return {
      ...last,
      sentence: `${last.sentence} (attempt ${MAX_ATTEMPTS}; before: ${spoiled.join('; ')})`,
    };
  const sentence = `spoiled ${MAX_ATTEMPTS} times: ${last.sentence}`;
  return { ...last, verdict: 'fail', sentence };
}
