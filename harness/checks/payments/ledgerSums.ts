/** What the lines of ledger entries add up to. */
import type { Account, Entry, Line } from '../../../spec/payments/messages.d.ts';

/** All lines ever, in minor units; bigint, since a sum may leave the safe integers. */
export interface Sums {
  readonly debitsPostedMinor: bigint;
  readonly creditsPostedMinor: bigint;
  readonly debitsPendingMinor: bigint;
  readonly creditsPendingMinor: bigint;
}

const ZERO: Sums = {
  debitsPostedMinor: 0n,
  creditsPostedMinor: 0n,
  debitsPendingMinor: 0n,
  creditsPendingMinor: 0n,
};

/** As an account or a trial balance tells them. */
export type ToldSums = Omit<Account, 'accountId' | 'currency'>;

/** By accountId. */
export function accountSums(entries: readonly Entry[]): Map<string, Sums> {
  return sumBy(entries, ({ accountId }) => accountId);
}

/** By currency: what a trial balance over exactly these entries shows. */
export function currencySums(entries: readonly Entry[]): Map<string, Sums> {
  return sumBy(entries, ({ currency }) => currency);
}

function sumBy(entries: readonly Entry[], keyOf: (line: Line) => string): Map<string, Sums> {
  const sums = new Map<string, Sums>();
  for (const line of entries.flatMap(({ lines }) => lines)) {
    const key = keyOf(line);
    sums.set(key, plus(sums.get(key) ?? ZERO, line));
  }
  return sums;
}

function plus(sums: Sums, { direction, layer, amountMinor }: Line): Sums {
  const side = direction === 'debit' ? 'debits' : 'credits';
  const field = `${side}${layer === 'pending' ? 'Pending' : 'Posted'}Minor` as const;
  return { ...sums, [field]: sums[field] + BigInt(amountMinor) };
}

export interface Imbalance {
  readonly currency: string;
  readonly layer: Line['layer'];
  readonly debitsMinor: bigint;
  readonly creditsMinor: bigint;
}

/** The first currency and layer in which the entry's debits are not its credits. */
export function imbalanceOf(entry: Entry): Imbalance | undefined {
  for (const [currency, sums] of currencySums([entry])) {
    const wrong = unequalLayer(sums);
    if (wrong) return { currency, ...wrong };
  }
  return undefined;
}

export function unequalLayer(sums: Sums): Omit<Imbalance, 'currency'> | undefined {
  const { debitsPostedMinor, creditsPostedMinor, debitsPendingMinor, creditsPendingMinor } = sums;
  if (debitsPendingMinor !== creditsPendingMinor) {
    return {
      layer: 'pending',
      debitsMinor: debitsPendingMinor,
      creditsMinor: creditsPendingMinor,
    };
  }
  if (debitsPostedMinor !== creditsPostedMinor) {
    return { layer: 'posted', debitsMinor: debitsPostedMinor, creditsMinor: creditsPostedMinor };
  }
  return undefined;
}

export function readSums(told: ToldSums): Sums {
  return {
    debitsPostedMinor: BigInt(told.debitsPostedMinor),
    creditsPostedMinor: BigInt(told.creditsPostedMinor),
    debitsPendingMinor: BigInt(told.debitsPendingMinor),
    creditsPendingMinor: BigInt(told.creditsPendingMinor),
  };
}

/** For messages: JSON has no bigint. */
export function showSums(sums: Sums | undefined): Record<keyof Sums, string> {
  const { debitsPostedMinor, creditsPostedMinor, debitsPendingMinor, creditsPendingMinor } =
    sums ?? ZERO;
  return {
    debitsPostedMinor: String(debitsPostedMinor),
    creditsPostedMinor: String(creditsPostedMinor),
    debitsPendingMinor: String(debitsPendingMinor),
    creditsPendingMinor: String(creditsPendingMinor),
  };
}

export function sameSums(one: Sums | undefined, other: Sums | undefined): boolean {
  const [a, b] = [one ?? ZERO, other ?? ZERO];
  return (
    a.debitsPostedMinor === b.debitsPostedMinor &&
    a.creditsPostedMinor === b.creditsPostedMinor &&
    a.debitsPendingMinor === b.debitsPendingMinor &&
    a.creditsPendingMinor === b.creditsPendingMinor
  );
}

/** accountId of a merchant's account. */
export function merchantAccount(merchantId: string, currency: string): string {
  return `merchant:${merchantId}:${currency}`;
}
