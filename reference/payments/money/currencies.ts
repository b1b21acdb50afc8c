export function exponentOf(currency: string): number | undefined {
  return { EUR: 2, USD: 2, JPY: 0, KWD: 3, GBP: 2, CHF: 2 }[currency];
}
