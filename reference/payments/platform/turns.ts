/** Commands on one payment take effect one after the other: each waits for its turn, a bounded time. */

/** Longer than a queue of ordinary commands takes, shorter than a client's patience. */
const MAX_WAIT_MS = 5000;

/** More that wait for one payment are refused. */
const MAX_WAITING = 200;

export interface Turn {
  /** The holder goes on in the background, for long: who waits, and who comes, is turned away until it is released. */
  holdBack(): void;
  release(): void;
}

export interface Turns {
  /** Undefined when it is not to be had: the payment is busy for longer. */
  take(paymentId: string): Promise<Turn | undefined>;
  isBusy(paymentId: string): boolean;
}

interface Busy {
  waiting: ((turn: Turn | undefined) => void)[];
  isHeldBack: boolean;
}

export function turns(): Turns {
  const busy = new Map<string, Busy>();

  function turnOf(paymentId: string, entry: Busy): Turn {
    let isReleased = false;
    return {
      holdBack() {
        entry.isHeldBack = true;
        for (const wake of entry.waiting.splice(0)) wake(undefined);
      },
      release() {
        if (isReleased) return;
        isReleased = true;
        entry.isHeldBack = false;
        const next = entry.waiting.shift();
        if (next) next(turnOf(paymentId, entry));
        else busy.delete(paymentId);
      },
    };
  }

  return {
    isBusy: (paymentId) => busy.has(paymentId),
    async take(paymentId) {
      const entry = busy.get(paymentId);
      if (!entry) {
        const fresh: Busy = { waiting: [], isHeldBack: false };
        busy.set(paymentId, fresh);
        return turnOf(paymentId, fresh);
      }
      if (entry.isHeldBack || entry.waiting.length >= MAX_WAITING) return undefined;
      return new Promise((resolve) => {
        const timer = setTimeout(() => {
          entry.waiting = entry.waiting.filter((waiting) => waiting !== wake);
          resolve(undefined);
        }, MAX_WAIT_MS);
        const wake = (turn: Turn | undefined): void => {
          clearTimeout(timer);
          resolve(turn);
        };
        entry.waiting.push(wake);
      });
    },
  };
}
