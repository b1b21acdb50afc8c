import { expect, test } from 'vitest';
import { findExposure, plantedMethods } from './plantedMethods.ts';
import type { PlantedMethod } from './plantedMethods.ts';

const methods = plantedMethods(7, 9);
const [card] = methods as [PlantedMethod];
const cvc = card.method.type === 'card' ? card.method.cvc : '';

test('planted methods are the same for the same seed, and differ from each other and from those of other seeds', () => {
  expect(plantedMethods(7, 9)).toEqual(methods);
  const texts = [-1, 0, 1, 7].flatMap((seed) => plantedMethods(seed, 9).map(({ text }) => text));
  expect(new Set(texts).size).toBe(36);
  const types = methods.map(({ method }) => method.type);
  expect(types.slice(0, 4)).toEqual(['card', 'card', 'iban', 'wallet']);
});

test('each of them is found in a document', () => {
  for (const { text, method } of methods) {
    const exposure = findExposure(JSON.stringify({ received: method }), methods);
    expect(exposure?.what).toContain(`that ends in ${text.slice(-4)} (plain)`);
  }
});

test.each([
  `{"cvc":"${cvc}"}`,
  `{\\"cvc\\":\\"${cvc}\\"}`,
  `cvv = ${cvc}`,
  `CVC2: ${cvc}.`,
  `card_security_code=${cvc}`,
  `"securityCode": ${cvc}`,
  `cvc\x03${cvc}`,
])('a security code is found behind its name: %s', (text) => {
  expect(findExposure(text, methods)?.what).toContain('security code');
});

test.each([
  `pay_${cvc}`,
  `{"amountMinor":${cvc}}`,
  `{"cvc":"***","amountMinor":${cvc}}`,
  `cvc must have 3 digits (line ${cvc})`,
  `"cvc":"${cvc}0"`,
  `{"cvcPresent":true,"n":${cvc}}`,
  `{"last4":"${card.text.slice(-4)}","fingerprint":"0f${cvc}"}`,
])('nobody is accused for %s', (text) => {
  expect(findExposure(text, methods)).toBeUndefined();
});
