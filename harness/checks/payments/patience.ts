/** How long a check waits, in real time, for what has to come in the end. Tests of platforms that do nothing shorten it. */

/** When a provider answers again everything is resolved in this time, says the contract. */
export const MAX_RESOLVE_MS = 20_000;
