import { expect, test } from 'vitest';
import { signatureOf } from './signature.ts';

test('the signature is the HMAC-SHA256 of time and body under the secret', () => {
  expect(signatureOf('whsec_1', '{"seq":1}', 1700000000)).toBe(
    't=1700000000,v1=93dacb9aba80d4b7ef49feecac9bb810d8028069c4774963137d990271fe4dd8',
  );
});

test.each([
  ['secret', signatureOf('whsec_2', '{"seq":1}', 1700000000)],
  ['body', signatureOf('whsec_1', '{"seq":2}', 1700000000)],
  ['time', signatureOf('whsec_1', '{"seq":1}', 1700000001)],
])('another %s gives another signature', (_, signature) => {
  const mac = (header: string) => header.split('v1=')[1];
  expect(mac(signature)).not.toBe(mac(signatureOf('whsec_1', '{"seq":1}', 1700000000)));
});
