import { describe, expect, test } from 'vitest';
import type { PlayerState, Snapshot, State } from '../../../spec/game/messages.d.ts';
import { areaOf, foldSnapshot, holdView, seenOf, sizeOf } from './view.ts';

const rules = { radiusMm: 1_000, hysteresisMm: 100 };

function player(id: string, x: number, more: Partial<PlayerState> = {}): PlayerState {
  return {
    ...{ id, x, y: 0, yawMdeg: 0, hp: 100, alive: true, kills: 0, deaths: 0, items: 0 },
    ...{ lastInputSeq: 3, ...more },
  };
}

const state: State = {
  tick: 5,
  players: [player('ann', 0), player('bob', 1_000), player('cyd', 1_050), player('dan', 1_101)],
  items: [
    { id: 'far', x: 0, y: 1_101, owner: null },
    { id: 'gem', x: 0, y: 600, owner: null },
    { id: 'got', x: 0, y: 0, owner: 'bob' },
  ],
};
const whole: Snapshot = {
  ...{ type: 'snapshot', tick: 5, baseTick: null, lastInputSeq: 3 },
  players: state.players.slice(0, 2).map(seenOf),
  items: [{ id: 'gem', x: 0, y: 600 }],
};
const judge = (snapshot: Snapshot): number =>
  holdView(foldSnapshot(snapshot, undefined, 'ann'), state, 'ann', rules);

test('what is at radiusMm must be in the view, what is beyond the hysteresis may not', () => {
  expect(areaOf(state, 'ann', rules)).toEqual({
    mustPlayers: new Set(['ann', 'bob']),
    mayPlayers: new Set(['ann', 'bob', 'cyd']),
    mustItems: new Set(['gem']),
    mayItems: new Set(['gem']),
  });
});

describe('a view', () => {
  test('is right with what is in between or without it', () => {
    expect(judge(whole)).toBe(2 * 9 + 3);
    expect(judge({ ...whole, players: state.players.slice(0, 3).map(seenOf) })).toBe(3 * 9 + 3);
  });

  test.each<[string, Partial<Snapshot>]>([
    ['lacks player bob', { players: [seenOf(state.players[0]!)] }],
    ['lacks item gem', { items: [] }],
    ['has player dan', { players: state.players.map(seenOf) }],
    ['has item got', { items: [...whole.items!, { id: 'got', x: 0, y: 0 }] }],
    [
      'hp is 99, where getState has 100',
      { players: [seenOf(player('ann', 0, { hp: 99 })), whole.players![1]!] },
    ],
    ['has lastInputSeq 2', { lastInputSeq: 2 }],
  ])('that %s is wrong', (told, change) => {
    expect(() => judge({ ...whole, ...change })).toThrow(told);
  });

  test('is the base without what was removed and with what has changed', () => {
    const base = foldSnapshot(whole, undefined, 'ann');
    const delta: Snapshot = {
      ...{ type: 'snapshot', tick: 6, baseTick: 5, lastInputSeq: 4 },
      ...{ removedPlayers: ['bob'], removedItems: ['gem'], players: [{ id: 'ann', x: 7 }] },
    };
    const view = foldSnapshot(delta, base, 'ann');
    expect([...view.players.values()]).toEqual([{ ...seenOf(state.players[0]!), x: 7 }]);
    expect(view.items.size).toBe(0);
    expect(base.players.size).toBe(2);
  });

  test('cannot have an entity of which the base has nothing and the snapshot not all', () => {
    const partial: Snapshot = { ...whole, players: [{ id: 'bob', x: 1 }] };
    expect(() => foldSnapshot(partial, undefined, 'ann')).toThrow('without y, yawMdeg');
  });
});

test('the size of a message is that of its JSON without spaces', () => {
  expect(sizeOf({ type: 'pong', t: 12 })).toBe('{"t":12,"type":"pong"}'.length);
});
