/** How long a check waits, in real time, for what has to come in the end. Tests of systems that do nothing shorten it. */

/** What the contract gives a delivery, and the end of an erasure. `--patience` scales it: see RecordsWorld. */
export const WITHIN_MS = 20_000;
