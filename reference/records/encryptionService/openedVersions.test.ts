import { expect, test } from 'vitest';
import { openedVersions } from './openedVersions.ts';
import type { OpenedVersions } from './openedVersions.ts';

const oldKey = 1;
const newKey = 2;

function version(versionId: number) {
  const place = { patientId: 'P1', resourceType: 'Condition', resourceId: 'c1' } as const;
  return { ...place, versionId, writtenAtMs: 0, labels: [], dataKeyVersion: 1 };
}

function put(opened: OpenedVersions, key: number, versionId: number, bytes = 10): void {
  for (let time = 0; time < 2; time += 1) {
    opened.put(key, version(versionId), { resourceType: 'Condition', versionId }, bytes);
  }
}

const known = (opened: OpenedVersions, key: number, versionId: number) =>
  opened.get(key, version(versionId))?.['versionId'];

test('what was opened is there for the key that opened it, and no other', () => {
  const opened = openedVersions();
  put(opened, oldKey, 1);
  expect(known(opened, oldKey, 1)).toBe(1);
  expect(known(opened, newKey, 1)).toBeUndefined();
  expect(known(opened, oldKey, 2)).toBeUndefined();
});

test('what was opened once is not kept', () => {
  const opened = openedVersions();
  opened.put(oldKey, version(1), { resourceType: 'Condition', versionId: 1 }, 10);
  expect(known(opened, oldKey, 1)).toBeUndefined();
});

test('a key that is dropped takes along what it opened', () => {
  const opened = openedVersions();
  for (const versionId of [1, 2]) put(opened, oldKey, versionId);
  put(opened, newKey, 3);
  opened.drop(oldKey);
  expect([1, 2].map((versionId) => known(opened, oldKey, versionId))).toEqual([
    undefined,
    undefined,
  ]);
  expect(known(opened, newKey, 3)).toBe(3);
});

test('beyond its bytes the version that was not read for the longest time goes', () => {
  const opened = openedVersions(30);
  for (const versionId of [1, 2, 3]) put(opened, oldKey, versionId);
  expect(known(opened, oldKey, 1)).toBe(1);
  put(opened, oldKey, 4);
  expect([1, 2, 3, 4].map((versionId) => known(opened, oldKey, versionId))).toEqual([
    1,
    undefined,
    3,
    4,
  ]);
  put(opened, oldKey, 5, 31);
  expect(known(opened, oldKey, 5)).toBeUndefined();
});
