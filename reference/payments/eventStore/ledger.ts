/** The sums of the ledger: of each account, and of each network in each currency. They only grow. */
import type { Line } from './paymentEvents.ts';

export interface Sums {
  debitsPostedMinor: number;
  creditsPostedMinor: number;
  debitsPendingMinor: number;
  creditsPendingMinor: number;
}

export interface Ledger {
  /** Undefined without any line. */
  account(accountId: string): (Sums & { readonly currency: string }) | undefined;
  /** All zeros without any account. */
  trialBalance(networkId: string, currency: string): Sums;
  post(networkId: string, lines: readonly Line[]): void;
}

export function ledger(): Ledger {
  const accounts = new Map<string, Sums & { currency: string }>();
  const networks = new Map<string, Sums>();
  return {
    account: (accountId) => accounts.get(accountId),
    trialBalance: (networkId, currency) => networks.get(`${networkId}:${currency}`) ?? zeros(),
    post(networkId, lines) {
      for (const line of lines) {
        const { accountId, currency } = line;
        let account = accounts.get(accountId);
        if (!account) accounts.set(accountId, (account = { currency, ...zeros() }));
        add(account, line);
        const balance = `${networkId}:${currency}`;
        let network = networks.get(balance);
        if (!network) networks.set(balance, (network = zeros()));
        add(network, line);
      }
    },
  };
}

function zeros(): Sums {
  return {
    debitsPostedMinor: 0,
    creditsPostedMinor: 0,
    debitsPendingMinor: 0,
    creditsPendingMinor: 0,
  };
}

function add(sums: Sums, { direction, layer, amountMinor }: Line): void {
  if (layer === 'posted') {
    if (direction === 'debit') sums.debitsPostedMinor += amountMinor;
    else sums.creditsPostedMinor += amountMinor;
  } else if (direction === 'debit') sums.debitsPendingMinor += amountMinor;
  else sums.creditsPendingMinor += amountMinor;
}
