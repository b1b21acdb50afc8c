/** One durable step of a payment: its events, ledger entries and new state, written at once. */
import { createHash } from 'node:crypto';
import canonicalize from 'canonicalize';
import type { Entry, Line, PaymentEvent } from '../../../../spec/payments/messages.d.ts';
import type { JsonObject } from '../../../target/target.ts';
import { copyPlain } from '../../testing/copyPlain.ts';
import { has, write } from './life.ts';
import type { Life } from './life.ts';
import type { KeptKey, PaymentState, RefundState } from './state.ts';

const GENESIS_HASH = '0'.repeat(64);

export interface Step {
  /** A copy, to be changed; it becomes the payment when it is written. */
  readonly payment: PaymentState;
  event(type: string, data?: object): void;
  /** Belongs to the last event; lines of nothing are left out. @returns its id */
  entry(kind: Entry['kind'], lines: readonly Line[], reverses?: string | null): string;
  write(more?: { refund?: RefundState; key?: KeptKey }): PaymentState;
}

export function openStep(life: Life, before: PaymentState): Step {
  const payment = copyPlain(before);
  const { paymentId } = payment;
  const events: PaymentEvent[] = [];
  const entries: Entry[] = [];
  const known = life.state.events.get(paymentId) ?? [];
  const entriesBefore = life.state.entries.get(paymentId)?.length ?? 0;
  const event: Step['event'] = (type, data = {}) => {
    const isSkipped = type === 'payment.captured' && has(life, 'skips a seq');
    const seq = payment.version + (isSkipped ? 2 : 1);
    const prevHash = (events.at(-1) ?? known.at(-1))?.hash ?? GENESIS_HASH;
    const content = { seq, type, atMs: life.nowMs, data: data as JsonObject };
    const { atMs, ...timeless } = { ...content, atMs: life.nowMs };
    const hashed = has(life, 'hashes without the time') ? timeless : { ...timeless, atMs };
    events.push({ ...content, prevHash, hash: chainHash(prevHash, hashed) });
    payment.version = seq;
  };
  return {
    payment,
    event,
    entry(kind, lines, reverses = null) {
      const entryId = `${paymentId}-e${entriesBefore + entries.length + 1}`;
      const named = has(life, 'names nothing in a release') ? null : reverses;
      const moved = lines.filter(({ amountMinor }) => amountMinor > 0);
      const seq = has(life, 'names the first event in every entry') ? 1 : payment.version;
      entries.push({
        entryId,
        seq,
        atMs: life.nowMs,
        kind,
        lines: moved,
        reverses: named,
      } as Entry);
      return entryId;
    },
    write(more = {}) {
      write(life, { kind: 'step', payment, events, entries, ...more });
      return payment;
    },
  };
}

function chainHash(prevHash: string, content: object): string {
  return createHash('sha256')
    .update(Buffer.from(prevHash, 'hex'))
    .update(canonicalize(content) ?? '')
    .digest('hex');
}
