/** PAY-EVT-01.e: what was acknowledged or shown stands in the feed, and the feed gives the state that is served. Pure; O(n). */
import type { Payment, Refund } from '../../../../spec/payments/messages.d.ts';
import type { HistoryOperation } from '../../../history/history.ts';
import { paymentIdOf, refundIdOf } from './commands.ts';
import type { CommandReply, KeyedCommand } from './commands.ts';
import type { PaymentsFinals } from './finalReads.ts';
import { stateAt } from './feed.ts';
import type { Stream, StreamState } from './feed.ts';
import { findings } from '../../kit/campaign/findings.ts';
import type { Report } from '../../kit/campaign/findings.ts';

export interface JudgedEvents {
  readonly violations: readonly string[];
  /** Commands that were answered. */
  readonly acknowledged: number;
}

export function judgeEvents(
  commands: ReadonlyMap<string, KeyedCommand>,
  operations: readonly HistoryOperation[],
  finals: PaymentsFinals,
): JudgedEvents {
  const { sentences, report } = findings();
  finals.findings.forEach(report);
  const { streams } = finals;
  let acknowledged = 0;
  for (const command of commands.values()) {
    if (command.replies.length > 0) acknowledged += 1;
    for (const reply of command.replies) holdReply(command, reply, streams, report);
  }
  for (const { operation, outcome, output } of operations) {
    if (operation !== 'getPayment' || outcome !== 'ok' || output === undefined) continue;
    holdView(output as unknown as Payment, 'a read during the campaign', streams, report);
  }
  holdSampled(finals, report);
  return { violations: sentences, acknowledged };
}

type Streams = PaymentsFinals['streams'];

function holdReply(
  { key, operation, input }: KeyedCommand,
  reply: CommandReply,
  streams: Streams,
  report: Report,
): void {
  const what = `${operation} with the key ${key}`;
  const paymentId = paymentIdOf(reply);
  const stream = paymentId === undefined ? undefined : streams.get(paymentId);
  if (paymentId !== undefined && !stream) {
    return report(`${what} was answered for payment ${paymentId}, which is not in the feed.`);
  }
  switch (reply.kind) {
    case 'payment':
      if (operation === 'createPayment') holdAsAsked(reply.payment, input, what, report);
      return holdView(reply.payment, what, streams, report);
    case 'refund':
      return holdRefund(reply.refund, what, stream, report);
    case 'declined': {
      const { declineCode } = reply.problem;
      if (!stream || stream.declines?.includes(String(declineCode))) return;
      return report(
        `${what} was declined with ${String(declineCode)}, and the stream of payment ${paymentId} has ${stream.declines?.join() ?? 'no decline'}.`,
      );
    }
    case 'found': {
      const refundId = refundIdOf(reply);
      if (!stream || refundId === undefined || stream.refunds?.has(refundId)) return;
      return report(
        `${what} was carried out as refund ${refundId}, which the stream of payment ${paymentId} does not have.`,
      );
    }
  }
}

function holdAsAsked(
  { paymentId, merchantId, amountMinor, currency }: Payment,
  input: KeyedCommand['input'],
  what: string,
  report: Report,
): void {
  const isAsAsked =
    merchantId === input['merchantId'] &&
    amountMinor === input['amountMinor'] &&
    currency === input['currency'];
  if (isAsAsked) return;
  report(
    `${what} asked for ${String(input['amountMinor'])} ${String(input['currency'])} of ${String(input['merchantId'])}, and was answered for payment ${paymentId} over ${amountMinor} ${currency} of ${merchantId}.`,
  );
}

/** A payment as somebody was shown it: as its stream has it up to that version. */
function holdView(view: Payment, what: string, streams: Streams, report: Report): void {
  const { paymentId, version } = view;
  const stream = streams.get(paymentId);
  if (!stream?.payment) {
    return report(`${what} was shown payment ${paymentId}, which is not in the feed.`);
  }
  if (version > stream.version) {
    return report(
      `${what} was shown version ${version} of payment ${paymentId}, whose stream ends with event ${stream.version}.`,
    );
  }
  const { merchantId, amountMinor, currency } = stream.payment;
  const state = stateAt(stream, version);
  const isSamePayment =
    view.merchantId === merchantId &&
    view.amountMinor === amountMinor &&
    view.currency === currency;
  if (isSamePayment && state && isStateOf(view, state)) return;
  report(
    `${what} was shown payment ${paymentId} at version ${version} as ${shown(view)}; its events up to there say ${state ? told(stream, state) : 'nothing'}.`,
  );
}

/** A capture or cancel whose outcome is not known may show as processing, and of refunds those under way count or do not. */
function isStateOf(view: Payment, state: StreamState): boolean {
  const { status, capturableMinor, receivedMinor, refundedMinor } = state;
  const isEnded = status === 'succeeded' || status === 'canceled';
  if (view.status !== status) return view.status === 'processing' && !isEnded;
  return (
    view.amountCapturableMinor === capturableMinor &&
    view.amountReceivedMinor === receivedMinor &&
    view.amountRefundedMinor >= refundedMinor &&
    view.amountRefundedMinor <= receivedMinor
  );
}

function holdRefund(
  refund: Refund,
  what: string,
  stream: Stream | undefined,
  report: Report,
): void {
  const { refundId, paymentId, status, version } = refund;
  if (!stream) return;
  const outcome = stream.refunds?.get(refundId);
  const isThere =
    (status === 'succeeded' && outcome === 'refunded') ||
    (status === 'failed' && outcome === 'failed') ||
    (status === 'pending' && outcome !== undefined);
  if (!isThere) {
    return report(
      `${what} was answered with refund ${refundId} as ${status}; the stream of payment ${paymentId} has it as ${outcome ?? 'nothing'}.`,
    );
  }
  if (version <= stream.version) return;
  report(
    `${what} was shown version ${version} of payment ${paymentId}, whose stream ends with event ${stream.version}.`,
  );
}

function holdSampled({ views, streams, open }: PaymentsFinals, report: Report): void {
  for (const view of views.payments.values()) {
    holdView(view, 'a read after the campaign', streams, report);
    const stream = streams.get(view.paymentId);
    if (!stream || view.version >= stream.version || open.has(view.paymentId)) continue;
    report(
      `After the campaign payment ${view.paymentId} is shown at version ${view.version}, and its stream ends with event ${stream.version}.`,
    );
  }
  for (const refund of views.refunds.values()) {
    holdRefund(refund, 'a read after the campaign', streams.get(refund.paymentId), report);
  }
}

function shown(view: Payment): string {
  const { status, amountMinor, currency, merchantId } = view;
  const { amountCapturableMinor, amountReceivedMinor, amountRefundedMinor } = view;
  return `${status}, ${amountMinor} ${currency} of ${merchantId}, ${amountCapturableMinor} capturable, ${amountReceivedMinor} received, ${amountRefundedMinor} refunded`;
}

function told({ payment }: Stream, state: StreamState): string {
  const { status, capturableMinor, receivedMinor, refundedMinor } = state;
  const { amountMinor, currency, merchantId } = payment ?? {};
  return `${status}, ${amountMinor} ${currency} of ${merchantId}, ${capturableMinor} capturable, ${receivedMinor} received, ${refundedMinor} refunded`;
}
