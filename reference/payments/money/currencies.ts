/** The currencies of spec/payments/iso4217.json. Intl.NumberFormat has other exponents for some of them: CLDR's, for display. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

interface CurrencyTable {
  currencies: { code: string; exponent: number }[];
}

const tablePath = join(import.meta.dirname, '../../../spec/payments/iso4217.json');
const table = JSON.parse(readFileSync(tablePath, 'utf8')) as CurrencyTable;
const exponents = new Map(table.currencies.map(({ code, exponent }) => [code, exponent]));

/** Decimals of the currency's major unit, 0 to 4; undefined for what is no currency of the table. */
export function exponentOf(currency: string): number | undefined {
  return exponents.get(currency);
}
