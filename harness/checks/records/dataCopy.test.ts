import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { copyData, putBack } from './dataCopy.ts';

let dir: string;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'casemark-data-'));
});
afterEach(() => rmSync(dir, { recursive: true }));

test('a copy put back is what was there, and nothing else', () => {
  mkdirSync(join(dir, 'sub'));
  writeFileSync(join(dir, 'sub', 'a'), 'before');
  const copy = copyData(dir);
  writeFileSync(join(dir, 'sub', 'a'), 'after');
  writeFileSync(join(dir, 'b'), 'after');
  putBack(copy, dir);
  expect(readdirSync(dir)).toEqual(['sub']);
  expect(readFileSync(join(dir, 'sub', 'a'), 'utf8')).toBe('before');
  copy.remove();
  copy.remove();
  expect(() => readdirSync(copy.dir)).toThrow();
});
