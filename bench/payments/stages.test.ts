import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { stageRows } from './stageRows.ts';
import { measureStages } from './stages.ts';

const SIZES = { payments: 100, warmUp: 5, entries: 1_000, recoveredEvents: 70 };

interface Target {
  readonly id: string;
  readonly metric: string;
  readonly operation: string;
  readonly percentile: number | null;
  readonly unit: string;
}

test('the stages of a platform whose books balance have the figure of the in-process target', async () => {
  const rows = stageRows(await measureStages(SIZES), SIZES);
  for (const { value, n } of rows) {
    expect(value).toBeGreaterThanOrEqual(0);
    expect(n).toBeGreaterThan(0);
  }
  const file = join(import.meta.dirname, '../../spec/payments/targets.json');
  const { targets } = JSON.parse(readFileSync(file, 'utf8')) as { targets: Target[] };
  const { metric, operation, percentile, unit } = targets.find(({ id }) => id === 'PAY-T-ENGINE')!;
  expect(rows).toContainEqual(expect.objectContaining({ metric, operation, percentile, unit }));
});
