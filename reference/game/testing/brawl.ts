/** A seeded match in which everything happens: for properties that hold whatever happens. */
import type { Command } from '../../../spec/game/messages.d.ts';
import type { SimulationOptions, TickInput } from '../simulation/types.ts';
import { allRules } from './playing.ts';

export const BRAWL: SimulationOptions = {
  seed: 77,
  map: {
    widthMm: 3_000,
    heightMm: 2_000,
    items: Array.from({ length: 12 }, (_, index) => ({
      id: `i${index}`,
      x: index * 250,
      y: (index % 3) * 900,
    })),
  },
  rules: allRules({
    damage: 30,
    weaponRangeMm: 2_500,
    respawnTicks: 4,
    deadGraceTicks: 2,
    minHits: 5,
    reactionSample: 3,
    reactionFast: 2,
  }),
};

export type Random = (below: number) => number;

export function random(seed: number): Random {
  let state = seed >>> 0;
  return (below) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

const IDS = ['Zoe', 'ann', 'ben', 'b.2', 'cat', 'dan'];

/** Joins, leaves, commands in disorder, again, too long, too many, and shots of all kinds. */
export function brawl(seed: number, ticks: number): TickInput[] {
  const next = random(seed);
  const there = new Set<string>();
  const seqs = new Map<string, number>();
  return Array.from({ length: ticks }, (_, index) => {
    const left = [...there].filter(() => next(60) === 0);
    left.forEach((id) => there.delete(id));
    const joined = IDS.filter((id) => !there.has(id) && next(3) === 0).map((player) =>
      next(2) === 0 ? { player } : { player, spawn: { x: next(3_001), y: next(2_001) } },
    );
    for (const { player } of joined) {
      seqs.set(player, 0);
      there.add(player);
    }
    const commands = new Map<string, Command[]>();
    for (const id of there) {
      const last = seqs.get(id)!;
      const count = next(4);
      const own = Array.from({ length: count }, (_, at) => command(next, last + 1 + at, index + 1));
      if (next(4) === 0) own.reverse();
      if (own.length > 0 && next(4) === 0) own.push(own[0]!);
      seqs.set(id, last + count + next(2));
      commands.set(id, own);
    }
    return { left, joined, commands };
  });
}

function command(next: Random, seq: number, tick: number): Command {
  const far = next(20) === 0 ? 12 : 1;
  const made: Command = { seq, dx: (next(281) - 140) * far, dy: (next(281) - 140) * far };
  if (next(3) === 0) made.yawMdeg = next(360_000);
  if (next(3) === 0) made.take = `i${next(14)}`;
  if (next(2) === 0) {
    const viewTick = Math.max(tick + 1 - next(10), 0);
    made.fire = { x: next(3_001), y: next(2_001), viewTick };
  }
  return made;
}
