/** Is it wired? One request for each operation, in the order that case.json gives, with a sentence for each. */
import { randomBytes } from 'node:crypto';
import type { CaseStudy, SmokeStep } from '../contract/caseStudy.ts';
import type { Answer, JsonObject, StreamEvent, Target } from '../target/target.ts';
import type { SmokeLine } from './event.ts';
import { fillPlaceholders, MissingValue, valueAt } from './placeholders.ts';
import type { Values } from './placeholders.ts';
import { sessionIds } from './sessionIds.ts';

/** A stream that is wired but has nothing to say yet is not waited for any longer. */
const FIRST_MESSAGE_WAIT_MS = 300;

/** Never rejects because of the target. A `broken` line is a failure, `not-offered` is none. */
export async function smoke(
  caseStudy: CaseStudy,
  target: Target,
  onLine: (line: SmokeLine) => void = () => undefined,
): Promise<SmokeLine[]> {
  const values: Values = {
    id: sessionIds(randomBytes(5).toString('hex')),
    saved: new Map(),
    clockMs: target.startClockMs,
  };
  const lines: SmokeLine[] = [];
  for (const step of caseStudy.smoke) {
    const line = await smokeStep(caseStudy, target, step, values);
    lines.push(line);
    onLine(line);
  }
  return lines;
}

async function smokeStep(
  caseStudy: CaseStudy,
  target: Target,
  step: SmokeStep,
  values: Values,
): Promise<SmokeLine> {
  const name = 'stream' in step ? step.stream : step.operation;
  const capability = caseStudy.operations.get(name)?.capability;
  if (capability !== undefined && !target.capabilities.has(capability)) {
    return {
      name,
      outcome: 'not-offered',
      sentence: `needs the capability ${capability}, which is not declared`,
    };
  }
  let input: JsonObject;
  let sent: JsonObject[] = [];
  try {
    input = fillPlaceholders(step.input, values);
    if ('stream' in step) sent = (step.send ?? []).map((each) => fillPlaceholders(each, values));
  } catch (error) {
    if (!(error instanceof MissingValue)) throw error;
    return { name, outcome: 'skipped', sentence: error.message };
  }
  if ('stream' in step) return smokeStream(target, name, input, sent);
  const answer = await target.call(name, input);
  if (answer.kind === 'ok') {
    for (const [key, pointer] of Object.entries(step.save ?? {})) {
      const value = valueAt(answer.output, pointer);
      if (value !== undefined && value !== null) values.saved.set(key, value);
    }
    return { name, outcome: 'wired', sentence: 'answered as the contract says' };
  }
  // The clock of a server that casemark did not start may be ahead already: the refusal shows that it is wired.
  const control = caseStudy.operations.get(name)?.effect === 'control';
  if (answer.kind === 'refused' && control && !target.canRestart) {
    return { name, outcome: 'wired', sentence: `answered with ${answer.problem.code}` };
  }
  return notWired(name, answer);
}

async function smokeStream(
  target: Target,
  name: string,
  input: JsonObject,
  sent: readonly JsonObject[],
): Promise<SmokeLine> {
  const first = Promise.withResolvers<StreamEvent | undefined>();
  const answer = await target.subscribe(name, input, first.resolve);
  if (answer.kind !== 'ok') return notWired(name, answer);
  for (const message of sent) answer.subscription.send(message);
  const timer = setTimeout(() => first.resolve(undefined), FIRST_MESSAGE_WAIT_MS);
  const event = await first.promise;
  clearTimeout(timer);
  await answer.subscription.close();
  if (event?.kind === 'malformed') return { name, outcome: 'broken', sentence: event.reason };
  if (event?.kind === 'ended')
    return { name, outcome: 'broken', sentence: `ended at once: ${event.reason}` };
  const sentence = event ? 'sent a message as the contract says' : 'opened, and had nothing to say';
  return { name, outcome: 'wired', sentence };
}

function notWired(name: string, answer: Exclude<Answer, { kind: 'ok' }>): SmokeLine {
  if (answer.kind !== 'refused') return { name, outcome: 'broken', sentence: answer.reason };
  const { code, detail } = answer.problem;
  if (code === 'NOT_SUPPORTED')
    return { name, outcome: 'not-offered', sentence: 'answered NOT_SUPPORTED' };
  const why = detail === undefined ? '' : ` (${detail})`;
  return { name, outcome: 'broken', sentence: `was refused with ${code}${why}, expected a reply` };
}
