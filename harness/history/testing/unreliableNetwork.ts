/** A network between clients and a system, in virtual time: most calls it delivers; others it loses, delays or cuts, as the seed has it. */
import type { Random } from '../../load/seededRandom.ts';
import type { Answer, JsonObject } from '../../target/target.ts';
import type { CallFunction } from '../historyRecorder.ts';
import type { VirtualTime } from './virtualTime.ts';

export type Fate = (typeof FATES)[number];
const FATES = [
  'delivered',
  'reply lost',
  'delayed beyond the time limit',
  'reset before the effect',
  'refused before the effect',
] as const;

export interface UnreliableNetworkOptions {
  readonly time: VirtualTime;
  readonly random: Random;
  /** Undefined when it died before it could answer. */
  serve(operation: string, input: JsonObject): Promise<Answer | undefined>;
  /** After which a client gives up. */
  readonly timeLimitMs: number;
  /** Of all calls: how many are not simply delivered. */
  readonly faultShare: number;
}

export interface UnreliableNetwork {
  readonly call: CallFunction;
  /** How often each fault struck. */
  readonly struck: Readonly<Record<Fate, number>>;
}

const MAX_TRAVEL_MS = 4;

export function unreliableNetwork(options: UnreliableNetworkOptions): UnreliableNetwork {
  const { time, random, serve, timeLimitMs, faultShare } = options;
  const struck = Object.fromEntries(FATES.map((fate) => [fate, 0])) as Record<Fate, number>;
  const travel = (): Promise<void> => time.sleepBetween(0, MAX_TRAVEL_MS);
  const lost: Answer = { kind: 'indeterminate', reason: 'no reply in time' };
  const dead: Answer = { kind: 'indeterminate', reason: 'the connection was reset' };
  const call: CallFunction = async (operation, input) => {
    const isFaulty = random() < faultShare;
    const fate = isFaulty ? FATES[1 + Math.floor(random() * (FATES.length - 1))]! : 'delivered';
    struck[fate] += 1;
    const arrive = async (): Promise<Answer> => (await serve(operation, input)) ?? dead;
    await travel();
    switch (fate) {
      case 'delivered':
        break;
      case 'reply lost':
        void arrive();
        await time.sleep(timeLimitMs);
        return lost;
      case 'delayed beyond the time limit':
        void time.sleepBetween(0, 2 * timeLimitMs).then(arrive);
        await time.sleep(timeLimitMs / 2);
        return lost;
      case 'reset before the effect':
        return dead;
      case 'refused before the effect':
        return { kind: 'refused', problem: { code: 'OVERLOADED' } };
    }
    const answer = await arrive();
    await travel();
    return answer;
  };
  return { call, struck };
}
