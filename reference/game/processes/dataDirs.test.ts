import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { temporaryDir } from '../../kit/temporaryDir.ts';
import { dataDirsOf } from './dataDirs.ts';

let dir: ReturnType<typeof temporaryDir>;

beforeEach(() => {
  dir = temporaryDir();
});

afterEach(() => dir.remove());

test('each worker has its own directory, the same ones at the next start', () => {
  const data = join(dir.path, 'made');
  const dirs = [join(data, 'worker-0'), join(data, 'worker-1')];
  expect(dataDirsOf(data, 2)).toEqual(dirs);
  expect(dataDirsOf(data, 2)).toEqual(dirs);
});

test('data of another number of processes are refused', () => {
  dataDirsOf(dir.path, 2);
  for (const other of [1, 3]) {
    expect(() => dataDirsOf(dir.path, other)).toThrow('holds the data of --processes 2');
  }
  const single = join(dir.path, 'single');
  expect(dataDirsOf(single, 1)).toEqual([single]);
  mkdirSync(single);
  writeFileSync(join(single, 'game.db'), '');
  expect(() => dataDirsOf(single, 2)).toThrow('holds the data of --processes 1');
});
