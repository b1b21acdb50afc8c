/** spec/game/vectors.json: matches worked out. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type {
  Command,
  CreateMatch,
  PlayerId,
  Point,
  State,
} from '../../../spec/game/messages.d.ts';
import { packageRoot } from '../../contract/packageRoot.ts';
import type { Refusal } from './rules/evaluation.ts';

export interface Scenario {
  readonly title: string;
  readonly create: Pick<CreateMatch, 'seed' | 'map' | 'rules'>;
  readonly steps: readonly (
    { readonly join: Join } | { readonly input: ScenarioInput } | { readonly step: ExpectedTick }
  )[];
}

export interface Join {
  readonly player: PlayerId;
  readonly spawn?: Point;
}

export interface ScenarioInput {
  readonly player: PlayerId;
  readonly commands: Command[];
}

export interface ExpectedTick {
  readonly tick: number;
  readonly rejected: readonly Refusal[];
  readonly sha256: string;
  /** Not of every tick. */
  readonly state?: State;
}

/** What comes before a tick, and what it gives. */
export interface ScenarioTick {
  readonly joins: Join[];
  readonly inputs: ScenarioInput[];
  readonly expected: ExpectedTick;
}

interface Vectors {
  readonly hashing: {
    readonly state: State;
    readonly canonical: string;
    readonly sha256: string;
  };
  readonly spawns: readonly {
    readonly seed: number;
    readonly player: PlayerId;
    readonly deaths: number;
    readonly widthMm: number;
    readonly heightMm: number;
    readonly x: number;
    readonly y: number;
  }[];
  readonly headshots: readonly {
    readonly hits: number;
    readonly heads: number;
    readonly flagged: boolean;
  }[];
  readonly scenarios: readonly Scenario[];
}

export const vectors = JSON.parse(
  readFileSync(join(packageRoot, 'spec', 'game', 'vectors.json'), 'utf8'),
) as Vectors;

export function scenarioTicks({ steps }: Scenario): ScenarioTick[] {
  const ticks: ScenarioTick[] = [];
  let joins: Join[] = [];
  let inputs: ScenarioInput[] = [];
  for (const step of steps) {
    if ('join' in step) joins.push(step.join);
    else if ('input' in step) inputs.push(step.input);
    else {
      ticks.push({ joins, inputs, expected: step.step });
      joins = [];
      inputs = [];
    }
  }
  return ticks;
}
