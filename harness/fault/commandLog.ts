/** What became of each command of a campaign, in arrays: a campaign has hundreds of thousands. */

export interface CommandLog {
  /** Of the commands that were or are to be sent; the arrays may be longer. */
  count: number;
  /** Intended start, by the clock of the campaign. */
  readonly startMs: Float64Array;
  /** Its first attempt's reply, or when nobody waited for one any more; NaN while it is under way. */
  readonly endMs: Float64Array;
  /** When it was acknowledged or refused for good, at once or by a retry; NaN when it never was. */
  readonly settledMs: Float64Array;
  readonly fate: Uint8Array;
  /** 1 where it failed and nobody may repeat it: neither a read nor a command with an idempotency key. */
  readonly unrepeatable: Uint8Array;
  /** How much later than intended it was sent. */
  readonly lagMs: Float32Array;
  /** How many of those available were refusals that the workload expects. */
  refused: number;
}

/**
 * `available`: answered in time, by the first attempt. `late`: answered by the first attempt, too late. `failed`: no usable answer.
 * `not-sent`: every client was waiting for an answer. `unknown`: not reached.
 */
export const FATES = ['unknown', 'available', 'late', 'failed', 'not-sent'] as const;
export type Fate = (typeof FATES)[number];

export function commandLog(count: number): CommandLog {
  return {
    count,
    startMs: new Float64Array(count).fill(NaN),
    endMs: new Float64Array(count).fill(NaN),
    settledMs: new Float64Array(count).fill(NaN),
    fate: new Uint8Array(count),
    unrepeatable: new Uint8Array(count),
    lagMs: new Float32Array(count),
    refused: 0,
  };
}

export function fateOf(log: CommandLog, index: number): Fate {
  return FATES[log.fate[index]!]!;
}

export function setFate(log: CommandLog, index: number, fate: Fate): void {
  log.fate[index] = FATES.indexOf(fate);
}
