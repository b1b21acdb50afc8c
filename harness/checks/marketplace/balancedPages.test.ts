/** Pages of up to four processes, each with a cache of its own, behind a balancer: what the contract allows them is not held against them. */
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import type { Check } from '../check.ts';
import type { InMemorySystem } from '../testing/inMemoryTarget.ts';
import { boundedStaleness } from './boundedStaleness.ts';
import { sparedCatalogue } from './sparedCatalogue.ts';
import { staleness } from './staleness.ts';
import { DEFAULT_FREEDOMS } from './testing/freedoms.ts';
import { runCheckOn } from './testing/judgeMarket.ts';
import type { OpenMarket } from './testing/judgeMarket.ts';
import { memoryMarket } from './testing/memoryMarket.ts';

const PROCESSES = 4;

interface Request {
  readonly productId: string;
  /** Since the start, by the clock. */
  readonly passedMs: number;
  /** Requests for the product before this one. */
  readonly before: number;
}

type Serve = (processes: readonly InMemorySystem[], request: Request) => ReturnType<Call>;
type Call = InMemorySystem['call'];

/** @param serve answers getProduct; everything else goes to all of them */
function balanced(serve: Serve): OpenMarket {
  return (clockMs, worldUrl) => {
    const options = { defects: new Set<string>(), freedoms: DEFAULT_FREEDOMS, worldUrl, nodes: 1 };
    const processes = Array.from({ length: PROCESSES }, () => memoryMarket(options, clockMs));
    const seen = new Map<string, number>();
    let passedMs = 0;
    return {
      async call(operation, input) {
        const { productId, nowMs } = input as { productId: string; nowMs: number };
        if (operation === 'getProduct') {
          const before = seen.get(productId) ?? 0;
          seen.set(productId, before + 1);
          return serve(processes, { productId, passedMs, before });
        }
        if (operation === 'setClock') passedMs = nowMs - clockMs;
        const answers = await Promise.all(processes.map(({ call }) => call(operation, input)));
        return answers[0]!;
      },
      restart: (nowMs) => processes.forEach((each) => each.restart(nowMs)),
    };
  };
}

function named(checks: readonly Check[], id: string): Check {
  return checks.find((each) => each.id === id)!;
}

test('a page that another process fetches later is not as old as the first', async () => {
  const open = balanced((processes, { productId, passedMs }) =>
    processes[passedMs === 0 ? 0 : 1]!.call('getProduct', { productId }),
  );
  const hits = await runCheckOn(named(boundedStaleness, 'staleness-is-bounded'), { open });
  expect(hits['old']).toBeGreaterThan(5);
});

test('stale pages may be refreshed one after the other', async () => {
  const freedoms = { staleRefresh: 'one page after the other' } as const;
  const check = named(staleness, 'stale-while-revalidate');
  expect(await runCheckOn(check, { freedoms })).toEqual({ stale: 5 });
});

/** Of the first crowd, on a machine that is too busy. */
const LATE_MS = 1_100;

test(
  'readers who come after the catalogue’s second may ask it again',
  { timeout: 20_000 },
  async () => {
    const open = balanced(async (processes, { productId, before }) => {
      const process = processes[before % PROCESSES]!;
      const ask = () => process.call('getProduct', { productId });
      if (!productId.includes('crowded1000')) return ask();
      if (before >= 500) return sleep(LATE_MS).then(ask);
      // Its answer comes when the process has given up on it, and is thrown away.
      await ask();
      await process.call('purgeProduct', { productId });
      await sleep(LATE_MS - 400);
      return { problem: { code: 'CATALOGUE_UNAVAILABLE' } };
    });
    expect(await runCheckOn(named(sparedCatalogue, 'stampede'), { open })).toEqual({ reads: 700 });
  },
);
