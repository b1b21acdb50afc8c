/** Which mutants are run: those asked for, and of these a sample. */
import fc from 'fast-check';
import { SpecError } from '../contract/specError.ts';
import type { Mutant } from './mutant.ts';

export interface MutantChoice {
  /** Ids of mutants, or clauses and requirements that they break. */
  readonly only?: readonly string[];
  readonly sample?: number;
  readonly seed: number;
}

/** @throws SpecError for a name that no mutant has */
export function chooseMutants(all: readonly Mutant[], choice: MutantChoice): Mutant[] {
  const { only, sample, seed } = choice;
  for (const name of only ?? []) {
    if (all.some((mutant) => isNamed(mutant, name))) continue;
    throw new SpecError(`--only ${name}: no mutant has this id or breaks this clause.`);
  }
  const asked = only
    ? all.filter((mutant) => only.some((name) => isNamed(mutant, name)))
    : [...all];
  if (sample === undefined || sample >= asked.length) return asked;
  const chosen = fc.shuffledSubarray(asked, { minLength: sample, maxLength: sample });
  return fc.sample(chosen, { numRuns: 1, seed })[0]!;
}

function isNamed({ id, clause }: Mutant, name: string): boolean {
  return id === name || clause === name || clause.startsWith(`${name}.`);
}
