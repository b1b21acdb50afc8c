/** What every binding is bounded by. */

/** The longest pages of the contracts (1 000 events with request and reply) stay well below; what is longer was not asked for. */
export const MAX_REPLY_BYTES = 16 * 1024 * 1024;

/** What a subscriber has sent and the other side has not read: beyond it nothing more is taken. More than any system buffers by itself. */
export const MAX_UNSENT_BYTES = 16 * 1024 * 1024;

/** A call that takes longer than this on loopback hangs. `--patience` scales it. */
export const DEFAULT_CALL_TIMEOUT_MS = 5_000;

/** What is kept of a reply that is not one of the contract, in characters: enough for an error page and what it gives away. */
export const MAX_RAW_REPLY_CHARS = 64 * 1024;

/** What is kept of what a process writes: the end of a stack trace and what led to it. */
export const MAX_LOG_CHARS = 16 * 1024;

/** What is kept of it to be searched: all that a process of a single check writes, unless it logs every byte that it handles. */
export const MAX_OUTPUT_BYTES = 1024 * 1024;
