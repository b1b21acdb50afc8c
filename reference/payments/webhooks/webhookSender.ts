/**
 * Delivers what stands in the outbox, at least once: a row leaves it only after the receiver took it, so a crash in between
 * delivers it again. The receiver knows a repetition by the event's id in the body.
 */
export interface OutboxRow {
  readonly id: number;
  readonly merchantId: string;
  readonly url: string;
  readonly secret: string;
  readonly body: string;
}

export interface Outbox {
  /** The oldest rows that are not yet delivered, at most `limit`. */
  pending(limit: number): readonly OutboxRow[];
  /** Takes rows out of the outbox, durably. */
  delivered(ids: readonly number[]): void;
  /** One attempt: whether the receiver took it. Must end in time by itself. */
  deliver(row: OutboxRow): Promise<boolean>;
}

export interface WebhookSender {
  /** Something was added to the outbox, or may be there after a start. */
  wake(): void;
  /** Begins nothing more; resolves when the attempts under way have ended. */
  close(): Promise<void>;
}

const CONCURRENCY = 8;
/** Rows looked at: those that wait after a failure must not hide the ones behind them. */
const WINDOW_ROWS = 1000;
const FIRST_PAUSE_MS = 200;
const LONGEST_PAUSE_MS = 5000;

export function webhookSender(outbox: Outbox): WebhookSender {
  const inFlight = new Map<number, Promise<void>>();
  /** Rows that failed: how often, and the timer that ends the pause; undefined when it is over. */
  const failed = new Map<number, { failures: number; timer: NodeJS.Timeout | undefined }>();
  let isClosed = false;

  function wake(): void {
    if (isClosed || inFlight.size >= CONCURRENCY) return;
    for (const row of outbox.pending(WINDOW_ROWS)) {
      if (inFlight.size >= CONCURRENCY) return;
      if (inFlight.has(row.id) || failed.get(row.id)?.timer) continue;
      inFlight.set(row.id, attempt(row));
    }
  }

  async function attempt(row: OutboxRow): Promise<void> {
    const isDone = await deliverOnce(row).catch(() => false);
    inFlight.delete(row.id);
    if (isDone) failed.delete(row.id);
    else if (!isClosed) pause(row.id);
    wake();
  }

  /** An outbox that cannot take the row out is a failure too: it is delivered again. */
  async function deliverOnce(row: OutboxRow): Promise<boolean> {
    const isTaken = await outbox.deliver(row);
    if (isTaken) outbox.delivered([row.id]);
    return isTaken;
  }

  function pause(id: number): void {
    const failures = (failed.get(id)?.failures ?? 0) + 1;
    const endPause = () => {
      failed.set(id, { failures, timer: undefined });
      wake();
    };
    failed.set(id, { failures, timer: setTimeout(endPause, pauseMs(failures)) });
  }

  return {
    wake,
    async close() {
      isClosed = true;
      for (const { timer } of failed.values()) clearTimeout(timer);
      await Promise.all(inFlight.values());
    },
  };
}

/** Doubles with each failure in a row. */
function pauseMs(failures: number): number {
  return Math.min(FIRST_PAUSE_MS * 2 ** (failures - 1), LONGEST_PAUSE_MS);
}
