import { afterEach, beforeEach, expect, test } from 'vitest';
import { temporaryDir } from '../kit/temporaryDir.ts';
import { auditLogOver } from './auditLogger/auditLog.ts';
import { openStore } from './store/store.ts';
import type { Store } from './store/store.ts';
import { turnsOver } from './turns.ts';

let dir: ReturnType<typeof temporaryDir>;
let store: Store;

beforeEach(() => {
  dir = temporaryDir();
  store = openStore(dir.path, 'D1');
});

afterEach(() => {
  store.close();
  dir.remove();
});

test('a turn that fails is undone alone, and it is told', async () => {
  let undone = 0;
  const log = auditLogOver(store, () => undefined);
  const turns = turnsOver(store, log, () => void undone++);
  let done = 0;
  const kept = turns.take(() => {
    turns.afterwards(() => void done++);
    store.setSetting('kept', 1);
  });
  const failed = turns.take(() => {
    store.setSetting('lost', 1);
    throw new Error('a defect');
  });
  await kept;
  await expect(failed).rejects.toThrow('a defect');
  expect([store.setting('kept'), store.setting('lost'), done]).toEqual([1, undefined, 1]);
  expect(undone).toBeGreaterThan(0);
});

test('a group that cannot be written is told as undone', async () => {
  let undone = 0;
  const log = auditLogOver(store, () => undefined);
  const unwritable: Store = {
    ...store,
    atomically: () => {
      throw new Error('no space left');
    },
  };
  const turns = turnsOver(unwritable, log, () => void undone++);
  await expect(turns.take(() => 1)).rejects.toThrow('cannot be stored');
  expect(undone).toBeGreaterThan(0);
});
