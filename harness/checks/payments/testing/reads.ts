/** What the platform answers when it is only asked. */
import type { Account, Line, TrialBalance } from '../../../../spec/payments/messages.d.ts';
import type { SystemAnswer } from '../../testing/inMemoryTarget.ts';
import { has, refused } from './life.ts';
import type { Life } from './life.ts';
import { pendingMinor } from './refunds.ts';
import { viewPayment, viewRefund } from './views.ts';

type Read = (life: Life, input: Record<string, string>) => SystemAnswer;

export const READS: Readonly<Record<string, Read>> = {
  getPayment(life, { paymentId = '' }) {
    const payment = life.state.payments.get(paymentId);
    if (!payment) return refused('UNKNOWN_PAYMENT');
    const counts = life.options.freedoms.pendingRefunds === 'count';
    const view = viewPayment(payment);
    view.amountRefundedMinor += counts ? pendingMinor(life, payment) : 0;
    return { output: view };
  },
  getRefund(life, { refundId = '' }) {
    const refund = life.state.refunds.get(refundId);
    return refund ? { output: viewRefund(refund) } : refused('UNKNOWN_REFUND');
  },
  findKey(life, { idempotencyKey = '' }) {
    const kept = life.state.keys.get(idempotencyKey);
    if (!kept || kept.state === 'released') return refused('UNKNOWN_KEY');
    const { operation, state, paymentId, refundId } = kept;
    return { output: { idempotencyKey, operation, state, paymentId, refundId } };
  },
  listPaymentEvents(life, { paymentId = '' }) {
    const events = life.state.events.get(paymentId);
    return events ? { output: { paymentId, events } } : refused('UNKNOWN_PAYMENT');
  },
  listEvents(life, input) {
    const { after = 0, limit = 100 } = input as { after?: number; limit?: number };
    const feed = has(life, 'leaves attempts out of the feed')
      ? life.state.feed
          .filter(({ event }) => event.type !== 'provider.attempted')
          .map((each, index) => ({ ...each, position: index + 1 }))
      : life.state.feed;
    return { output: { events: feed.slice(after, after + limit) } };
  },
  listPostings(life, { paymentId = '' }) {
    const entries = life.state.entries.get(paymentId);
    if (!entries) return refused('UNKNOWN_PAYMENT');
    const isOver = entries.some(({ kind }) => kind === 'capture' || kind === 'release');
    const isChanged = isOver && has(life, 'writes captures into the reservation');
    const shown = entries.map((entry) =>
      isChanged && entry.kind === 'authorization' ? { ...entry, atMs: life.nowMs + 1 } : entry,
    );
    return { output: { paymentId, entries: shown } };
  },
  getAccount(life, { accountId = '' }) {
    const lines = linesOf(life).filter((line) => line.accountId === accountId);
    const currency = lines[0]?.currency;
    if (currency === undefined) return refused('UNKNOWN_ACCOUNT');
    const account: Account = { accountId, currency, ...sums(lines) };
    if (has(life, 'takes debits off the credits of an account')) {
      const { creditsPostedMinor: credits, debitsPostedMinor: debits } = account;
      Object.assign(account, {
        ...{ creditsPostedMinor: Math.max(0, credits - debits), debitsPostedMinor: 0 },
      });
    }
    return { output: account };
  },
  getTrialBalance(life, { networkId = '', currency = '' }) {
    if (!life.state.networks.has(networkId)) return refused('UNKNOWN_NETWORK');
    const lines = linesOf(life, networkId).filter((line) => line.currency === currency);
    return { output: { networkId, currency, ...sums(lines) } satisfies TrialBalance };
  },
  getRisk(life, { merchantId = '', paymentId = '' }) {
    if (!life.state.merchants.has(merchantId)) return refused('UNKNOWN_MERCHANT');
    const payment = life.state.payments.get(paymentId);
    if (payment?.merchantId !== merchantId) return refused('UNKNOWN_PAYMENT');
    return { output: { paymentId, ...payment.risk } };
  },
};

function linesOf(life: Life, networkId?: string): Line[] {
  return [...life.state.entries].flatMap(([paymentId, entries]) => {
    const isWanted =
      networkId === undefined || life.state.payments.get(paymentId)?.networkId === networkId;
    return isWanted ? entries.flatMap(({ lines }) => lines) : [];
  });
}

function sums(lines: readonly Line[]) {
  const sum = (direction: Line['direction'], layer: Line['layer']): number =>
    lines
      .filter((line) => line.direction === direction && line.layer === layer)
      .reduce((total, { amountMinor }) => total + amountMinor, 0);
  return {
    debitsPostedMinor: sum('debit', 'posted'),
    creditsPostedMinor: sum('credit', 'posted'),
    debitsPendingMinor: sum('debit', 'pending'),
    creditsPendingMinor: sum('credit', 'pending'),
  };
}
