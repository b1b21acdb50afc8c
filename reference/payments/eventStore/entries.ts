/** The ledger entries that the events of a payment bring with them. Lines of zero are left out. */
import type { Payment } from './payment.ts';
import { chargeOf } from './payment.ts';
import type { EntryDraft, Line } from './paymentEvents.ts';
import type { Share } from '../regionRouters/settlement.ts';

/** Reserves the amount: what a provider has authorised. */
export function authorizationEntry(payment: Payment): EntryDraft {
  return { kind: 'authorization', lines: holdLines(payment, 'credit'), reverses: null };
}

/** Takes back what an authorisation reserved, all of it; no entry when nothing was. */
export function releaseEntries(payment: Payment): EntryDraft[] {
  if (payment.authorizationEntryId === null) return [];
  const lines = holdLines(payment, 'debit');
  return [{ kind: 'release', lines, reverses: payment.authorizationEntryId }];
}

function holdLines(payment: Payment, merchantSide: Line['direction']): Line[] {
  const { amountMinor, currency, merchantId } = payment;
  const rest = { layer: 'pending', amountMinor, currency } as const;
  return [
    { accountId: providerAccount(payment), direction: opposite(merchantSide), ...rest },
    { accountId: merchantAccount(merchantId, currency), direction: merchantSide, ...rest },
  ];
}

/** The provider owes the captured amount; the merchants are owed the net, the platform its fee. */
export function captureEntry(payment: Payment, amountMinor: number, share: Share): EntryDraft {
  const { currency, networkId } = payment;
  const { settlement, allocations } = share;
  const paid = allocations.map(({ merchantId, amountMinor }) =>
    posted('credit', merchantAccount(merchantId, settlement.currency), amountMinor, settlement),
  );
  const fee = posted(
    'credit',
    networkAccount(networkId, 'fees', settlement.currency),
    settlement.feeMinor,
    settlement,
  );
  const charged = posted('debit', providerAccount(payment), amountMinor, { currency });
  const lines =
    settlement.rate === null
      ? [charged, ...paid, fee]
      : [charged, ...exchange(payment, 'credit', amountMinor, settlement), ...paid, fee];
  return { kind: 'capture', lines: lines.filter(isMoney), reverses: null };
}

/** The merchant gives back `settledMinor` of what it was paid, and the provider is owed `amountMinor` less. */
export function refundEntry(
  payment: Payment,
  amountMinor: number,
  settledMinor: number,
): EntryDraft {
  const { currency, merchantId } = payment;
  const settlement = payment.settlement ?? { currency, rate: null };
  const returned = posted('credit', providerAccount(payment), amountMinor, { currency });
  const debited = posted(
    'debit',
    merchantAccount(merchantId, settlement.currency),
    settledMinor,
    settlement,
  );
  const legs =
    settlement.rate === null
      ? []
      : exchange(payment, 'debit', amountMinor, {
          currency: settlement.currency,
          grossMinor: settledMinor,
        });
  return { kind: 'refund', lines: [debited, ...legs, returned].filter(isMoney), reverses: null };
}

/** What goes into the conversion in the payment's currency, and what comes out of it in the settlement's. */
function exchange(
  { networkId, currency }: Payment,
  side: Line['direction'],
  amountMinor: number,
  into: { currency: string; grossMinor: number },
): Line[] {
  const account = (of: string) => networkAccount(networkId, 'conversion', of);
  return [
    posted(side, account(currency), amountMinor, { currency }),
    posted(opposite(side), account(into.currency), into.grossMinor, into),
  ];
}

function posted(
  direction: Line['direction'],
  accountId: string,
  amountMinor: number,
  { currency }: { currency: string },
): Line {
  return { accountId, direction, layer: 'posted', amountMinor, currency };
}

function isMoney({ amountMinor }: Line): boolean {
  return amountMinor > 0;
}

function opposite(direction: Line['direction']): Line['direction'] {
  return direction === 'debit' ? 'credit' : 'debit';
}

function merchantAccount(merchantId: string, currency: string): string {
  return `merchant:${merchantId}:${currency}`;
}

function networkAccount(networkId: string, purpose: 'fees' | 'conversion', currency: string) {
  return `${purpose}:${networkId}:${currency}`;
}

function providerAccount(payment: Payment): string {
  const providerId = chargeOf(payment)?.providerId ?? 'none';
  return `provider:${payment.networkId}:${providerId}:${payment.currency}`;
}
