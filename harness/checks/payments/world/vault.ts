/** The vault: the only one that is given the numbers of payment methods. */
import { createHmac } from 'node:crypto';
import type { JsonObject } from '../../../target/target.ts';
import { boundedMap } from '../../kit/world/boundedMap.ts';

/** More methods than any run invents. */
const MAX_METHODS = 300_000;
/** Of the 64 that SHA-256 has: the token gets the first, the fingerprint the last. */
const HALF_CHARS = 32;

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
  return {
    tokenize(method) {
      const number = numberIn(method);
      const keyed = createHmac('sha256', secret).update(`${method.type} ${number}`).digest('hex');
      const token = `tok_${keyed.slice(0, HALF_CHARS)}`;
      numbers.set(token, number);
      return { token, last4: number.slice(-4), fingerprint: keyed.slice(HALF_CHARS) };
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
