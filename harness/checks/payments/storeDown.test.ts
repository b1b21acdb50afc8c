import { expect, test } from 'vitest';
import { evidence } from '../../fault/evidence.ts';
import type { Evidence } from '../../fault/evidence.ts';
import type { InMemorySystem, SystemAnswer } from '../testing/inMemoryTarget.ts';
import { storeDown } from './storeDown.ts';
import type { Defect } from './testing/defects.ts';
import { DEFAULT_FREEDOMS } from './testing/freedoms.ts';
import { runCheckOn } from './testing/judgePayments.ts';
import type { OpenPlatform } from './testing/judgePayments.ts';
import type { Disk } from './testing/life.ts';
import { memoryPlatform } from './testing/platforms.ts';

interface Manner {
  readonly defect?: Defect;
  /** What a platform makes of createPayment while its disk is full, and afterwards. */
  readonly pay?: (pay: () => Promise<SystemAnswer>, disk: Disk) => Promise<SystemAnswer>;
  readonly restarted?: () => void;
}

async function judge({ defect, pay, restarted }: Manner): Promise<Record<string, number>> {
  const disk: Disk = { records: [], isFull: false };
  const inner = memoryPlatform({ freedoms: DEFAULT_FREEDOMS, defect }, () => disk);
  const open: OpenPlatform = (clockMs, world) => {
    const platform = inner(clockMs, world);
    const call: InMemorySystem['call'] = async (operation, input) => {
      const answer = async (): Promise<SystemAnswer> => platform.call(operation, input);
      return pay && operation === 'createPayment' ? pay(answer, disk) : answer();
    };
    const restart = (nowMs: number): void => {
      restarted?.();
      platform.restart(nowMs);
    };
    return { ...platform, call, restart };
  };
  const heal = async (): Promise<Evidence> => {
    disk.isFull = false;
    return evidence('installed', 'as it was');
  };
  const check = storeDown(async () => {
    disk.isFull = true;
    return { evidence: evidence('installed', 'full'), heal };
  });
  return runCheckOn(open, check);
}

const refusal = (code: string): SystemAnswer => ({ problem: { code } });

/** Refuses from the first failed write on. */
function stuckUntil(end: 'restart' | 'never'): Manner {
  let isStuck = false;
  return {
    async pay(pay, disk) {
      isStuck ||= disk.isFull;
      return isStuck ? refusal('EVENT_STORE_UNAVAILABLE') : pay();
    },
    restarted() {
      if (end === 'restart') isStuck = false;
    },
  };
}

/** What it still has room for. */
function roomFor(payments: number): Manner {
  let left = payments;
  return {
    async pay(pay, disk) {
      if (!disk.isFull || left === 0) return pay();
      left -= 1;
      disk.isFull = false;
      const answer = await pay();
      disk.isFull = true;
      return answer;
    },
  };
}

test.concurrent.each<[string, Manner]>([
  ['refuses when a write has failed', {}],
  ['refuses at once, and until it is started again', stuckUntil('restart')],
  ['takes what it still can write', roomFor(1)],
])('a platform that %s passes', async (_, manner) => {
  const hits = await judge(manner);
  expect(hits['refused']).toBeGreaterThanOrEqual(5);
});

test.concurrent.each<[string, Manner, RegExp]>([
  [
    'charges what it refuses',
    {
      async pay(pay, disk) {
        if (!disk.isFull) return pay();
        disk.isFull = false;
        await pay();
        disk.isFull = true;
        return refusal('EVENT_STORE_UNAVAILABLE');
      },
    },
    /charges were made for payments that were refused/,
  ],
  [
    'acknowledges what it forgets',
    {
      async pay(pay, disk) {
        if (!disk.isFull) return pay();
        const { length } = disk.records;
        disk.isFull = false;
        const answer = await pay();
        disk.records.splice(length);
        disk.isFull = true;
        return answer;
      },
    },
    /is gone after SIGKILL|charges are in force for them/,
  ],
  [
    'refuses with another code',
    { pay: async (pay, disk) => (disk.isFull ? refusal('OVERLOADED') : pay()) },
    /instead of EVENT_STORE_UNAVAILABLE/,
  ],
  [
    'says that something broke instead',
    { pay: async (pay, disk) => (disk.isFull ? refusal('INTERNAL') : pay()) },
    /not refused with EVENT_STORE_UNAVAILABLE: .*INTERNAL/,
  ],
  [
    'never takes a payment again',
    stuckUntil('never'),
    /refuses every command, also after a restart/,
  ],
])('a platform that %s fails', async (_, manner, sentence) => {
  await expect(judge(manner)).rejects.toThrow(sentence);
});
