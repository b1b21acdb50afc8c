/**
 * A match as a function of its commands: each tick is evaluated from the state before it and what has come, phase by phase, and
 * reads no clock and no chance. Nobody sees a state before it is fixed.
 */
import { lookAtReaction } from '../antiCheat/behaviorAnalyzer.ts';
import { lookAtHeadshots } from '../antiCheat/statisticalModel.ts';
import { resolveDamage } from '../conflictResolver/damage.ts';
import { rememberPlace } from '../conflictResolver/lagCompensation.ts';
import { resolveShots } from '../conflictResolver/shots.ts';
import { resolveTakes } from '../conflictResolver/takes.ts';
import { fillBanks } from '../gameInstances/banks.ts';
import { processCommands } from '../gameInstances/eventProcessor.ts';
import { KeptStates } from '../gameInstances/keptStates.ts';
import { newTickLog, refusalsInOrder } from '../gameInstances/tickLog.ts';
import type { Hit } from '../gameInstances/tickLog.ts';
import { World } from '../gameInstances/world.ts';
import type {
  HitBy,
  OpenSimulation,
  Simulation,
  SimulationOptions,
  TickInput,
  TickResult,
} from './types.ts';

export const openSimulation: OpenSimulation = (options, snapshot) => {
  const world = new World(options, snapshot);
  const states = new KeptStates(snapshot?.state ?? world.state(0));
  const simulation: Simulation = {
    get tick() {
      return states.newest.tick;
    },
    state: (tick) => (tick === undefined ? states.newest : states.at(tick)?.state),
    stateHash: (tick) => states.at(tick ?? states.newest.tick)?.sha256,
    evaluate: (input) => evaluate(options, world, states, input),
    snapshot: () => world.snapshot(states.newest),
  };
  return simulation;
};

function evaluate(
  options: SimulationOptions,
  world: World,
  states: KeptStates,
  input: TickInput,
): TickResult {
  const { rules, map } = options;
  const tick = states.newest.tick + 1;
  const log = newTickLog(tick, rules);
  // Each phase is done for all players before the next one begins.
  const left = world.leave(input.left);
  const joined = world.join(input.joined, tick).map(({ id, x, y }) => ({ player: id, x, y }));
  world.appearAgain(tick);
  for (const player of world.players) fillBanks(player, rules);
  for (const player of world.players) {
    const commands = input.commands.get(player.id);
    if (commands !== undefined) processCommands(log, player, commands, map);
  }
  const taken = resolveTakes(log, (id) => world.itemWith(id));
  world.give(taken);
  resolveShots(log, world.players);
  const deaths = resolveDamage(log);
  for (const hit of log.hits) lookAtReaction(log, hit);
  lookAtHeadshots(log);
  for (const player of world.players) rememberPlace(player, tick);
  const changed = world.show();
  const sha256 = states.keep(world.state(tick));
  return {
    replay: { tick, left, joined, commands: log.evaluated, sha256 },
    refusals: refusalsInOrder(log),
    hits: log.hits.map(shownHit),
    deaths,
    changed: joined.length === 0 ? changed : withoutJoined(changed, joined),
    taken: taken.map(({ item, by }) => ({ item, by: by.id })),
    occurrences: log.occurrences,
  };
}

function shownHit({ target, shooter, damage, head }: Hit): HitBy {
  return { kind: 'hit', target: target.id, by: shooter.id, damage, head };
}

function withoutJoined(
  changed: TickResult['changed'],
  joined: readonly { player: string }[],
): TickResult['changed'] {
  const anew = new Set(joined.map(({ player }) => player));
  return changed.filter(({ id }) => !anew.has(id));
}
