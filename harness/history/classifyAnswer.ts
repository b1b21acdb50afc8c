/**
 * What an answer says about the effect of its command. Whoever does not know says `info`: `fail` needs the contract's word that nothing
 * happened and nothing will.
 */
import type { Answer, Json, JsonObject } from '../target/target.ts';
import type { Outcome } from './history.ts';

export interface OutcomeRules {
  /** The `definite` bit of the contract's error table; false for a code that it does not have. */
  definite(operation: string, code: string): boolean;
  /**
   * Definite refusals that the model wants to see: a compare-and-set that did not match, a declined payment that is kept. They are `ok` with the
   * output `{refused: code, problem}`. Any other definite refusal is a `fail`, which a model never sees: its effect is nothing, and why it was
   * refused is judged elsewhere. Default: none.
   */
  observes?(operation: string, code: string): boolean;
}

export interface Classified {
  readonly outcome: Outcome;
  readonly output?: Json;
  readonly error?: string;
}

/**
 * A malformed reply is `info` like a lost one: that it breaks the contract is the judge's of replies business; whether the command took
 * effect it does not say.
 */
export function classifyAnswer(operation: string, answer: Answer, rules: OutcomeRules): Classified {
  switch (answer.kind) {
    case 'ok':
      return { outcome: 'ok', output: answer.output };
    case 'refused': {
      const { problem } = answer;
      const { code } = problem;
      if (!rules.definite(operation, code)) return { outcome: 'info', error: code };
      if (rules.observes?.(operation, code) === true) {
        // Only what was parsed from JSON can be here, so nothing of it is undefined.
        return { outcome: 'ok', output: { refused: code, problem: problem as JsonObject } };
      }
      return { outcome: 'fail', error: code };
    }
    case 'malformed':
    case 'indeterminate':
      return { outcome: 'info', error: `${answer.kind}: ${answer.reason}` };
  }
}

/** The rule of a contract's error table. */
export function definiteBy(
  errors: ReadonlyMap<string, { readonly definite: boolean }>,
): OutcomeRules['definite'] {
  return (_operation, code) => errors.get(code)?.definite === true;
}
