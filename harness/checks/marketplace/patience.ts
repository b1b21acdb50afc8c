/** How long a check waits, in real time, for what has to come in the end. Tests of markets that do nothing shorten it. */

/** For a request that is refused with "not now", and sent again, to be carried out or refused for good. */
export const MAX_NOT_NOW_MS = 15_000;
/** For a pending order, or a charge that is to be voided, once the payment service can be asked. */
export const MAX_RESOLVE_MS = 20_000;
