/**
 * What rules.md makes of one tick: the oracle of the checks, obvious rather than fast. Where the contract leaves a choice it is told what
 * the implementation chose.
 */
import type { Choices, Evaluation, Refusal, Sent, TickInput, TickResult } from './evaluation.ts';
import { carryOutMoves } from './moves.ts';
import { whoIsThere } from './presence.ts';
import { applyDamage, shoot } from './shots.ts';
import { giveItems } from './taking.ts';
import type { Body, World } from './world.ts';

/** Pure: the world that is given stays as it is. */
export function evaluateTick(before: World, input: TickInput, choices: Choices = {}): TickResult {
  const tick = before.tick + 1;
  const evaluation: Evaluation = {
    ...{ before, tick },
    players: before.players.map((player) => ({ ...player })),
    items: before.items.map((item) => ({ ...item })),
    ...{ takes: [], fires: [], evaluated: [], refusals: [], occurrences: [] },
  };
  const { left, joined } = whoIsThere(evaluation, input);
  carryOutMoves(evaluation, input.commands ?? [], choices);
  giveItems(evaluation);
  const shots = shoot(evaluation);
  const deaths = applyDamage(evaluation, shots);
  const { players, items, evaluated, refusals, occurrences } = evaluation;
  refusals.sort((a, b) => order(evaluated, a) - order(evaluated, b));
  const world = { ...before, tick, players, items, past: withPlaces(before, tick, players) };
  return { world, left, joined, evaluated, refusals, occurrences, shots, deaths };
}

function order(evaluated: readonly Sent[], { player, seq }: Refusal): number {
  return evaluated.findIndex((sent) => sent.player === player && sent.command.seq === seq);
}

function withPlaces({ past, parameters }: World, tick: number, players: readonly Body[]) {
  const places = new Map(players.map(({ id, x, y }) => [id, { x, y }]));
  const oldest = tick - parameters.rules.rewindTicks;
  const kept = [...past].filter(([at]) => at >= oldest);
  return new Map([...kept, [tick, places] as const]);
}
