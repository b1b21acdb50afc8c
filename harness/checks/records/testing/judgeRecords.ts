/** Runs the records checks on a system in this process, with a data directory that survives its restarts. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadCaseStudy } from '../../../contract/loadCaseStudy.ts';
import { openContext } from '../../../run/checkContext.ts';
import { DEFAULT_START_CLOCK_MS } from '../../../target/launchTarget.ts';
import type { Target, TargetProcess } from '../../../target/target.ts';
import { serveWorld } from '../../../world/serveWorld.ts';
import type { World } from '../../../world/world.ts';
import { createWorldFrame } from '../../../world/worldFrame.ts';
import type { Check } from '../../check.ts';
import { inMemoryFactory, inMemoryTarget } from '../../testing/inMemoryTarget.ts';
import type { InMemorySystem } from '../../testing/inMemoryTarget.ts';
import { checkedClauses, judgePlatform } from '../../testing/judgePlatform.ts';
import type { Judged } from '../../testing/judgePlatform.ts';
import { checks } from '../index.ts';
import { createSimulators } from '../world.ts';
import type { Defect } from './defects.ts';
import { directoryDisk } from './disk.ts';
import type { Disk } from './disk.ts';
import { DEFAULT_FREEDOMS } from './freedoms.ts';
import type { Freedoms } from './freedoms.ts';
import { memoryRecords } from './memoryRecords.ts';

export const records = loadCaseStudy('records');

/** What a system in this process stands on. */
export interface Ground {
  readonly worldUrl: string;
  readonly disk: Disk;
  readonly output: (text: string) => void;
}

export type OpenRecords = (clockMs: number, ground: Ground) => InMemorySystem;

export interface JudgeRecordsOptions {
  /** Default: none. */
  readonly defects?: readonly Defect[];
  /** Those that are given; the others as they are by default. */
  readonly freedoms?: Partial<Freedoms>;
  /** Default 1. */
  readonly seed?: number;
  /** Check ids. Default: all that index.ts exports. */
  readonly checks?: readonly string[];
  /** Clauses, as in EHR-PUR-01.a, beside `checks`. */
  readonly clauses?: readonly string[];
  /** What is judged instead of the system that the options above describe. */
  readonly open?: OpenRecords;
}

/** All instances have one world, as in a run. */
export async function judgeRecords(options: JudgeRecordsOptions = {}): Promise<Judged[]> {
  const world = await openServedWorld();
  const open = options.open ?? opener(options);
  const inMemory = (): never => {
    throw new Error('Every instance is launched with a data directory.');
  };
  const factory = {
    ...inMemoryFactory(records, 'test system', inMemory, world),
    launch: async () => launch(open, world.url).target,
  };
  const { seed = 1 } = options;
  try {
    return await judgePlatform(records, factory, { seed, checks: checkIds(options) });
  } finally {
    await world.close();
  }
}

function opener({ defects = [], freedoms }: JudgeRecordsOptions): OpenRecords {
  const chosen = { ...DEFAULT_FREEDOMS, ...freedoms };
  return (clockMs, ground) =>
    memoryRecords({ defects: new Set(defects), freedoms: chosen, ...ground }, clockMs);
}

export interface Launched {
  readonly target: Target;
  /** To make it unwritable. */
  readonly disk: Disk;
}

/** Closing it removes its data directory. */
export function launch(open: OpenRecords, worldUrl: string): Launched {
  const dataDir = mkdtempSync(join(tmpdir(), 'casemark-records-'));
  const disk = directoryDisk(dataDir);
  let written = '';
  const output = (text: string): void => void (written += text);
  const target = inMemoryTarget(records, open(DEFAULT_START_CLOCK_MS, { worldUrl, disk, output }));
  const process: TargetProcess = {
    ...{ dataDir, pid: () => undefined, exit: () => undefined },
    ...{ output: () => written, signal: () => undefined },
  };
  return {
    disk,
    target: {
      ...target,
      process,
      async close() {
        await target.close();
        rmSync(dataDir, { recursive: true, force: true });
      },
    },
  };
}

function checkIds({ checks: ids, clauses }: JudgeRecordsOptions): string[] {
  if (!ids && !clauses) return checks.map(({ id }) => id);
  const named = checkedClauses(records).filter(({ clause }) => clauses?.includes(clause));
  return [...(ids ?? []), ...named.map(({ check }) => check)];
}

export interface RunOptions extends Omit<JudgeRecordsOptions, 'checks' | 'clauses'> {
  /** Default 60 000. */
  readonly deadlineMs?: number;
  /** Told of each instance, in the order in which they are launched. */
  readonly onLaunch?: (launched: Launched) => void;
}

/** One check, whether index.ts exports it or not. @returns its hits; what it throws is its finding */
export async function runCheckOn(
  check: Check,
  options: RunOptions = {},
): Promise<Record<string, number>> {
  const { seed = 1, deadlineMs = 60_000, open = opener(options) } = options;
  const world = await openServedWorld();
  const targets: Target[] = [];
  const launchOne = async (): Promise<Target> => {
    const launched = launch(open, world.url);
    options.onLaunch?.(launched);
    targets.push(launched.target);
    return launched.target;
  };
  const target = await launchOne();
  let suffixes = 0;
  const opened = openContext({
    ...{ caseStudy: records, target, world, launch: launchOne, seed, deadlineMs, effort: 1 },
    shrink: 'first-failure',
    nextSuffix: () => `x${(suffixes += 1)}`,
    onEntry: () => undefined,
  });
  try {
    await check.run(opened.context);
    return opened.hits;
  } finally {
    await opened.close();
    for (const each of targets) await each.close();
    await world.close();
  }
}

/** Over HTTP, as the system asks it, but in this thread. */
async function openServedWorld(): Promise<World> {
  const simulators = createSimulators();
  const frame = createWorldFrame(simulators);
  const served = await serveWorld(records.world?.operations.values() ?? [], frame, 0);
  return {
    url: served.url,
    ask: async (question) => simulators.ask(question),
    complaints: async () => frame.complaints.list(),
    close: served.close,
  };
}
