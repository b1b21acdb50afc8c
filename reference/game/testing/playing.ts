/** A simulation with its next tick's input, for tests: what comes is kept until `step`. */
import type {
  AllRules,
  Command,
  Map as WorldMap,
  PlayerState,
  Point1,
} from '../../../spec/game/messages.d.ts';
import schema from '../../../spec/game/messages.schema.json' with { type: 'json' };
import { openSimulation } from '../simulation/simulation.ts';
import type {
  Simulation,
  SimulationOptions,
  SimulationSnapshot,
  TickResult,
} from '../simulation/types.ts';

/** The defaults are in the schema's descriptions, and nowhere else as data. */
const DEFAULTS = Object.fromEntries(
  Object.entries(schema.$defs.Rules.properties).flatMap(([name, { description }]) => {
    const found = /Default (\d+)\.$/.exec(description);
    return found ? [[name, Number(found[1])]] : [];
  }),
) as unknown as AllRules;

export function allRules(rules: Partial<AllRules> = {}): AllRules {
  return { ...DEFAULTS, ...rules };
}

export const WIDE: WorldMap = { widthMm: 100_000, heightMm: 100_000, items: [] };

export interface Playing {
  readonly simulation: Simulation;
  join(player: string, spawn?: Point1): void;
  leave(player: string): void;
  input(player: string, ...commands: Command[]): void;
  step(): TickResult;
  steps(ticks: number): TickResult[];
  /** Of the newest tick. */
  player(id: string): PlayerState;
}

export function playing(
  options: Partial<SimulationOptions> = {},
  snapshot?: SimulationSnapshot,
): Playing {
  const simulation = openSimulation(
    { seed: 1, map: WIDE, rules: allRules(), ...options },
    snapshot,
  );
  let left: string[] = [];
  let joined: { player: string; spawn?: Point1 | undefined }[] = [];
  let commands = new Map<string, Command[]>();
  const match: Playing = {
    simulation,
    join: (player, spawn) => void joined.push({ player, spawn }),
    leave: (player) => void left.push(player),
    input(player, ...more) {
      commands.set(player, [...(commands.get(player) ?? []), ...more]);
    },
    step() {
      const result = simulation.evaluate({ left, joined, commands });
      [left, joined, commands] = [[], [], new Map()];
      return result;
    },
    steps: (ticks) => Array.from({ length: ticks }, () => match.step()),
    player(id) {
      const player = simulation.state()!.players.find((each) => each.id === id);
      if (!player) throw new Error(`${id} is not there`);
      return player;
    },
  };
  return match;
}
