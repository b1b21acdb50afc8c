/** PAY-LEDGER-01.e: the books balance, and say of every payment what its providers say. Pure; O(n). */
import type { KeyedCommand } from './commands.ts';
import { merchantAccount } from './books.ts';
import type { PaymentsFinals } from './finalReads.ts';
import { findings } from '../../kit/campaign/findings.ts';
import type { Report } from '../../kit/campaign/findings.ts';
import { ledgerMinor, providersMinor } from './money.ts';

export interface JudgedLedger {
  readonly violations: readonly string[];
  readonly captures: number;
}

export function judgeLedger(
  commands: ReadonlyMap<string, KeyedCommand>,
  finals: PaymentsFinals,
): JudgedLedger {
  const { sentences, report } = findings();
  holdBalanced(finals, report);
  holdAgreesWithProviders(finals, report);
  holdMerchantAccounts(commands, finals, report);
  let captures = 0;
  for (const stream of finals.streams.values()) {
    captures += stream.captures;
    if (stream.captures < 2) continue;
    report(`Payment ${stream.paymentId} was captured ${stream.captures} times by its events.`);
  }
  return { violations: sentences, captures };
}

function holdBalanced({ balances }: PaymentsFinals, report: Report): void {
  for (const balance of balances) {
    const { networkId, currency } = balance;
    for (const layer of ['Posted', 'Pending'] as const) {
      const debits = balance[`debits${layer}Minor`];
      const credits = balance[`credits${layer}Minor`];
      if (debits === credits) continue;
      report(
        `The trial balance of ${networkId} in ${currency}, ${layer.toLowerCase()}, has debits of ${debits} and credits of ${credits}.`,
      );
    }
  }
}

function holdAgreesWithProviders({ streams, charges, open }: PaymentsFinals, report: Report): void {
  for (const paymentId of new Set([...streams.keys(), ...charges.keys()])) {
    if (open.has(paymentId)) continue;
    const ledger = ledgerMinor(streams.get(paymentId));
    const providers = providersMinor(charges.get(paymentId) ?? []);
    if (ledger === providers) continue;
    report(
      `Payment ${paymentId} has brought in ${ledger} by its events, captures less refunds, and ${providers} by its providers.`,
    );
  }
}

interface Expected {
  netMinor: number;
  pendingMinor: number;
}

/** Those alone for which the events say all: without conversion, splits, and payments under way. */
function holdMerchantAccounts(
  commands: ReadonlyMap<string, KeyedCommand>,
  { streams, accounts, open }: PaymentsFinals,
  report: Report,
): void {
  for (const { input } of commands.values()) if (input['splits'] !== undefined) return;
  const expected = new Map<string, Expected>();
  const unclear = new Set<string>();
  for (const { paymentId, payment } of streams.values()) {
    if (!payment) continue;
    const { merchantId, currency, settlement } = payment;
    const accountId = merchantAccount(merchantId, currency);
    if (open.has(paymentId)) unclear.add(accountId);
    if (settlement && settlement.currency !== currency) {
      unclear.add(accountId).add(merchantAccount(merchantId, settlement.currency));
    }
    const sums = expected.get(accountId) ?? { netMinor: 0, pendingMinor: 0 };
    expected.set(accountId, sums);
    sums.netMinor += (settlement?.netMinor ?? 0) - payment.amountRefundedMinor;
    sums.pendingMinor += payment.amountCapturableMinor;
  }
  for (const [accountId, { netMinor, pendingMinor }] of expected) {
    if (unclear.has(accountId)) continue;
    const account = accounts.get(accountId);
    const posted = account ? account.creditsPostedMinor - account.debitsPostedMinor : 0;
    const pending = account ? account.creditsPendingMinor - account.debitsPendingMinor : 0;
    if (posted !== netMinor) {
      report(
        `The account ${accountId} has a posted balance of ${posted}, and net captures less refunds are ${netMinor}.`,
      );
    }
    if (pending !== pendingMinor) {
      report(
        `The account ${accountId} has a pending balance of ${pending}, and ${pendingMinor} is authorised and not yet captured.`,
      );
    }
  }
}
