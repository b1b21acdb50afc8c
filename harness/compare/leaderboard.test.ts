import { rmSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Measurement } from '../report/measurement.ts';
import type { RunStarted } from '../run/event.ts';
import type { Leaderboard } from './comparison.ts';
import { fixtureFolder, runsOf, writeResults } from './fixtures.ts';
import { leaderboard } from './leaderboard.ts';
import { readResults } from './readResults.ts';

let folder: string;
beforeEach(() => {
  folder = fixtureFolder();
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function rows(
  name: string,
  values: readonly number[],
  row: Partial<Measurement> = {},
  run: Partial<RunStarted> = {},
) {
  const implementation = { name, version: '1', language: 'go', source: 'x' };
  return readResults(
    writeResults(folder, `${name}.csv`, runsOf(values, row, { implementation, ...run })),
  );
}

const ranking = ({ figures }: Leaderboard): string[] =>
  figures[0]!.rows.map(({ rank, implementation, value }) => `${rank} ${implementation} ${value}`);
const environment = {
  ...{ cpuModel: 'another', cores: 4, memBytes: 1, os: 'Linux', runtime: 'node' },
  ...{ containerCpus: null, virtualised: null, fingerprint: 'g' },
};

describe('a leaderboard', () => {
  test('ranks by the value where all ran alike, in the direction in which better lies', () => {
    const files = (row: Partial<Measurement>) => [
      ...rows('slow', [300, 310, 290], row),
      ...rows('fast', [100], row),
      ...rows('middle', [200], row),
    ];
    const board = leaderboard(files({}));
    expect(board.figures[0]!.rankedBy).toBe('value');
    expect(ranking(board)).toEqual(['1 fast 100', '2 middle 200', '3 slow 300']);
    const higher = leaderboard(files({ direction: 'higher-is-better' }));
    expect(ranking(higher)[0]).toBe('1 slow 300');
  });

  test('ranks by the ratio to the floor where the machines differ', () => {
    const board = leaderboard([
      ...rows('here', [100], { floor: 20 }),
      ...rows('there', [150], { floor: 50 }, { environment }),
    ]);
    expect(board.figures[0]!.rankedBy).toBe('floor-ratio');
    expect(ranking(board)).toEqual(['1 there 150', '2 here 100']);
    expect(board.figures[0]!.rows.map(({ floorRatio }) => floorRatio)).toEqual([3, 5]);
  });

  test('does not rank what has no floor on another machine, nor another case study', () => {
    const uncalibrated = leaderboard([
      ...rows('here', [100], { floor: null }),
      ...rows('there', [150], { floor: 50 }, { environment }),
    ]);
    expect(uncalibrated.figures).toEqual([]);
    expect(uncalibrated.exitCode).toBe(5);
    const spec = { id: 'tally', title: 'Tally', specVersion: '2.0.0', sha256: 'b'.repeat(64) };
    const changed = leaderboard([
      ...rows('here', [100]),
      ...rows('there', [1], {}, { case: spec }),
    ]);
    expect(changed.figures).toEqual([]);
    expect(changed.notes[0]).toContain('the case study differs');
  });

  test('leaves invalid runs out, and says so', () => {
    const board = leaderboard([
      ...rows('one', [100]),
      ...rows('two', [200]),
      ...rows('broken', [1], { validity: 'invalid' }),
    ]);
    expect(ranking(board)).toEqual(['1 one 100', '2 two 200']);
    expect(board.notes[0]).toContain('1 invalid runs are left out');
  });
});
