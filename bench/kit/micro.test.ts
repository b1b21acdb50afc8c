import { expect, test } from 'vitest';
import { tasksThatFail } from '../micro/brokenEngine.ts';
import type { Defect } from '../micro/brokenEngine.ts';

test.each<[string, Defect]>([
  [
    'canonical JSON of an event',
    {
      file: 'kit/canonicalJson.ts',
      search: 'keys[place - 1]! > key',
      replace: 'keys[place - 1]! < key',
    },
  ],
  [
    'audit append, group of 1',
    {
      file: 'kit/auditJournal.ts',
      search: 'previous = chainHash(previous, body);',
      replace: 'previous = chainHash(GENESIS_HASH, body);',
    },
  ],
  [
    'audit append, group of 64',
    {
      file: 'kit/auditJournal.ts',
      search: 'insert.run(lastSeq + 1 + index, body, previous);',
      replace: 'insert.run(lastSeq + 1 + index, "{}", previous);',
    },
  ],
  [
    'group commit without its file',
    {
      file: 'kit/groupCommit.ts',
      search: 'const told = [...settles, ...readers];',
      replace: 'const told = settles.slice(1);',
    },
  ],
  [
    'hash ring: node of a key',
    {
      file: 'kit/hashRing.ts',
      search: 'points[middle]! < first',
      replace: 'points[middle]! > first',
    },
  ],
])('the check of "%s" sees a defect of its engine', (task, defect) => {
  expect(
    tasksThatFail('kit', defect, task).filter((failed) => failed.startsWith(`${task}: `)),
  ).toHaveLength(1);
});
