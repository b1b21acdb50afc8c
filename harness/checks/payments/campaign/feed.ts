/**
 * The streams of the feed, folded while it is read: of a million events only what a judge needs later is kept, some hundred bytes a
 * payment and a number an event.
 */
import type { FeedEvent, Payment, PaymentEvent } from '../../../../spec/payments/messages.d.ts';
import { chainHash, GENESIS_HASH } from '../../kit/hashChain.ts';
import { foldEvent, MissingField } from '../foldEvents.ts';
import type { FoldedPayment } from '../foldEvents.ts';
import type { Report } from '../../kit/campaign/findings.ts';

/** What the events up to `seq` say of the payment's money. */
export interface StreamState {
  readonly seq: number;
  readonly status: Payment['status'];
  readonly capturableMinor: number;
  readonly receivedMinor: number;
  readonly refundedMinor: number;
}

export type RefundOutcome = 'requested' | 'refunded' | 'failed';

export interface Stream {
  readonly paymentId: string;
  /** Undefined while it does not begin with a payment.created that can be read. */
  payment: FoldedPayment | undefined;
  /** seq of the last event. */
  version: number;
  lastHash: string;
  /** Where the state changed, by ascending seq. */
  readonly states: StreamState[];
  /** By refundId; undefined where nothing was refunded. */
  refunds: Map<string, RefundOutcome> | undefined;
  /** Decline codes, in order; undefined where nothing was declined. */
  declines: string[] | undefined;
  /** Whether a confirmation ended in a 503, which leaves its key free. */
  wasRefused: boolean;
  captures: number;
}

export interface Feed {
  readonly streams: Map<string, Stream>;
  lastPosition: number;
  /** Once its positions are out of order nobody can tell where it goes on: it is read no further. */
  isBroken: boolean;
  /** The first 48 bits of each event's hash, in the order in which they were read. */
  readonly marks: number[];
}

export function emptyFeed(): Feed {
  return { streams: new Map(), lastPosition: 0, isBroken: false, marks: [] };
}

export function addEvent(
  feed: Feed,
  { position, paymentId, event }: FeedEvent,
  report: Report,
): void {
  if (position !== feed.lastPosition + 1) {
    report(
      `The feed has position ${position} (event ${event.seq} of payment ${paymentId}) where ${feed.lastPosition + 1} belongs.`,
    );
    feed.isBroken = true;
  }
  feed.lastPosition = position;
  feed.marks.push(markOf(event));
  const stream = feed.streams.get(paymentId) ?? newStream(paymentId);
  feed.streams.set(paymentId, stream);
  holdLink(stream, event, report);
  stream.version = event.seq;
  stream.lastHash = event.hash;
  follow(stream, event, report);
}

/** Of which event it is, as far as a re-read has to tell. */
export function markOf({ hash }: PaymentEvent): number {
  return parseInt(hash.slice(0, 12), 16);
}

/** The state after the event `seq`; undefined before the first one. */
export function stateAt({ states }: Stream, seq: number): StreamState | undefined {
  return states.findLast((state) => state.seq <= seq);
}

function newStream(paymentId: string): Stream {
  return {
    ...{ paymentId, payment: undefined, version: 0, lastHash: GENESIS_HASH, states: [] },
    ...{ refunds: undefined, declines: undefined, wasRefused: false, captures: 0 },
  };
}

function holdLink(stream: Stream, event: PaymentEvent, report: Report): void {
  const { paymentId, version, lastHash } = stream;
  const { seq, prevHash, hash } = event;
  if (seq !== version + 1) {
    report(`The stream of payment ${paymentId} has event ${seq} where ${version + 1} belongs.`);
  }
  if (prevHash !== lastHash) {
    report(
      `The prevHash of event ${seq} of payment ${paymentId} is not the hash of the event before it.`,
    );
  }
  if (hash !== chainHash(event)) {
    report(
      `The hash of event ${seq} of payment ${paymentId} is not that of its prevHash and its content.`,
    );
  }
}

function follow(stream: Stream, event: PaymentEvent, report: Report): void {
  const { paymentId } = stream;
  try {
    stream.payment = foldEvent(stream.payment, event);
  } catch (error) {
    if (!(error instanceof MissingField)) throw error;
    return report(
      `Event ${event.seq} of payment ${paymentId} cannot be read: ${(error as Error).message}.`,
    );
  }
  if (!stream.payment) {
    return report(`The stream of payment ${paymentId} begins with ${event.type}.`);
  }
  const { refundId, declineCode } = event.data as Record<string, string>;
  switch (event.type) {
    case 'payment.declined':
      (stream.declines ??= []).push(declineCode ?? '');
      break;
    case 'payment.refused':
      stream.wasRefused = true;
      break;
    case 'payment.captured':
      stream.captures += 1;
      break;
    case 'refund.requested':
      (stream.refunds ??= new Map()).set(refundId ?? '', 'requested');
      break;
    case 'refund.failed':
      (stream.refunds ??= new Map()).set(refundId ?? '', 'failed');
      break;
    case 'payment.refunded':
      if (stream.refunds?.get(refundId ?? '') === 'refunded') {
        report(`Payment ${paymentId} has refund ${refundId} twice in its stream.`);
      }
      (stream.refunds ??= new Map()).set(refundId ?? '', 'refunded');
      break;
  }
  keepState(stream, stream.payment);
}

function keepState({ states }: Stream, payment: FoldedPayment): void {
  const last = states.at(-1);
  const state: StreamState = {
    seq: payment.version,
    status: payment.status,
    capturableMinor: payment.amountCapturableMinor,
    receivedMinor: payment.amountReceivedMinor,
    refundedMinor: payment.amountRefundedMinor,
  };
  const isSame =
    last?.status === state.status &&
    last.capturableMinor === state.capturableMinor &&
    last.receivedMinor === state.receivedMinor &&
    last.refundedMinor === state.refundedMinor;
  if (!isSame) states.push(state);
}
