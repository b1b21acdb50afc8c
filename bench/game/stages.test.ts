import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { stageRows } from './stageRows.ts';
import { measureStages } from './stages.ts';

interface Target {
  readonly id: string;
  readonly metric: string;
  readonly operation: string;
  readonly percentile: number | null;
  readonly unit: string;
}

test('ticks of a match in which everybody walks give the figure of the in-process target', () => {
  const measured = measureStages({ players: 20, ticks: 50, warmUpTicks: 5 });
  const rows = stageRows(measured);
  // Somebody who walks is told of it: a snapshot without a player is smaller.
  expect(measured.snapshotBytes).toBeGreaterThan(100);
  const file = join(import.meta.dirname, '../../spec/game/targets.json');
  const { targets } = JSON.parse(readFileSync(file, 'utf8')) as { targets: Target[] };
  const { metric, operation, percentile, unit } = targets.find(({ id }) => id === 'GAME-T-TICK')!;
  const row = rows.find((each) => each.percentile === percentile);
  expect(row).toMatchObject({ metric, operation, unit, n: 50 });
  expect(row!.value).toBeGreaterThan(0);
});
