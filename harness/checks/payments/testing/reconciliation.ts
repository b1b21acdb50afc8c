/** Compares a settlement file, line by line, with what was captured and refunded. */
import canonicalize from 'canonicalize';
import type {
  Mismatch,
  RunReconciliation,
  SettlementLine,
} from '../../../../spec/payments/messages.d.ts';
import type { SystemAnswer } from '../../testing/inMemoryTarget.ts';
import { has, refused, surroundingsOf, write } from './life.ts';
import type { Life } from './life.ts';
import { joined } from './state.ts';
import type { PaymentState } from './state.ts';

/** What the platform has of one capture or refund. */
interface OwnRecord {
  /** One name for a capture or refund and the line that belongs to it. */
  readonly name: string;
  readonly paymentId: string;
  readonly refundId: string | null;
  readonly amountMinor: number;
  readonly currency: string;
  readonly feeMinor: number;
}

export function runReconciliation(life: Life, input: RunReconciliation): SystemAnswer {
  const { networkId, providerId, batchId, lines } = input;
  if (!life.state.networks.has(networkId)) return refused('UNKNOWN_NETWORK');
  const runKey = joined(networkId, providerId, batchId);
  const identity = canonicalize(input) ?? '';
  const kept = life.state.runs.get(runKey);
  if (kept && !has(life, 'makes a new run of the same batch')) {
    return kept.identity === identity ? { output: kept.run } : refused('IDEMPOTENCY_KEY_REUSED');
  }
  const records = recordsOf(life, input);
  const seenIds = new Set<string>();
  const seenNames = new Set<string>();
  const mismatches: Mismatch[] = [];
  for (const line of lines) {
    const kind = judgeLine(life, networkId, records, line, seenIds, seenNames);
    seenIds.add(line.externalId);
    seenNames.add(nameOf(line));
    if (!kind) continue;
    const { externalId, paymentId, refundId = null } = line;
    mismatches.push({ kind, externalId, paymentId, refundId });
  }
  const duplicates = mismatches.filter(({ kind }) => kind === 'DUPLICATE_EXTERNAL').length;
  const isCounted = has(life, 'counts duplicates as matched');
  const matched = lines.length - mismatches.length + (isCounted ? duplicates : 0);
  for (const { name, paymentId, refundId } of records) {
    if (seenNames.has(name)) continue;
    mismatches.push({ kind: 'MISSING_EXTERNAL', externalId: null, paymentId, refundId });
  }
  const run = {
    ...{ runId: `run-${surroundingsOf(life).newId()}`, batchId, matched, mismatches },
    totals: totalsOf(life, records, lines),
  };
  write(life, { kind: 'run', kept: { runKey, identity, run } });
  return { output: run };
}

/** Captures and succeeded refunds of the provider whose events stand in the time. */
function recordsOf(life: Life, input: RunReconciliation): OwnRecord[] {
  const { networkId, providerId, fromMs, toMs } = input;
  const payments = [...life.state.payments.values()].filter(
    (payment) =>
      payment.networkId === networkId &&
      payment.attempts.some(
        (each) => each.providerId === providerId && each.outcome === 'approved',
      ),
  );
  return payments.flatMap((payment) => {
    const { paymentId, currency } = payment;
    const events = life.state.events.get(paymentId) ?? [];
    return events
      .filter(({ atMs }) => atMs >= fromMs && atMs < toMs)
      .flatMap(({ type, data }): OwnRecord[] => {
        const moved = data as { amountMinor?: number; refundId?: string };
        const amountMinor = Number(moved.amountMinor);
        const base = { paymentId, amountMinor, currency };
        if (type === 'payment.captured') {
          const { providerFeeMinor: feeMinor } = payment;
          return [{ ...base, name: `charge ${paymentId}`, refundId: null, feeMinor }];
        }
        if (type !== 'payment.refunded') return [];
        const refundId = String(moved.refundId);
        return [{ ...base, name: `refund ${refundId}`, refundId, feeMinor: 0 }];
      });
  });
}

function nameOf({ type, paymentId, refundId = '' }: SettlementLine): string {
  return type === 'charge' ? `charge ${paymentId}` : `refund ${refundId}`;
}

function judgeLine(
  life: Life,
  networkId: string,
  records: readonly OwnRecord[],
  line: SettlementLine,
  seenIds: ReadonlySet<string>,
  seenNames: ReadonlySet<string>,
): Mismatch['kind'] | undefined {
  const name = nameOf(line);
  if (seenIds.has(line.externalId) || seenNames.has(name)) return 'DUPLICATE_EXTERNAL';
  const payment = knownPayment(life, line);
  if (payment?.networkId !== networkId) return 'MISSING_INTERNAL';
  const record = records.find((each) => each.name === name);
  if (!record) return 'STATE_MISMATCH';
  if (record.currency !== line.currency) return 'CURRENCY_MISMATCH';
  if (record.amountMinor !== line.amountMinor) return 'AMOUNT_MISMATCH';
  const isKnown = !has(life, 'knows no fee mismatch');
  if (record.feeMinor !== line.feeMinor && isKnown) return 'FEE_MISMATCH';
  return undefined;
}

function knownPayment(life: Life, line: SettlementLine): PaymentState | undefined {
  if (line.type === 'charge') return life.state.payments.get(line.paymentId);
  const refund = life.state.refunds.get(line.refundId ?? '');
  return refund && life.state.payments.get(refund.paymentId);
}

function totalsOf(life: Life, records: readonly OwnRecord[], lines: readonly SettlementLine[]) {
  const currencies = new Set([...records, ...lines].map(({ currency }) => currency));
  const refunded = has(life, 'adds refunds to the totals') ? 1 : -1;
  const sum = (amounts: readonly number[]): number =>
    amounts.reduce((total, amount) => total + amount, 0);
  return [...currencies].map((currency) => {
    const internalMinor = sum(
      records
        .filter((record) => record.currency === currency)
        .map(({ refundId, amountMinor }) =>
          refundId === null ? amountMinor : refunded * amountMinor,
        ),
    );
    const externalMinor = sum(
      lines
        .filter((line) => line.currency === currency)
        .map(({ type, amountMinor }) => (type === 'charge' ? amountMinor : -amountMinor)),
    );
    return {
      currency,
      internalMinor,
      externalMinor,
      differenceMinor: externalMinor - internalMinor,
    };
  });
}
