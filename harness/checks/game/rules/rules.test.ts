import { describe, expect, test } from 'vitest';
import { readFileSync } from 'node:fs';
import { canonicalText } from '../../../history/canonicalText.ts';
import type { Json } from '../../../target/target.ts';
import { DEFAULT_RULES } from './defaults.ts';
import { evaluateTick } from './evaluateTick.ts';
import type { Sent, TickInput } from './evaluation.ts';
import { isHeadshotOutlier } from './flags.ts';
import { hashOf, newWorld, placeToAppear, stateOf } from './world.ts';
import { scenarioTicks, vectors } from '../vectors.ts';

const move = (seq: number, dx: number, dy = 0) => ({ seq, dx, dy });
const empty = { seed: 1, map: { widthMm: 100_000, heightMm: 100_000, items: [] } };
const joinAnn = { player: 'ann', spawn: { x: 50_000, y: 50_000 } };

test('the defaults are those of the schema', () => {
  const url = new URL('../../../../spec/game/messages.schema.json', import.meta.url);
  const schema = JSON.parse(readFileSync(url, 'utf8')) as {
    $defs: { Rules: { properties: Record<string, { description: string }> } };
  };
  const told = Object.entries(schema.$defs.Rules.properties).flatMap(([name, { description }]) => {
    const found = /Default (\d+)/.exec(description);
    return found ? [[name, Number(found[1])]] : [];
  });
  expect(DEFAULT_RULES).toEqual(Object.fromEntries(told));
});

describe('vectors', () => {
  test('hashing', () => {
    const { state, canonical, sha256 } = vectors.hashing;
    expect(canonicalText(state as unknown as Json)).toBe(canonical);
    expect(hashOf(state)).toBe(sha256);
  });

  test('places to appear', () => {
    for (const { seed, player, deaths, x, y, ...size } of vectors.spawns) {
      expect(placeToAppear(seed, player, deaths, size)).toEqual({ x, y });
    }
  });

  test('head hits', () => {
    for (const { hits, heads, flagged } of vectors.headshots) {
      expect(isHeadshotOutlier(hits, heads, DEFAULT_RULES), `${heads} of ${hits}`).toBe(flagged);
    }
  });

  test.each(vectors.scenarios)('$title', (scenario) => {
    let world = newWorld(scenario.create);
    for (const { joins, inputs, expected } of scenarioTicks(scenario)) {
      const commands = inputs.flatMap(({ player, commands: own }) =>
        own.map((command): Sent => ({ player, command })),
      );
      const { world: after, refusals } = evaluateTick(world, { joins, commands });
      world = after;
      expect(world.tick).toBe(expected.tick);
      expect(refusals).toEqual(expected.rejected);
      if (expected.state) expect(stateOf(world)).toEqual(expected.state);
      expect(hashOf(stateOf(world))).toBe(expected.sha256);
    }
  });
});

describe('what vectors do not show', () => {
  const run = (inputs: readonly TickInput[], rules = {}) => {
    let world = newWorld({ ...empty, rules });
    return inputs.map((input) => {
      const result = evaluateTick(world, input);
      world = result.world;
      return result;
    });
  };

  test('a player without a stream is there for graceTicks ticks and gone with the next', () => {
    const none = { streams: new Set<string>() };
    const ticks = run([{ joins: [joinAnn], ...none }, none, none, none], { graceTicks: 2 });
    expect(ticks.map(({ left }) => left)).toEqual([[], [], [], ['ann']]);
  });

  test('a stream at the beginning of a tick begins the grace anew', () => {
    const none = { streams: new Set<string>() };
    const some = { streams: new Set(['ann']) };
    const ticks = run([{ joins: [joinAnn] }, none, none, some, none, none, none], {
      graceTicks: 2,
    });
    expect(ticks.map(({ left }) => left.length)).toEqual([0, 0, 0, 0, 0, 0, 1]);
  });

  test('who says bye and joins again is a new player', () => {
    const ticks = run([
      { joins: [joinAnn] },
      { commands: [{ player: 'ann', command: move(7, 100) }] },
      { leaves: ['ann'], joins: [joinAnn], commands: [{ player: 'ann', command: move(1, 50) }] },
    ]);
    const [ann] = stateOf(ticks[2]!.world).players;
    expect(ann).toMatchObject({ x: 50_050, lastInputSeq: 1 });
    expect(ticks[2]).toMatchObject({ left: ['ann'], joined: [{ player: 'ann' }] });
  });

  test('a move within the tolerance is the implementation’s choice', () => {
    const world = run([{ joins: [joinAnn] }])[0]!.world;
    const commands = [{ player: 'ann', command: move(1, 210) }];
    expect(evaluateTick(world, { commands }).refusals).toEqual([]);
    const strict = evaluateTick(world, { commands }, { refusesWithinTolerance: () => true });
    expect(strict.refusals).toEqual([{ player: 'ann', seq: 1, code: 'SPEED' }]);
    expect(strict.occurrences).toMatchObject([{ code: 'SPEED', value: 210, limit: 200 }]);
  });

  test('of two commands with one seq the first counts, or the one that was picked', () => {
    const world = run([{ joins: [joinAnn] }])[0]!.world;
    const commands = [move(1, 10), move(1, 20)].map((command) => ({ player: 'ann', command }));
    const place = (choices = {}) =>
      stateOf(evaluateTick(world, { commands }, choices).world).players[0]!.x;
    expect(place()).toBe(50_010);
    expect(place({ pick: (_: string, rivals: Sent['command'][]) => rivals.at(-1) })).toBe(50_020);
  });

  test('a tick leaves the world before it as it was', () => {
    const world = run([{ joins: [joinAnn] }])[0]!.world;
    const before = structuredClone(world);
    evaluateTick(world, { commands: [{ player: 'ann', command: move(1, 10) }] });
    expect(world).toEqual(before);
  });
});
