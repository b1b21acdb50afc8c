import { describe, expect, test } from 'vitest';
import { canonicalJson } from '../../kit/canonicalJson.ts';
import vectors from '../../../spec/game/vectors.json' with { type: 'json' };
import type { AllRules, Command, State } from '../../../spec/game/messages.d.ts';
import { isHeadshotOutlier } from '../antiCheat/statisticalModel.ts';
import { seededPlace } from '../gameInstances/appear.ts';
import { StateHasher } from '../gameInstances/stateHash.ts';
import { allRules, playing } from '../testing/playing.ts';

interface Step {
  join?: { player: string; spawn?: { x: number; y: number } };
  input?: { player: string; commands: Command[] };
  bye?: { player: string };
  step?: {
    tick: number;
    rejected: { player: string; seq: number; code: string }[];
    sha256: string;
    state?: State;
  };
}

describe('the vectors of the contract', () => {
  test.each(vectors.scenarios)('$title', ({ create, steps }) => {
    const { seed, map } = create;
    const match = playing({ seed, map, rules: allRules((create as { rules?: AllRules }).rules) });
    let ticks = 0;
    for (const each of steps as Step[]) {
      const known = ['join', 'input', 'step'];
      expect(Object.keys(each).filter((key) => !known.includes(key))).toEqual([]);
      if (each.join) match.join(each.join.player, each.join.spawn);
      if (each.input) match.input(each.input.player, ...each.input.commands);
      if (!each.step) continue;
      const { tick, rejected, sha256, state } = each.step;
      const { replay, refusals } = match.step();
      ticks++;
      expect(replay).toMatchObject({ tick, sha256 });
      expect(refusals.map(({ player, seq, code }) => ({ player, seq, code }))).toEqual(rejected);
      if (state) expect(match.simulation.state()).toEqual(state);
      expect(match.simulation.stateHash(tick)).toBe(sha256);
    }
    expect(ticks).toBeGreaterThan(0);
  });

  test('the hash of a state is that of its canonical JSON', () => {
    const { state, canonical, sha256 } = vectors.hashing;
    expect(canonicalJson(state)).toBe(canonical);
    expect(new StateHasher().hash(state)).toBe(sha256);
  });

  test.each(vectors.spawns)('$player appears where the seed $seed says', (spawn) => {
    const { seed, player, deaths, widthMm, heightMm, x, y } = spawn;
    const place = seededPlace({ seed, map: { widthMm, heightMm, items: [] } }, player, deaths);
    expect(place).toEqual({ x, y });
  });

  test.each(vectors.headshots)(
    '$heads heads in $hits hits: $flagged',
    ({ hits, heads, flagged }) => {
      expect(isHeadshotOutlier(hits, heads, allRules())).toBe(flagged);
    },
  );
});
