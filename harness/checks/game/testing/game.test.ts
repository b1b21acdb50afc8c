/** The test system gives the worked out matches, by operations alone. */
import { expect, test } from 'vitest';
import type { Report, State } from '../../../../spec/game/messages.d.ts';
import { scenarioTicks, vectors } from '../vectors.ts';
import { flagHits, noHabits } from './flags.ts';
import { chooseFreedoms } from './freedoms.ts';
import { memoryGame } from './memoryGame.ts';
import { newMatch, withDefaults } from './match.ts';
import { hashOf, noResult, placeToAppear } from './world.ts';
import type { Player, World } from './world.ts';
import type { SystemAnswer } from '../../testing/inMemoryTarget.ts';

const switches = { defects: new Set<string>(), freedoms: chooseFreedoms(() => 0) };
const map = { widthMm: 100_000, heightMm: 60_000, items: [] };

async function ask<T>(answer: SystemAnswer | Promise<SystemAnswer>): Promise<T> {
  const given = await answer;
  if ('problem' in given) throw new Error(given.problem.code);
  return given.output as T;
}

test.each(vectors.scenarios.map((scenario) => [scenario.title, scenario] as const))(
  '%s',
  async (_title, scenario) => {
    const system = memoryGame(switches);
    const match = 'm';
    await ask(system.call('createMatch', { match, mode: 'virtual', ...scenario.create }));
    const tokens = new Map<string, string>();
    for (const { joins, inputs, expected } of scenarioTicks(scenario)) {
      for (const join of joins) {
        const { token } = await ask<{ token: string }>(
          system.call('joinMatch', { match, ...join }),
        );
        tokens.set(join.player, token);
      }
      for (const { player, commands } of inputs) {
        const token = tokens.get(player);
        await ask(system.call('sendInput', { match, player, token, commands }));
      }
      await ask(system.call('stepMatch', { match, toTick: expected.tick }));
      const { state } = await ask<{ state: State }>(system.call('getState', { match }));
      if (expected.state) expect(state).toEqual(expected.state);
      const { sha256 } = await ask<{ sha256: string }>(system.call('getStateHash', { match }));
      expect(sha256).toBe(expected.sha256);
    }
    const { reports } = await ask<{ reports: Report[] }>(system.call('listReports', { match }));
    const refused = scenarioTicks(scenario).flatMap(({ expected }) => expected.rejected);
    const codes = new Set(reports.map(({ code }) => code as string));
    const unreported = ['NOT_THERE', 'TAKEN', 'DEAD'];
    const wanted = refused.map(({ code }) => code).filter((code) => !unreported.includes(code));
    expect([...codes].toSorted()).toEqual([...new Set(wanted)].toSorted());
  },
);

test.each(vectors.spawns)(
  'appears: %o',
  ({ seed, player: id, deaths, widthMm, heightMm, x, y }) => {
    const world = newMatch(
      switches,
      withDefaults({ match: 'm', seed, mode: 'virtual', map: { widthMm, heightMm, items: [] } }),
    );
    const player = { id, deaths, spawn: undefined } as Player;
    expect(placeToAppear(world, player)).toEqual({ x, y });
  },
);

test('hashes', () => {
  const created = withDefaults({ match: 'm', seed: 1, mode: 'virtual', map });
  expect(hashOf(newMatch(switches, created), vectors.hashing.state)).toBe(vectors.hashing.sha256);
});

test.each(vectors.headshots)('head hits: %o', ({ hits, heads, flagged }) => {
  const created = withDefaults({ match: 'm', seed: 1, mode: 'virtual', map });
  const world: World = newMatch(switches, created);
  const player = { id: 'a', habits: noHabits(), spawnTick: 0 } as unknown as Player;
  // The last hit counts itself.
  player.habits.hits = hits - 1;
  player.habits.heads = heads;
  const result = noResult();
  const hit = { by: player, target: player, seq: 1, damage: 1, isHead: false, lookedAt: 100 };
  flagHits(world, { ...result, hits: [hit] });
  expect(result.occurrences.some(({ code }) => code === 'HEADSHOT_RATIO')).toBe(flagged);
});
