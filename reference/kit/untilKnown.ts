/** Asks an outside service until it answers: a few times while the client waits, then in the background. */
/** Asked so often before the client is told that the outcome is not known. */
const TRIES_IN_FOREGROUND = 2;

const FIRST_PAUSE_MS = 100;

/** A service that answers again is asked at the latest after so long. */
const MAX_PAUSE_MS = 2000;

/** A call that resolves an outcome may be repeated, so it need not wait as long as the call that it resolves. */
const MAX_CALL_MS = 2000;

/**
 * `ask` answers undefined for "not known yet". `inBackground` is called once, when the client has waited enough. Rejects with
 * what `pause` rejects with.
 */
export async function untilKnown<T>(
  pause: (ms: number) => Promise<void>,
  inBackground: () => Promise<void> | void,
  ask: () => Promise<T | undefined>,
): Promise<T> {
  let pauseMs = FIRST_PAUSE_MS;
  for (let tries = 1; ; tries++) {
    const known = await ask();
    if (known !== undefined) return known;
    if (tries === TRIES_IN_FOREGROUND) await inBackground();
    await pause(pauseMs);
    pauseMs = Math.min(pauseMs * 2, MAX_PAUSE_MS);
  }
}

export function resolvingTimeoutMs(callTimeoutMs: number): number {
  return Math.min(callTimeoutMs, MAX_CALL_MS);
}
