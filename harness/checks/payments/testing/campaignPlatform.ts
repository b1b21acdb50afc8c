/**
 * The test platform as a process with a disk, in virtual time: its calls to the outside services take their time, and a crash may come
 * between any two steps. What a crash takes, what the outside services hear and what clients hear are parts that a defect replaces.
 */
import type { VirtualTime } from '../../../history/testing/virtualTime.ts';
import type { Random } from '../../../load/seededRandom.ts';
import { DEFAULT_START_CLOCK_MS } from '../../../target/launchTarget.ts';
import type { Answer, JsonObject } from '../../../target/target.ts';
import type { LocalWorld } from '../../../world/localWorld.ts';
import type { WorldReply } from '../../../world/world.ts';
import { copyPlain } from '../../testing/copyPlain.ts';
import type { InMemorySystem, SystemAnswer } from '../../testing/inMemoryTarget.ts';
import type { Disk, PlatformOptions } from './life.ts';
import { memoryPlatform } from './platforms.ts';

export interface CampaignPlatform {
  readonly parts: PlatformParts;
  readonly time: VirtualTime;
  readonly random: Random;
  readonly world: LocalWorld;
  readonly disk: Disk;
  readonly system: InMemorySystem;
  /** Counts the lives. */
  epoch: number;
  isUp: boolean;
}

export interface PlatformParts {
  /** What a crash makes of the disk, before the platform comes up again: records are replaced, never changed. */
  crash(platform: CampaignPlatform): void;
  /** A call of the platform, as it arrives outside. */
  outside(platform: CampaignPlatform, operation: string, input: JsonObject): Promise<WorldReply>;
  /** A request of a client; without virtual time for what needs nobody outside. */
  serve(platform: CampaignPlatform, operation: string, input: JsonObject): Promise<SystemAnswer>;
}

const MAX_TRAVEL_MS = 2;
const MAX_DOWN_MS = 15;

export const soundParts: PlatformParts = {
  crash: () => undefined,
  outside: ({ world }, operation, input) => world.call(operation, input),
  serve: async ({ system }, operation, input) => system.call(operation, input),
};

export function openCampaignPlatform(
  parts: PlatformParts,
  options: PlatformOptions,
  world: LocalWorld,
  time: VirtualTime,
  random: Random,
): CampaignPlatform {
  const disk: Disk = { records: [], isFull: false };
  const surroundings = {
    sleep: (ms: number) => time.sleep(ms),
    newId: () =>
      Array.from({ length: 4 }, () => Math.floor(random() * 2 ** 32).toString(36)).join(''),
  };
  const slowWorld: LocalWorld = {
    ...world,
    async call(operation, input) {
      // On its way it does not matter any more whether its sender lives.
      await time.sleepBetween(0, MAX_TRAVEL_MS);
      const reply = await parts.outside(platform, operation, input);
      await time.sleepBetween(0, MAX_TRAVEL_MS);
      return reply;
    },
  };
  const open = memoryPlatform({ ...options, surroundings }, () => disk);
  const system = open(DEFAULT_START_CLOCK_MS, slowWorld);
  const platform = { parts, time, random, world, disk, system, epoch: 1, isUp: true };
  return platform;
}

/** Undefined when it died before it could answer. */
export async function serve(
  platform: CampaignPlatform,
  operation: string,
  input: JsonObject,
): Promise<Answer | undefined> {
  const { epoch, parts } = platform;
  if (!platform.isUp) return undefined;
  const isAlive = (): boolean => platform.isUp && platform.epoch === epoch;
  try {
    const answer = copyPlain(await parts.serve(platform, operation, copyPlain(input)));
    if (!isAlive()) return undefined;
    return 'output' in answer
      ? { kind: 'ok', output: answer.output as JsonObject }
      : { kind: 'refused', problem: answer.problem };
  } catch (error) {
    if (isAlive()) throw error;
    return undefined;
  }
}

/** Down for a moment, and up again on what is left. */
export async function crash(platform: CampaignPlatform): Promise<void> {
  const { system, parts, time } = platform;
  if (!platform.isUp) return;
  platform.isUp = false;
  platform.epoch += 1;
  system.kill?.();
  await time.sleepBetween(0, MAX_DOWN_MS);
  parts.crash(platform);
  system.restart(DEFAULT_START_CLOCK_MS);
  platform.isUp = true;
}
