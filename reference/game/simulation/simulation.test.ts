import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { canonicalJson } from '../../kit/canonicalJson.ts';
import { sha256Hex } from '../testing/sha256Hex.ts';
import { seededPlace } from '../gameInstances/appear.ts';
import { brawl, BRAWL, random } from '../testing/brawl.ts';
import type { Random } from '../testing/brawl.ts';
import { allRules, playing, WIDE } from '../testing/playing.ts';
import { openSimulation } from './simulation.ts';
import type { Simulation, SimulationSnapshot, TickInput, TickResult } from './types.ts';

const TICKS = 80;
const seeds = fc.integer({ min: 0, max: 1e9 });
const RUNS = { numRuns: 12 };

function played(simulation: Simulation, inputs: readonly TickInput[]): TickResult[] {
  return inputs.map((input) => simulation.evaluate(input));
}

const hashes = (results: readonly TickResult[]): string[] =>
  results.map(({ replay }) => replay.sha256);

function shuffled<T>(list: readonly T[], next: Random): T[] {
  return list
    .map((each) => ({ each, place: next(1e6) }))
    .sort((one, other) => one.place - other.place)
    .map(({ each }) => each);
}

describe('a match', () => {
  test('of a brawl has everything in it', () => {
    const results = played(openSimulation(BRAWL), brawl(3, 400));
    const codes = new Set(results.flatMap(({ refusals }) => refusals.map(({ code }) => code)));
    expect([...codes].sort()).toEqual([
      'DEAD',
      'FIRE_RATE',
      'FUTURE_TICK',
      'NOT_THERE',
      'OUT_OF_RANGE',
      'SPEED',
      'TAKEN',
      'TELEPORT',
    ]);
    const happened = (list: (result: TickResult) => readonly unknown[]): number =>
      results.reduce((sum, result) => sum + list(result).length, 0);
    expect(happened(({ hits }) => hits)).toBeGreaterThan(50);
    expect(happened(({ deaths }) => deaths)).toBeGreaterThan(10);
    expect(happened(({ taken }) => taken)).toBeGreaterThan(5);
    expect(happened(({ replay }) => replay.left)).toBeGreaterThan(5);
  });

  test('is the same in whichever order the messages of a tick arrive', () => {
    fc.assert(
      fc.property(seeds, (seed) => {
        const next = random(seed + 1);
        const inputs = brawl(seed, TICKS);
        const permuted = inputs.map(({ left, joined, commands }) => ({
          left: shuffled(left, next),
          joined: shuffled(joined, next),
          commands: new Map(
            shuffled([...commands], next).map(([id, own]) => [id, shuffled(own, next)]),
          ),
        }));
        expect(played(openSimulation(BRAWL), permuted)).toEqual(
          played(openSimulation(BRAWL), inputs),
        );
      }),
      RUNS,
    );
  });

  test('played anew from its replay has the same hashes', () => {
    fc.assert(
      fc.property(seeds, (seed) => {
        const results = played(openSimulation(BRAWL), brawl(seed, TICKS));
        const again = results.map(({ replay }) => ({
          left: replay.left,
          joined: replay.joined.map(({ player, x, y }) => {
            const seeded = seededPlace(BRAWL, player, 0);
            return x === seeded.x && y === seeded.y ? { player } : { player, spawn: { x, y } };
          }),
          commands: Map.groupBy(replay.commands, ({ player }) => player),
        }));
        expect(hashes(played(openSimulation(BRAWL), again))).toEqual(hashes(results));
      }),
      RUNS,
    );
  });

  test('goes on from its snapshot as JSON as it would have', () => {
    fc.assert(
      fc.property(seeds, fc.nat(TICKS), (seed, cut) => {
        const inputs = brawl(seed, TICKS + 40);
        const simulation = openSimulation(BRAWL);
        played(simulation, inputs.slice(0, cut));
        const snapshot = JSON.parse(JSON.stringify(simulation.snapshot())) as SimulationSnapshot;
        const restored = openSimulation(BRAWL, snapshot);
        expect(restored.state()).toEqual(simulation.state());
        expect(restored.stateHash(cut)).toBe(simulation.stateHash(cut));
        const rest = inputs.slice(cut);
        expect(played(restored, rest)).toEqual(played(simulation, rest));
        expect(restored.snapshot()).toEqual(simulation.snapshot());
      }),
      RUNS,
    );
  });

  test('changes no state and no snapshot that it has given, and hashes what it shows', () => {
    const simulation = openSimulation(BRAWL);
    const given: { value: unknown; text: string }[] = [];
    for (const input of brawl(5, TICKS)) {
      const { replay, changed } = simulation.evaluate(input);
      const state = simulation.state()!;
      expect(sha256Hex(canonicalJson(state))).toBe(replay.sha256);
      for (const value of [state, simulation.snapshot(), changed]) {
        given.push({ value, text: JSON.stringify(value) });
      }
    }
    for (const { value, text } of given) expect(JSON.stringify(value)).toBe(text);
  });

  test('says which members changed since the tick before', () => {
    const simulation = openSimulation(BRAWL);
    for (const input of brawl(6, TICKS)) {
      const before = new Map(simulation.state()!.players.map((player) => [player.id, player]));
      const { changed, replay } = simulation.evaluate(input);
      const anew = new Set(replay.joined.map(({ player }) => player));
      const expected = simulation.state()!.players.flatMap((player) => {
        const old = before.get(player.id);
        if (!old || anew.has(player.id)) return [];
        const members = Object.keys(player).filter(
          (member) => player[member as 'x'] !== old[member as 'x'],
        );
        return members.length === 0 ? [] : [{ id: player.id, members }];
      });
      expect(changed).toEqual(expected);
    }
  });

  test('keeps the states of 256 ticks and the newest', () => {
    const match = playing();
    match.join('ann', { x: 1, y: 1 });
    match.steps(300);
    const { simulation } = match;
    expect(simulation.state()!.tick).toBe(300);
    expect(simulation.state(44)?.tick).toBe(44);
    expect(simulation.state(43)).toBeUndefined();
    expect(simulation.state(301)).toBeUndefined();
    expect(simulation.stateHash(44)).toBe(sha256Hex(canonicalJson(simulation.state(44))));
  });
});

describe('who comes and goes', () => {
  test('begins anew when it has left, also within one tick', () => {
    const match = playing({ rules: allRules() });
    match.join('ann', { x: 500, y: 500 });
    match.step();
    match.input('ann', { seq: 7, dx: 10, dy: 0 });
    match.step();
    match.leave('ann');
    match.join('ann', { x: 900, y: 900 });
    match.input('ann', { seq: 1, dx: 10, dy: 0 });
    const { replay, changed } = match.step();
    expect(replay).toMatchObject({ left: ['ann'], joined: [{ player: 'ann', x: 900, y: 900 }] });
    expect(changed).toEqual([]);
    expect(match.player('ann')).toMatchObject({ x: 910, y: 900, lastInputSeq: 1 });
  });

  test('has its commands dropped when it is not there, and leaves once', () => {
    const match = playing();
    match.input('ann', { seq: 1, dx: 1, dy: 1 });
    match.leave('ann');
    const { replay } = match.step();
    expect(replay).toMatchObject({ left: [], joined: [], commands: [] });
    expect(match.simulation.state()).toEqual({ tick: 1, players: [], items: WIDE.items });
  });

  test('is in the order of ASCII', () => {
    const match = playing();
    for (const id of ['ann', 'Zoe', '_x', '9', 'a.', 'a']) match.join(id);
    match.step();
    const ids = match.simulation.state()!.players.map(({ id }) => id);
    expect(ids).toEqual(['9', 'Zoe', '_x', 'a', 'a.', 'ann']);
  });

  test('brings nothing into a state or replay that the contract does not name', () => {
    const match = playing();
    match.join('ann', { x: 5, y: 5 });
    const claims = { x: 900, y: 900, hp: 999, player: 'bob', kills: 5, id: 'bob', alive: false };
    match.input('ann', { seq: 1, dx: 1, dy: -0, ...claims });
    expect(match.step().replay.commands).toEqual([{ player: 'ann', seq: 1, dx: 1, dy: 0 }]);
    expect(match.player('ann')).toMatchObject({ x: 6, y: 5, hp: 100, kills: 0 });
  });
});
