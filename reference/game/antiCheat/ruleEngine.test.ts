import { describe, expect, test } from 'vitest';
import type { Command, Point1 } from '../../../spec/game/messages.d.ts';
import type { Occurrence, Refusal } from '../simulation/types.ts';
import { allRules, playing } from '../testing/playing.ts';
import type { Playing } from '../testing/playing.ts';
import { wholeRoot } from './ruleEngine.ts';

const rules = allRules();

interface Found {
  refusals: (readonly [seq: number, code: string])[];
  occurrences: (readonly [code: string, seq: number, value: number, limit: number])[];
}

function ofAnn(refusals: readonly Refusal[], occurrences: readonly Occurrence[]): Found {
  expect(new Set(refusals.map(({ player }) => player))).not.toContain('bob');
  return {
    refusals: refusals.map(({ seq, code }) => [seq, code] as const),
    occurrences: occurrences.map((each) => [each.code, each.seq, each.value, each.limit] as const),
  };
}

/** Ann at 50 m, 50 m and Bob 10 m beside, banks full, at tick 10. */
function two(more: Partial<typeof rules> = {}): Playing {
  const match = playing({ rules: { ...rules, ...more } });
  match.join('ann', { x: 50_000, y: 50_000 });
  match.join('bob', { x: 60_000, y: 50_000 });
  match.steps(10);
  return match;
}

function send(match: Playing, ...commands: Command[]): Found {
  match.input('ann', ...commands);
  const { refusals, occurrences } = match.step();
  return ofAnn(refusals, occurrences);
}

const move = (seq: number, dx: number, dy = 0): Command => ({ seq, dx, dy });
const shot = (seq: number, { x, y }: Point1, viewTick = 9): Command => ({
  ...move(seq, 0),
  fire: { x, y, viewTick },
});
const NOTHING: Found = { refusals: [], occurrences: [] };
const BOB = { x: 60_000, y: 50_000 };

describe('a move', () => {
  test('of exactly maxStepMm is allowed in every direction, and the tolerance too', () => {
    for (const [dx, dy] of [
      [200, 0],
      [0, -200],
      [120, 160],
      [-56, 192],
      [220, 0],
      [132, -176],
    ] as const) {
      expect(send(two(), move(1, dx, dy))).toEqual(NOTHING);
    }
  });

  test('beyond it is SPEED, with its length, and changes nothing but the number and the bank', () => {
    const match = two();
    expect(
      send(match, { ...move(1, 200, 100), yawMdeg: 5, fire: { ...BOB, viewTick: 9 } }),
    ).toEqual({
      refusals: [[1, 'SPEED']],
      occurrences: [['SPEED', 1, 223, 200]],
    });
    expect(match.player('ann')).toMatchObject({
      x: 50_000,
      y: 50_000,
      yawMdeg: 0,
      lastInputSeq: 1,
    });
    expect(match.player('bob').hp).toBe(100);
  });

  test('of teleportMm is SPEED, a longer one TELEPORT', () => {
    expect(send(two(), move(1, 2_000), move(2, 1_200, 1_601)).occurrences).toEqual([
      ['SPEED', 1, 2_000, 200],
      ['TELEPORT', 2, 2_000, 2_000],
    ]);
  });

  test('without time in the bank is SPEED, and those refused for something else have had theirs', () => {
    const nine = Array.from({ length: 9 }, (_, index) => move(index + 1, index === 3 ? 9_000 : 10));
    const match = two();
    expect(send(match, ...nine, move(10, 9_000))).toEqual({
      refusals: [
        [4, 'TELEPORT'],
        [10, 'SPEED'],
      ],
      occurrences: [
        ['TELEPORT', 4, 9_000, 2_000],
        ['SPEED', 10, 1, 0],
      ],
    });
    expect(send(match, move(11, 10), move(12, 10)).occurrences).toEqual([['SPEED', 12, 1, 0]]);
  });
});

describe('a shot', () => {
  test('at exactly weaponRangeMm is allowed, one beyond is OUT_OF_RANGE with the distance', () => {
    expect(send(two(), shot(1, { x: 68_000, y: 74_000 }))).toEqual(NOTHING);
    expect(send(two(), shot(1, { x: 68_000, y: 74_001 })).occurrences).toEqual([
      ['OUT_OF_RANGE', 1, 30_000, 30_000],
    ]);
  });

  test('at a tick that is not over is FUTURE_TICK, before anything else, and costs nothing', () => {
    const match = two();
    expect(send(match, shot(1, { x: 0, y: 0 }, 11), shot(2, BOB, 10)).occurrences).toEqual([
      ['FUTURE_TICK', 1, 11, 10],
    ]);
    expect(match.player('bob').hp).toBe(60);
  });

  test('sooner than fireIntervalTicks in seq is FIRE_RATE, exactly after it is allowed', () => {
    expect(send(two(), shot(4, BOB), shot(6, BOB), shot(7, BOB))).toEqual({
      refusals: [[6, 'FIRE_RATE']],
      occurrences: [['FIRE_RATE', 6, 2, 3]],
    });
  });

  test('beyond the fire bank is FIRE_RATE, with what is in the bank', () => {
    const match = two();
    expect(send(match, shot(10, BOB), shot(20, BOB), shot(30, BOB), shot(40, BOB))).toEqual({
      refusals: [[40, 'FIRE_RATE']],
      occurrences: [['FIRE_RATE', 40, 2, 3]],
    });
    expect(send(match, shot(50, BOB)), 'one tick later there is one more').toEqual(NOTHING);
    expect(send(match, shot(60, BOB)).occurrences).toEqual([['FIRE_RATE', 60, 1, 3]]);
  });

  test('hits the body at exactly hitRadiusMm, the head at headRadiusMm', () => {
    const left = (away: number): number => {
      const match = two();
      send(match, shot(1, { x: 60_000 + away, y: 50_000 }));
      return match.player('bob').hp;
    };
    expect([501, 500, 151, 150].map(left)).toEqual([100, 80, 80, 60]);
  });
});

describe('who is dead', () => {
  test('is refused DEAD, and reported from deadGraceTicks on', () => {
    const match = two({ damage: 100, deadGraceTicks: 2 });
    match.input('bob', shot(1, { x: 50_000, y: 50_000 }));
    match.input('ann', move(1, 200));
    match.step();
    expect(match.player('ann')).toMatchObject({ alive: false, hp: 0 });
    expect(send(match, move(2, 10), move(3, 9_999))).toEqual({
      refusals: [
        [2, 'DEAD'],
        [3, 'DEAD'],
      ],
      occurrences: [],
    });
    expect(send(match, move(4, 10)).occurrences).toEqual([]);
    expect(send(match, shot(5, BOB)).occurrences).toEqual([['DEAD', 5, 3, 2]]);
    expect(match.player('ann')).toMatchObject({ x: 50_200, y: 50_000, lastInputSeq: 5 });
  });

  test('appears again after respawnTicks, where its join said, and acts at once', () => {
    const match = two({ damage: 100, respawnTicks: 3 });
    match.input('bob', shot(1, { x: 50_200, y: 50_000 }));
    match.input('ann', { ...move(1, 200), yawMdeg: 9 });
    match.step();
    match.steps(2);
    expect(match.player('ann').alive).toBe(false);
    expect(send(match, move(2, -100))).toEqual(NOTHING);
    const again = { x: 49_900, y: 50_000, yawMdeg: 0, hp: 100, alive: true, deaths: 1 };
    expect(match.player('ann')).toMatchObject(again);
  });
});

test('the banks of who appears again are what they were', () => {
  const match = two({ damage: 100, respawnTicks: 1 });
  match.input('bob', shot(1, { x: 50_000, y: 50_000 }));
  send(match, ...Array.from({ length: 9 }, (_, index) => move(index + 1, 0)));
  expect(match.player('ann').alive).toBe(false);
  expect(send(match, move(10, 1), move(11, 1)).refusals).toEqual([[11, 'SPEED']]);
});

test('a root is rounded down, near squares beyond the precision of Math.sqrt too', () => {
  for (const root of [1, 2, 94_906_265, 94_906_264, 67_108_865]) {
    expect(wholeRoot(root * root)).toBe(root);
    expect(wholeRoot(root * root - 1)).toBe(root - 1);
  }
  expect(wholeRoot(0)).toBe(0);
});
