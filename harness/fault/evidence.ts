/** What proves that a fault bit. Without it a fault has tested nothing. */

/**
 * `installed`: it was seen to bite. `skipped`: it did not touch anything, or cannot be done here. `indeterminate`: it was tried, and
 * nothing tells whether it bit.
 */
export type Bite = 'installed' | 'skipped' | 'indeterminate';

export interface Evidence {
  readonly bite: Bite;
  /** One sentence for the report. */
  readonly why: string;
  /** The figures behind it: bytes dropped, sockets reset, exit signal, state of the process. */
  readonly facts: Readonly<Record<string, string | number>>;
}

export function evidence(
  bite: Bite,
  why: string,
  facts: Readonly<Record<string, string | number>> = {},
): Evidence {
  return { bite, why, facts };
}

/** For what this machine or this user cannot do. */
export function notApplicableHere(reason: string): Evidence {
  return evidence('skipped', `not applicable here: ${reason}`);
}
