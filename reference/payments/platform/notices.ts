/** What merchants are still to be told of: one notice an event, from the step that wrote it until a receiver took it. */
import type { CommitQueue } from '../../kit/commitQueue.ts';
import type { OutboxRow as StoredNotice, PaymentDatabase, Write } from '../eventStore/database.ts';
import type { PaymentEvent } from '../eventStore/paymentEvents.ts';
import type { OutsideServices } from '../outside/outsideServices.ts';
import { signatureOf } from '../webhooks/signature.ts';
import { webhookSender } from '../webhooks/webhookSender.ts';
import type { OutboxRow } from '../webhooks/webhookSender.ts';
import type { State } from './state.ts';

/** A receiver that is slower than this is asked again. */
const DELIVERY_TIMEOUT_MS = 3000;

export interface Notices {
  add(position: number, merchantId: string, paymentId: string, event: PaymentEvent): void;
  /** Begins to deliver, also what an earlier process left. */
  start(commits: CommitQueue<Write>): void;
  close(): Promise<void>;
}

interface Notice {
  readonly merchantId: string;
  readonly body: string;
}

export function notices(
  state: State,
  database: PaymentDatabase,
  outside: OutsideServices,
  nowMs: () => number,
): Notices {
  const waiting = new Map<number, Notice>();
  let commit: CommitQueue<Write>['commit'] | undefined;
  const sender = webhookSender({ pending, delivered, deliver });

  function pending(limit: number): OutboxRow[] {
    const rows: OutboxRow[] = [];
    for (const [id, { merchantId, body }] of waiting) {
      if (rows.length >= limit) break;
      const webhook = state.merchants.get(merchantId)?.webhook;
      if (webhook) rows.push({ id, merchantId, ...webhook, body });
    }
    return rows;
  }

  /** Should it not be written, it is delivered again after the next start: at least once is the promise. */
  function delivered(positions: readonly number[]): void {
    for (const position of positions) waiting.delete(position);
    commit?.({ delivered: positions }).catch(() => undefined);
  }

  function deliver({ url, secret, body }: OutboxRow): Promise<boolean> {
    const signature = signatureOf(secret, body, Math.floor(nowMs() / 1000));
    return outside.deliverWebhook(url, body, signature, DELIVERY_TIMEOUT_MS);
  }

  function add(
    position: number,
    merchantId: string,
    paymentId: string,
    { seq, type, atMs }: PaymentEvent,
  ): void {
    const eventId = `${paymentId}-${seq}`;
    const body = JSON.stringify({ merchantId, eventId, paymentId, seq, type, atMs });
    waiting.set(position, { merchantId, body });
    if (commit) sender.wake();
  }

  function reload({ position, merchant }: StoredNotice): void {
    const { payment, body } = database.eventAt(position);
    add(position, merchant, payment, JSON.parse(body) as PaymentEvent);
  }

  return {
    add,
    start(commits) {
      for (const stored of database.outbox()) reload(stored);
      commit = (step) => commits.commit(step);
      sender.wake();
    },
    close: () => sender.close(),
  };
}
