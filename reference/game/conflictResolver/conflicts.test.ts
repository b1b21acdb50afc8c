import { describe, expect, test } from 'vitest';
import type { Command, Point1 } from '../../../spec/game/messages.d.ts';
import { allRules, playing, WIDE } from '../testing/playing.ts';
import type { Playing } from '../testing/playing.ts';

const GEM = { id: 'gem', x: 50_000, y: 50_000 };

function match(
  places: Record<string, Point1>,
  rules: Partial<ReturnType<typeof allRules>> = {},
): Playing {
  const playingMatch = playing({ rules: allRules(rules), map: { ...WIDE, items: [GEM] } });
  for (const [id, place] of Object.entries(places)) playingMatch.join(id, place);
  playingMatch.steps(10);
  return playingMatch;
}

const take = (seq: number): Command => ({ seq, dx: 0, dy: 0, take: 'gem' });
const shot = (seq: number, x: number, y: number, viewTick: number): Command => ({
  seq,
  dx: 0,
  dy: 0,
  fire: { x, y, viewTick },
});

test('players who move to one place are all there', () => {
  const game = match({ ann: { x: 1_000, y: 1_000 }, bob: { x: 1_200, y: 1_000 } });
  game.input('ann', { seq: 1, dx: 100, dy: 0 });
  game.input('bob', { seq: 1, dx: -100, dy: 0 });
  game.step();
  for (const id of ['ann', 'bob']) expect(game.player(id)).toMatchObject({ x: 1_100, y: 1_000 });
});

describe('an item', () => {
  test('that one player takes twice in a tick is taken once, and only others are refused', () => {
    const game = match({ ann: { x: 50_100, y: 50_000 }, bob: { x: 50_200, y: 50_000 } });
    game.input('ann', take(1), take(2));
    game.input('bob', take(1), take(2));
    const { refusals, taken } = game.step();
    expect(taken).toEqual([{ item: 'gem', by: 'ann' }]);
    expect(refusals).toEqual(
      [1, 2].map((seq) => ({ player: 'bob', seq, code: 'TAKEN', part: 'take' })),
    );
    expect(game.player('ann').items).toBe(1);
    expect(game.simulation.state()!.items).toEqual([{ ...GEM, owner: 'ann' }]);
  });

  test('stays its owner’s when the owner has left', () => {
    const game = match({ ann: { x: 50_100, y: 50_000 }, bob: { x: 50_200, y: 50_000 } });
    game.input('ann', take(1));
    game.step();
    game.leave('ann');
    game.input('bob', take(1));
    expect(game.step().refusals).toEqual([
      { player: 'bob', seq: 1, code: 'NOT_THERE', part: 'take' },
    ]);
    expect(game.simulation.state()!.items).toEqual([{ ...GEM, owner: 'ann' }]);
  });

  test('is reached from where the player is after its move, at exactly reachMm', () => {
    const taken = (x: number): number => {
      const game = match({ ann: { x, y: 50_000 } });
      game.input('ann', { ...take(1), dx: -200 });
      return game.step().taken.length;
    };
    expect([51_700, 51_701].map(taken)).toEqual([1, 0]);
  });

  test('and a shot of one command are refused separately, the take first', () => {
    const game = match({ ann: { x: 10_000, y: 50_000 } });
    game.input('ann', { ...take(1), fire: { x: 90_000, y: 50_000, viewTick: 0 } });
    const refused = { player: 'ann', seq: 1 };
    expect(game.step().refusals).toEqual([
      { ...refused, code: 'NOT_THERE', part: 'take' },
      { ...refused, code: 'OUT_OF_RANGE', part: 'fire' },
    ]);
  });
});

describe('kills', () => {
  test('of one tick do not depend on who shot first: both die, both have one', () => {
    const game = match({ ann: { x: 10_000, y: 1 }, bob: { x: 20_000, y: 1 } }, { damage: 50 });
    game.input('ann', shot(1, 20_000, 1, 9));
    game.input('bob', shot(1, 10_000, 1, 9));
    const { deaths, hits } = game.step();
    expect(deaths).toEqual([
      { kind: 'death', target: 'ann', by: 'bob' },
      { kind: 'death', target: 'bob', by: 'ann' },
    ]);
    expect(hits.map(({ target, by, damage, head }) => [target, by, damage, head])).toEqual([
      ['bob', 'ann', 100, true],
      ['ann', 'bob', 100, true],
    ]);
    for (const id of ['ann', 'bob']) {
      expect(game.player(id)).toMatchObject({ hp: 0, alive: false, kills: 1, deaths: 1 });
    }
  });

  test('belong to the most damage of the tick, then to the smallest id', () => {
    const three = {
      Zed: { x: 9_000, y: 1 },
      ann: { x: 10_000, y: 1 },
      bob: { x: 11_000, y: 1 },
      cat: { x: 20_000, y: 1 },
    };
    const killer = (...aways: [string, number][]): string[] => {
      const game = match(three, { damage: 50, maxHp: 100 });
      for (const [id, away] of aways) game.input(id, shot(1, 20_000 + away, 1, 9));
      return game.step().deaths.map(({ by }) => by);
    };
    expect(killer(['ann', 400], ['bob', 0], ['Zed', 400])).toEqual(['bob']);
    expect(killer(['bob', 400], ['ann', 400])).toEqual(['ann']);
    expect(killer(['bob', 0], ['ann', 0], ['Zed', 0])).toEqual(['Zed']);
    expect(killer(['bob', 400])).toEqual([]);
  });
});

describe('a shot', () => {
  /** Bob walks 200 mm a tick along y; at tick 30 he is at 4 000 mm. */
  const walking = (): Playing => {
    const game = match({ ann: { x: 10_000, y: 1 }, bob: { x: 20_000, y: 0 } });
    for (let seq = 1; seq <= 20; seq++) {
      game.input('bob', { seq, dx: 0, dy: 200 });
      game.step();
    }
    return game;
  };

  test('sees the place at its viewTick, and none older than rewindTicks', () => {
    const hit = (viewTick: number, y: number): number => {
      const game = walking();
      game.input('ann', shot(1, 20_000, y, viewTick));
      return game.step().hits.length;
    };
    // At tick 31 the oldest tick is 25, where he was at 3 000 mm; he is hit at most 500 mm away.
    expect(hit(30, 4_500)).toBe(1);
    expect(hit(30, 4_501)).toBe(0);
    expect(hit(25, 2_500)).toBe(1);
    expect(hit(26, 2_500)).toBe(0);
    expect(hit(0, 2_500)).toBe(1);
    expect(hit(0, 2_499)).toBe(0);
    expect(hit(0, 200)).toBe(0);
  });

  test('hits nobody before the target appeared, and who dies in this tick is still there', () => {
    const game = match({ ann: { x: 1, y: 1 }, bob: { x: 5_000, y: 1 } }, { damage: 50 });
    game.join('cat', { x: 9_000, y: 1 });
    game.step();
    game.input('ann', shot(1, 9_000, 1, 10));
    expect(game.step().hits).toEqual([]);
    game.input('ann', shot(4, 9_000, 1, 11));
    game.input('bob', shot(1, 9_000, 1, 11));
    expect(game.step().hits).toHaveLength(2);
    game.input('ann', shot(7, 9_000, 1, 12));
    expect(game.step().hits, 'dead').toEqual([]);
  });

  test('hits the nearest, then the smallest id, and never its own player', () => {
    const spot = { x: 9_000, y: 1 };
    const game = match(
      { b: spot, a: spot, c: { x: 9_100, y: 1 }, me: { x: 9_200, y: 1 } },
      { damage: 1 },
    );
    game.input('me', shot(1, 9_050, 1, 9));
    expect(game.step().hits.map(({ target }) => target)).toEqual(['a']);
    game.input('me', shot(4, 9_051, 1, 9));
    expect(game.step().hits.map(({ target }) => target)).toEqual(['c']);
    game.input('me', shot(7, 9_200, 1, 9));
    expect(game.step().hits.map(({ target }) => target)).toEqual(['c']);
  });
});
