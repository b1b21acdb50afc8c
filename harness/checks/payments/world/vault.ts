/** The vault: the only one that is given the numbers of payment methods. */
import { createHmac } from 'node:crypto';
import type { JsonObject } from '../../../target/target.ts';
import { boundedMap } from './boundedMap.ts';

/** More methods than any run invents. */
const MAX_METHODS = 300_000;
const TOKEN_CHARS = 32;

export type Method =
  | { readonly type: 'card'; readonly number: string }
  | { readonly type: 'iban'; readonly iban: string }
  | { readonly type: 'wallet'; readonly walletToken: string };

export interface Vault {
  /** The same number has the same token and fingerprint in one world, and other ones in another. */
  tokenize(method: Method): JsonObject;
  /** Undefined for a token that this vault did not give. */
  numberOf(token: string): string | undefined;
}

/** @param secret random: a token tells nobody the number that it stands for */
export function createVault(secret: Buffer): Vault {
  const numbers = boundedMap<string>(MAX_METHODS);
  const keyed = (purpose: string, text: string): string =>
    createHmac('sha256', secret).update(`${purpose} ${text}`).digest('hex').slice(0, TOKEN_CHARS);
  return {
    tokenize(method) {
      const number = numberIn(method);
      const text = `${method.type} ${number}`;
      const token = `tok_${keyed('token', text)}`;
      numbers.set(token, number);
      return { token, last4: number.slice(-4), fingerprint: keyed('fingerprint', text) };
    },
    numberOf: (token) => numbers.get(token),
  };
}

export function numberIn(method: Method): string {
  switch (method.type) {
    case 'card':
      return method.number;
    case 'iban':
      return method.iban.replaceAll(' ', '').toUpperCase();
    case 'wallet':
      return method.walletToken;
  }
}
