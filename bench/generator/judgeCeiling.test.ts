import { describe, expect, test } from 'vitest';
import { readWrk } from './contenders.ts';
import type { ContenderName } from './contenders.ts';
import { ceilingLines, missedThresholds } from './judgeCeiling.ts';
import type { CeilingRow } from './judgeCeiling.ts';

/** Rounds of the three, in requests a second. */
function rows(rounds: readonly Record<ContenderName, number>[], errors = 0): CeilingRow[] {
  return rounds.flatMap((rps, round) =>
    (['lanes', 'autocannon', 'wrk'] as const).map((contender, order) => {
      return { attempt: 1, round, order, connections: 10, contender, rps: rps[contender], errors };
    }),
  );
}

describe('the ceiling', () => {
  test('is compared within rounds, so that a slow one says nothing', () => {
    const lines = ceilingLines(
      rows([
        { lanes: 100, autocannon: 50, wrk: 100 },
        { lanes: 50, autocannon: 25, wrk: 50 },
        { lanes: 90, autocannon: 30, wrk: 100 },
      ]),
    );
    expect(lines.map(({ contender, medianRps, lanesRatio }) => [contender, medianRps, lanesRatio]))
      // Medians alone would have said 3 and 0.9.
      .toEqual([
        ['lanes', 90, 1],
        ['autocannon', 30, 2],
        ['wrk', 100, 1],
      ]);
    expect(missedThresholds(lines)).toEqual([]);
  });

  test('is missed below 1.4 times autocannon and 0.9 times wrk', () => {
    expect(
      missedThresholds(ceilingLines(rows([{ lanes: 139, autocannon: 100, wrk: 155 }]))),
    ).toEqual([
      '10 connections: 1.39x autocannon, not 1.4x',
      '10 connections: 0.90x wrk, not 0.9x',
    ]);
    expect(
      missedThresholds(ceilingLines(rows([{ lanes: 140, autocannon: 100, wrk: 155 }]))),
    ).toEqual([]);
  });

  test('is missed where anything went wrong', () => {
    const lines = ceilingLines(rows([{ lanes: 200, autocannon: 100, wrk: 200 }], 1));
    expect(missedThresholds(lines)).toHaveLength(3);
  });
});

describe('what wrk prints', () => {
  test('is read', () => {
    const text = '  1000 requests in 1.00s\nRequests/sec: 199413.81\nTransfer/sec:     23.20MB\n';
    expect(readWrk(text)).toEqual({ rps: 199413.81, errors: 0 });
    const broken = `  Socket errors: connect 1, read 2, write 3, timeout 4\n  Non-2xx or 3xx responses: 5\n${text}`;
    expect(readWrk(broken).errors).toBe(15);
  });

  test('is refused where it is something else', () => {
    expect(() => readWrk('unable to connect')).toThrow('wrk printed no "Requests/sec"');
  });
});
