import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { EntryFilter, Listed } from '../../reference/records/store/entries.ts';
import { stageRows } from './stageRows.ts';
import { measureStages, verifyAudit, withLog } from './stages.ts';

const SIZES = { entries: 2_500, warmUp: 10 };

interface Target {
  readonly id: string;
  readonly metric: string;
  readonly operation: string;
  readonly percentile: number | null;
  readonly unit: string;
}

test('a log that is what its root says gives the figure of the in-process target', () => {
  const rows = stageRows(measureStages(SIZES), SIZES);
  expect(rows[0]!.value).toBeGreaterThan(0);
  const file = join(import.meta.dirname, '../../spec/records/targets.json');
  const { targets } = JSON.parse(readFileSync(file, 'utf8')) as { targets: Target[] };
  const { metric, operation, percentile, unit } = targets.find(({ id }) => id === 'EHR-T-VERIFY')!;
  expect(rows).toEqual([
    expect.objectContaining({ metric, operation, percentile, unit, n: SIZES.entries }),
  ]);
});

const changed = (page: Listed[]): Listed[] =>
  page.map((entry) =>
    entry.entryIndex === 1_200
      ? { ...entry, event: entry.event.replace('"outcome":"0"', '"outcome":"4"') }
      : entry,
  );
const missing = (page: Listed[]): Listed[] => page.filter(({ entryIndex }) => entryIndex !== 1_200);
const swapped = (page: Listed[]): Listed[] =>
  page.map((entry, at) => ({ ...entry, event: (page[at ^ 1] ?? entry).event }));
const cutOff = (page: Listed[]): Listed[] => page.filter(({ entryIndex }) => entryIndex < 2_400);

test.each([
  ['changed', changed, 'have another root'],
  ['missing', missing, 'the entry 1200 is missing'],
  ['swapped', swapped, 'have another root'],
  ['cut off', cutOff, 'the 2400 entries have another root'],
])('entries that are %s are noticed', (_, change, told) => {
  withLog(SIZES.entries, ({ entries }, root) => {
    expect(verifyAudit(entries, root)).toBe(SIZES.entries);
    const list = (filter: EntryFilter): Listed[] => change(entries.list(filter));
    expect(() => verifyAudit({ list }, root)).toThrow(told);
  });
});
