/** An event in its stream: numbered, hashed, with the ledger entries that belong to it. */
import { hash } from 'node:crypto';
import { canonicalJson } from '../../kit/canonicalJson.ts';
import { entryId, fold } from './payment.ts';
import type { Payment } from './payment.ts';
import type { Draft, EntryDraft, PaymentEvent } from './paymentEvents.ts';

export interface Entry extends EntryDraft {
  readonly entryId: string;
  readonly seq: number;
  readonly atMs: number;
}

export interface EventRecord {
  readonly paymentId: string;
  readonly event: PaymentEvent;
  /** Canonical JSON of the event without prevHash and hash: what is hashed. */
  readonly body: string;
  readonly hash: Buffer;
  readonly entries: readonly Entry[];
}

/** A stream so far: the payment that its events say, and the hash of the last one. */
export interface StreamEnd {
  readonly payment: Payment;
  readonly lastHash: Buffer;
}

export const GENESIS_HASH = Buffer.alloc(32);

/** Puts a draft at the end of a stream, at nowMs or, should the clock have stepped back, at the time of the event before. */
export function append(
  end: StreamEnd | undefined,
  paymentId: string,
  draft: Draft,
  nowMs: number,
): { end: StreamEnd; record: EventRecord } {
  const seq = (end?.payment.version ?? 0) + 1;
  const atMs = Math.max(nowMs, end?.payment.lastAtMs ?? 0);
  const { type, data } = draft;
  const kept = 'kept' in draft ? draft.kept : null;
  const event = { seq, type, atMs, data, kept } as PaymentEvent;
  const body = canonicalJson({ seq, type, atMs, data });
  const lastHash = chainHash(end?.lastHash ?? GENESIS_HASH, body);
  const entries = (draft.entries ?? []).map((entry, index) => ({
    entryId: entryId(paymentId, seq, index),
    seq,
    atMs,
    ...entry,
  }));
  const payment = fold(end?.payment, paymentId, event);
  return {
    end: { payment, lastHash },
    record: { paymentId, event, body, hash: lastHash, entries },
  };
}

/** SHA-256(hash of the event before, 32 raw bytes || canonical JSON). */
export function chainHash(previous: Buffer, body: string): Buffer {
  const length = 32 + Buffer.byteLength(body);
  const bytes = length <= scratch.length ? scratch : Buffer.allocUnsafe(length);
  previous.copy(bytes);
  bytes.write(body, 32);
  return hash('sha256', bytes.subarray(0, length), 'buffer');
}

/** Reused for every event that fits: hashing is on the path of every reply. */
const scratch = Buffer.allocUnsafe(16 * 1024);
