import { beforeEach, describe, expect, test } from 'vitest';
import { callPaymentsWorld, card } from '../testing/callPaymentsWorld.ts';
import type { CalledWorld } from '../testing/callPaymentsWorld.ts';

let called: CalledWorld;
beforeEach(() => {
  called = callPaymentsWorld();
});

describe('the vault', () => {
  test('gives one method one token and one fingerprint, in which its number is not', async () => {
    const first = await called.ok('tokenize', card('4242424242424242'));
    const again = await called.ok('tokenize', { ...card('4242424242424242'), cvc: '999' });
    expect(again).toEqual(first);
    expect(first['last4']).toBe('4242');
    expect(JSON.stringify([first['token'], first['fingerprint']])).not.toContain('4242424242');
  });

  test('gives other methods other ones, and so does the vault of another world', async () => {
    const here = await called.ok('tokenize', card('4242424242424242'));
    const other = await called.ok('tokenize', card('5555555555554444'));
    const elsewhere = await callPaymentsWorld().ok('tokenize', card('4242424242424242'));
    const all = [here, other, elsewhere].flatMap(({ token, fingerprint }) => [token, fingerprint]);
    expect(new Set(all).size).toBe(6);
  });

  test('knows an IBAN however it is written, and wallets', async () => {
    const plain = await called.ok('tokenize', { type: 'iban', iban: 'DE89370400440532013000' });
    const spaced = await called.ok('tokenize', {
      type: 'iban',
      iban: 'DE89 3704 0044 0532 0130 00',
    });
    expect(spaced).toEqual(plain);
    expect(plain['last4']).toBe('3000');
    const wallet = await called.ok('tokenize', { type: 'wallet', walletToken: 'wallet-abcd' });
    expect(wallet['last4']).toBe('abcd');
  });
});
