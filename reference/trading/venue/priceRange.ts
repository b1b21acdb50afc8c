/** Ranges around a reference price: the collar of orders and the band of trades. Prices in 1/10 000 of the currency unit. */

const BPS = 10_000;

/** Exact in doubles: 10^9 x 10^4 is far below 2^53. */
export function isOutside(priceE4: number, referencePriceE4: number, rangeBps: number): boolean {
  return Math.abs(priceE4 - referencePriceE4) * BPS > rangeBps * referencePriceE4;
}

/** The highest price that is not outside. */
export function highestInside(referencePriceE4: number, rangeBps: number): number {
  return referencePriceE4 + Math.floor((rangeBps * referencePriceE4) / BPS);
}

/** The lowest price that is not outside; 0 for a range as wide as the reference price. */
export function lowestInside(referencePriceE4: number, rangeBps: number): number {
  return referencePriceE4 - Math.floor((rangeBps * referencePriceE4) / BPS);
}
