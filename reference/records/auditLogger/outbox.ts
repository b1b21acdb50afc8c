/**
 * Delivers to organisations, at least once: what is to be sent stands in the store until the receiver took it, so a crash in
 * between sends it again. Each organisation has a loop of its own and waits for no other.
 */
import { Closed } from '../../kit/lifetime.ts';
import type { Lifetime } from '../../kit/lifetime.ts';

export interface OutboxOptions<Item> {
  /** The oldest that are still to be sent, as many as go into one sending; empty when there is nothing. */
  pending(organizationId: string): readonly Item[];
  /** One attempt for all of the items: whether each of them was taken. A rejection is a failure. */
  send(organizationId: string, items: readonly Item[]): Promise<boolean>;
  /** Takes the items out of the store, durably. A rejection is a failure: they are sent again. */
  delivered(organizationId: string, items: readonly Item[]): Promise<void> | void;
  /** Ends the pauses; after its end nothing begins. */
  readonly lifetime: Pick<Lifetime, 'pause' | 'isClosed'>;
}

export interface Outbox {
  /** There is something new for the organisation, or may be after a start. */
  wake(organizationId: string): void;
  /** Resolves when the loops have ended, which they do once the lifetime is closed or all is delivered. */
  settled(): Promise<void>;
}

/** A sending that takes longer has failed; `send` is to give up by then. */
export const SEND_TIMEOUT_MS = 2000;

const FIRST_PAUSE_MS = 50;

/** A receiver that answers again is sent to after so long at the latest. */
const LONGEST_PAUSE_MS = 2000;

export function outbox<Item>(options: OutboxOptions<Item>): Outbox {
  const { pending, send, delivered, lifetime } = options;
  const loops = new Map<string, Promise<void>>();

  function wake(organizationId: string): void {
    if (lifetime.isClosed() || loops.has(organizationId)) return;
    loops.set(organizationId, loop(organizationId));
  }

  async function loop(organizationId: string): Promise<void> {
    let pauseMs = FIRST_PAUSE_MS;
    // The loop is in the map before it looks, and out of it in the step that finds nothing: no wake falls in between.
    await Promise.resolve();
    while (!lifetime.isClosed()) {
      const sent = await sendPending(organizationId).catch(() => 'failed');
      if (sent === 'nothing') return;
      if (sent === 'taken') pauseMs = FIRST_PAUSE_MS;
      else {
        await pause(pauseMs);
        pauseMs = Math.min(2 * pauseMs, LONGEST_PAUSE_MS);
      }
    }
  }

  async function sendPending(organizationId: string): Promise<'nothing' | 'taken' | 'failed'> {
    const items = pending(organizationId);
    if (items.length === 0) {
      loops.delete(organizationId);
      return 'nothing';
    }
    const isTaken = await inTime(send(organizationId, items));
    if (!isTaken || lifetime.isClosed()) return 'failed';
    await delivered(organizationId, items);
    return 'taken';
  }

  async function pause(ms: number): Promise<void> {
    try {
      await lifetime.pause(ms);
    } catch (error) {
      if (!(error instanceof Closed)) throw error;
    }
  }

  return {
    wake,
    async settled() {
      await Promise.all(loops.values());
    },
  };
}

/** False when it took too long. Rejects with what `sending` rejects with. */
async function inTime(sending: Promise<boolean>): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined;
  const tooLate = new Promise<boolean>((resolve) => {
    timer = setTimeout(() => resolve(false), SEND_TIMEOUT_MS);
  });
  try {
    return await Promise.race([sending, tooLate]);
  } finally {
    clearTimeout(timer);
  }
}
