/**
 * When a reply is late. Node runs the timers that are due before it reads what has arrived: after a time in which casemark itself was
 * busy, a reply that was there long before would be missed. So the time by which the deadline itself comes late is given once more.
 */

export interface ReplyDeadline {
  /** The reply is there. */
  clear(): void;
}

/** @param onMissed called once, unless it was cleared */
export function replyDeadline(timeoutMs: number, onMissed: () => void): ReplyDeadline {
  const dueMs = performance.now() + timeoutMs;
  let timer = setTimeout(() => {
    timer = setTimeout(onMissed, performance.now() - dueMs);
  }, timeoutMs);
  return { clear: () => clearTimeout(timer) };
}
