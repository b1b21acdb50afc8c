/** The ledger as the platform shows it: a trial balance for each currency, and each merchant's account. */
import type { Account, TrialBalance } from '../../../../spec/payments/messages.d.ts';
import type { Ask } from '../../askHealed.ts';
import type { Feed } from './feed.ts';

export interface Books {
  readonly balances: readonly TrialBalance[];
  /** By accountId; one without lines is left out. */
  readonly accounts: ReadonlyMap<string, Account>;
}

export async function readBooks(
  ask: Ask,
  { streams }: Feed,
  networkIds: readonly string[],
): Promise<Books> {
  const balances: TrialBalance[] = [];
  const currencies = new Set<string>();
  const accountIds = new Set<string>();
  for (const { payment } of streams.values()) {
    if (!payment) continue;
    for (const currency of [payment.currency, payment.settlement?.currency ?? payment.currency]) {
      currencies.add(currency);
      accountIds.add(merchantAccount(payment.merchantId, currency));
    }
  }
  for (const networkId of networkIds) {
    for (const currency of currencies) {
      balances.push(await ask<TrialBalance>('getTrialBalance', { networkId, currency }));
    }
  }
  const accounts = new Map<string, Account>();
  for (const accountId of accountIds) {
    const account = await ask.ifOffered<Account>('getAccount', { accountId });
    if (account) accounts.set(accountId, account);
  }
  return { balances, accounts };
}

export function merchantAccount(merchantId: string, currency: string): string {
  return `merchant:${merchantId}:${currency}`;
}
