/** The currencies of ISO 4217 as spec/payments/iso4217.json has them. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { packageRoot } from '../../contract/packageRoot.ts';

interface CurrencyTable {
  readonly currencies: readonly { readonly code: string; readonly exponent: number }[];
}

let exponents: ReadonlyMap<string, number> | undefined;

/** Decimals by code. */
export function currencyExponents(): ReadonlyMap<string, number> {
  exponents ??= readTable();
  return exponents;
}

/** @throws Error for a code that the table does not have */
export function exponentOf(code: string): number {
  const exponent = currencyExponents().get(code);
  if (exponent === undefined) throw new Error(`spec/payments/iso4217.json has no ${code}.`);
  return exponent;
}

function readTable(): ReadonlyMap<string, number> {
  const file = join(packageRoot, 'spec', 'payments', 'iso4217.json');
  const { currencies } = JSON.parse(readFileSync(file, 'utf8')) as CurrencyTable;
  return new Map(currencies.map(({ code, exponent }) => [code, exponent]));
}
