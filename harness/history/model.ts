/**
 * What an object does when nothing happens at the same time: a record of functions, the required ones first. `models/` has some.
 */
import type { Json } from '../target/target.ts';
import type { HistoryCall, HistoryOperation } from './history.ts';

/** Stands for the output of an operation whose reply never came. */
export const UNKNOWN: unique symbol = Symbol('unknown output');
export type Observed = Json | typeof UNKNOWN;

export function observedOutput({ output }: Pick<HistoryOperation, 'output'>): Observed {
  return output === undefined ? UNKNOWN : output;
}

export type Step<State> =
  { readonly ok: true; readonly next: State } | { readonly ok: false; readonly why: string };

export interface Model<State> {
  init(): State;
  /**
   * Whether `output` is what `call` answers in `state`, and the state after it; `why` is read by people. Pure, and states are
   * immutable. With UNKNOWN it accepts in every state, and where the command could do nothing the state stays as it is.
   */
  step(state: State, call: HistoryCall, output: Observed): Step<State>;
  /** Equal exactly for equal states. Default: JSON.stringify. */
  stateKey?(state: State): string;
  /**
   * Equal only for calls and outputs between which `step` sees no difference in any state: leave out the ids that it ignores, and
   * the search becomes faster. Default: JSON.stringify of operation, input and output.
   */
  callKey?(call: HistoryCall, output: Observed): string;
  /** Operations of different partitions touch nothing in common. Default: the one that the recorder wrote down. */
  partitionOf?(operation: HistoryOperation): string;
  /**
   * With this output it changes no state that accepts it: a read, or a refusal that was observed. Default: false, which is always safe
   * and slower.
   */
  isRead?(call: HistoryCall, output: Observed): boolean;
}
