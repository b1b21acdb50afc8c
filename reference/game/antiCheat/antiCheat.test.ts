import { describe, expect, test } from 'vitest';
import type { Report } from '../../../spec/game/messages.d.ts';
import type { Occurrence } from '../simulation/types.ts';
import { random } from '../testing/brawl.ts';
import { allRules, playing } from '../testing/playing.ts';
import type { Playing } from '../testing/playing.ts';
import { reportedAnew, reportId } from './reportingSystem.ts';
import { isHeadshotOutlier } from './statisticalModel.ts';

const BOB = { x: 60_000, y: 50_000 };

/** Ann beside Bob; Ann may shoot in every tick, and hurts nobody unless the rules say so. */
function range(rules: Partial<ReturnType<typeof allRules>> = {}): Playing {
  const match = playing({ rules: allRules({ damage: 0, fireIntervalTicks: 1, ...rules }) });
  match.join('ann', { x: 50_000, y: 50_000 });
  match.join('bob', BOB);
  match.steps(10);
  return match;
}

function shoot(match: Playing, seq: number, away = 0): readonly Occurrence[] {
  const viewTick = match.simulation.tick;
  match.input('ann', { seq, dx: 0, dy: 0, fire: { x: BOB.x + away, y: BOB.y, viewTick } });
  return match.step().occurrences;
}

describe('the statistical model', () => {
  test('looks after each tick with hits, and says how many of 1 000 were head hits', () => {
    const match = range({ minHits: 4, headshotPermille: 500, zScore: 1 });
    const found = [400, 0, 0, 0, 400, 900].map((away, index) => shoot(match, index + 1, away));
    expect(found.map((each) => each.map(({ value }) => value))).toEqual([
      [],
      [],
      [],
      [750],
      [],
      [],
    ]);
    expect(found[3]).toEqual([
      {
        player: 'ann',
        kind: 'STATISTICAL_OUTLIER',
        code: 'HEADSHOT_RATIO',
        tick: 14,
        seq: 4,
        value: 750,
        limit: 500,
      },
    ]);
  });

  test('begins anew with who joins anew', () => {
    const match = range({ minHits: 3, headshotPermille: 100, zScore: 1 });
    expect([1, 2, 3].map((seq) => shoot(match, seq).length)).toEqual([0, 0, 1]);
    match.leave('ann');
    match.join('ann', { x: 50_000, y: 50_000 });
    match.step();
    expect([1, 2, 3].map((seq) => shoot(match, seq).length)).toEqual([0, 0, 1]);
  });

  test('finds the labelled cheats and leaves the honest ones alone, at the rates of rules.md', () => {
    const next = random(7);
    const flagged = (least: number, most: number): boolean => {
      const q = least + (next(1e9) / 1e9) * (most - least);
      let heads = 0;
      for (let hits = 1; hits <= 60; hits++) {
        if (next(1e9) < q * 1e9) heads++;
        if (isHeadshotOutlier(hits, heads, allRules())) return true;
      }
      return false;
    };
    const share = (traces: number, least: number, most: number): number =>
      Array.from({ length: traces }, () => flagged(least, most)).filter(Boolean).length / traces;
    expect(share(20_000, 0.1, 0.25)).toBeLessThan(0.003);
    expect(share(4_000, 0.5, 0.9)).toBeGreaterThan(0.99);
  });
});

describe('the behaviour analyzer', () => {
  const rules = { fireIntervalTicks: 3, periodicShots: 5, zScore: 100 };
  const shots = (match: Playing, intervals: readonly number[]): number[] => {
    let seq = 1;
    const flagged: number[] = [];
    [0, ...intervals].forEach((interval, index) => {
      seq += interval;
      match.steps(interval);
      const found = shoot(match, seq, 900);
      if (found.some(({ code }) => code === 'PERIODIC')) flagged.push(index);
      expect(found.filter(({ code }) => code !== 'PERIODIC')).toEqual([]);
    });
    return flagged;
  };

  test('flags the periodicShots-th equal interval and those after it, and begins anew with another', () => {
    expect(shots(range(rules), [7, 4, 4, 4, 4, 4, 4, 5, 4, 4, 4, 4])).toEqual([6, 7]);
  });

  test('takes a held trigger for honest', () => {
    expect(shots(range(rules), new Array<number>(12).fill(3))).toEqual([]);
  });

  test('tells the interval and the limit', () => {
    const match = range(rules);
    shots(match, [4, 4, 4, 4]);
    match.steps(3);
    expect(shoot(match, 21, 900)).toEqual([
      expect.objectContaining({
        kind: 'BEHAVIORAL_ANOMALY',
        code: 'PERIODIC',
        seq: 21,
        value: 4,
        limit: 3,
      }),
    ]);
  });

  /** Ann kills Bob `reactions.length` times, each so many ticks after he appeared. */
  const kills = (match: Playing, reactions: readonly number[]): (number | undefined)[] => {
    let seq = 1;
    return reactions.map((reaction) => {
      match.steps(5 + reaction);
      seq += 50;
      const found = shoot(match, seq).filter(({ code }) => code === 'REACTION');
      expect(match.player('bob').alive).toBe(false);
      return found[0]?.value;
    });
  };

  test('flags fast first hits, of a full sample, below reactionTicks', () => {
    const more = {
      damage: 100,
      respawnTicks: 5,
      reactionSample: 4,
      reactionFast: 3,
      reactionTicks: 2,
    };
    const match = range({ ...more, zScore: 100 });
    expect(kills(match, [8, 0, 1, 1, 2, 2, 0, 0, 1])).toEqual([
      undefined,
      undefined,
      undefined,
      3,
      3,
      undefined,
      undefined,
      undefined,
      3,
    ]);
  });

  test('takes only the first hit in a life for a reaction', () => {
    const match = range({ reactionSample: 2, reactionFast: 1, reactionTicks: 50, zScore: 100 });
    expect(Array.from({ length: 6 }, (_, index) => shoot(match, index + 1)).flat()).toEqual([]);
  });
});

describe('reports', () => {
  const occurrence = (tick: number, more: Partial<Occurrence> = {}): Occurrence => ({
    player: 'ann',
    kind: 'RULE_VIOLATION',
    code: 'SPEED',
    tick,
    seq: tick + 1,
    value: 500 + tick,
    limit: 200,
    ...more,
  });
  const reportsOf = (batches: readonly (readonly Occurrence[])[]): Report[] => {
    const kept = new Map<string, Report>();
    for (const batch of batches) {
      for (const [id, report] of reportedAnew('m', 300, batch, (key) => kept.get(key)))
        kept.set(id, report);
    }
    return [...kept.values()];
  };

  test('one has what one player did of one kind in one window, the next window another', () => {
    const all = [occurrence(0), occurrence(5), occurrence(299), occurrence(300)];
    const expected = [
      {
        reportId: reportId('m', all[0]!, 300),
        match: 'm',
        player: 'ann',
        kind: 'RULE_VIOLATION',
        code: 'SPEED',
        fromTick: 0,
        toTick: 299,
        count: 3,
        evidence: [0, 5, 299].map((tick) => ({
          tick,
          seq: tick + 1,
          value: 500 + tick,
          limit: 200,
        })),
      },
      expect.objectContaining({ fromTick: 300, toTick: 300, count: 1 }),
    ];
    expect(reportsOf([all])).toEqual(expected);
    expect(reportsOf(all.map((each) => [each]))).toEqual(expected);
  });

  test('players, kinds and codes have their own, matches too', () => {
    const one = occurrence(1);
    const others = [
      occurrence(1, { player: 'bob' }),
      occurrence(1, { code: 'TELEPORT' }),
      occurrence(1, { kind: 'STATISTICAL_OUTLIER' }),
    ];
    expect(reportsOf([[one, ...others]])).toHaveLength(4);
    expect(reportId('m2', one, 300)).not.toBe(reportId('m', one, 300));
  });

  test('count on beyond 16, with the evidence of the first 16', () => {
    const [report] = reportsOf([Array.from({ length: 40 }, (_, tick) => occurrence(tick))]);
    expect(report).toMatchObject({ count: 40, toTick: 39 });
    expect(report!.evidence.map(({ tick }) => tick)).toEqual([...Array(16).keys()]);
  });

  test('what was given is not changed by what comes', () => {
    const kept = new Map(reportedAnew('m', 300, [occurrence(1)], () => undefined));
    const text = JSON.stringify([...kept]);
    reportedAnew('m', 300, [occurrence(2)], (id) => kept.get(id));
    expect(JSON.stringify([...kept])).toBe(text);
  });
});
