/** The simplest ledger that is right: every line is kept, and a balance is summed up when somebody asks. Ours, as a baseline. */
import type { Ledger, Sums } from '../../../reference/payments/eventStore/ledger.ts';
import type { Line } from '../../../reference/payments/eventStore/paymentEvents.ts';

export function naiveLedger(): Pick<Ledger, 'account' | 'post'> {
  const accounts = new Map<string, Line[]>();
  return {
    account(accountId) {
      const lines = accounts.get(accountId);
      const [first] = lines ?? [];
      return lines && first && { currency: first.currency, ...sumsOf(lines) };
    },
    post(_networkId, lines) {
      for (const line of lines) {
        const known = accounts.get(line.accountId);
        if (known) known.push(line);
        else accounts.set(line.accountId, [line]);
      }
    },
  };
}

function sumsOf(lines: readonly Line[]): Sums {
  const sum = (direction: Line['direction'], layer: Line['layer']): number =>
    lines.reduce(
      (total, line) =>
        line.direction === direction && line.layer === layer ? total + line.amountMinor : total,
      0,
    );
  return {
    debitsPostedMinor: sum('debit', 'posted'),
    creditsPostedMinor: sum('credit', 'posted'),
    debitsPendingMinor: sum('debit', 'pending'),
    creditsPendingMinor: sum('credit', 'pending'),
  };
}
