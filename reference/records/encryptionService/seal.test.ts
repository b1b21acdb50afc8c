import { createDecipheriv, randomBytes } from 'node:crypto';
import { expect, test, vi } from 'vitest';
import { open, seal, Unreadable } from './seal.ts';
import type { Place, Sealed } from './seal.ts';

const dataKey = randomBytes(32);
const place: Place = {
  patientId: 'P1',
  resourceType: 'Condition',
  resourceId: 'C1',
  versionId: '2',
  dataKeyVersion: 1,
};
const resource = {
  resourceType: 'Condition',
  code: { text: 'in their words, é' },
  note: [{ text: 'a note' }],
};

test('what was sealed opens at its place', () => {
  expect(open(dataKey, place, seal(dataKey, place, resource))).toEqual(resource);
});

test('it is AES-256-GCM with the canonical JSON of the place as associated data', () => {
  const { nonce, ciphertext, tag } = seal(dataKey, place, resource);
  expect([nonce.length, tag.length]).toEqual([12, 16]);
  const decipher = createDecipheriv('aes-256-gcm', dataKey, nonce);
  decipher.setAAD(
    Buffer.from(
      '{"dataKeyVersion":1,"patientId":"P1","resourceId":"C1","resourceType":"Condition","versionId":"2"}',
    ),
  );
  decipher.setAuthTag(tag);
  const plaintext = decipher.update(ciphertext, undefined, 'utf8') + decipher.final('utf8');
  expect(JSON.parse(plaintext)).toEqual(resource);
});

test('more of the place than the contract names is not authenticated', () => {
  const more = { ...place, lastUpdated: '2026-03-01T12:00:00.000Z' };
  expect(open(dataKey, place, seal(dataKey, more, resource))).toEqual(resource);
});

test('each start begins with another nonce', async () => {
  const firstNonces = new Set<string>();
  for (let starts = 0; starts < 3; starts++) {
    vi.resetModules();
    const started = await import('./seal.ts');
    firstNonces.add(started.seal(dataKey, place, resource).nonce.toString('hex'));
  }
  expect(firstNonces.size).toBe(3);
});

test('no nonce is used twice', () => {
  const nonces = Array.from({ length: 1000 }, () =>
    seal(dataKey, place, resource).nonce.toString('hex'),
  );
  expect(new Set(nonces).size).toBe(1000);
});

test.each([
  ['patient', { patientId: 'P2' }],
  ['type', { resourceType: 'Observation' }],
  ['id', { resourceId: 'C2' }],
  ['version', { versionId: '1' }],
  ['version of the data key', { dataKeyVersion: 2 }],
])('at another %s it does not open', (_, other) => {
  const sealed = seal(dataKey, place, resource);
  expect(() => open(dataKey, { ...place, ...other }, sealed)).toThrow(Unreadable);
});

test('with another key it does not open, and the error says nothing of it', () => {
  const sealed = seal(dataKey, place, resource);
  expect(() => open(randomBytes(32), place, sealed)).toThrow(Unreadable);
  expect(() => open(randomBytes(16), place, sealed)).toThrow(
    'what is kept cannot be decrypted with this key',
  );
});

test.each(['nonce', 'ciphertext', 'tag'] as const)('with a changed %s it does not open', (part) => {
  const sealed = seal(dataKey, place, resource);
  const changed = Buffer.from(sealed[part]);
  changed[0]! ^= 1;
  expect(() => open(dataKey, place, { ...sealed, [part]: changed })).toThrow(Unreadable);
});

test('a shortened tag is no tag', () => {
  const { tag, ...rest } = seal(dataKey, place, resource);
  const short: Sealed = { ...rest, tag: tag.subarray(0, 12) };
  expect(() => open(dataKey, place, short)).toThrow(Unreadable);
});
