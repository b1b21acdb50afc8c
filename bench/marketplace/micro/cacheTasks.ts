/** Product pages from a cache: from its first level, from its second, and when many want one that is in neither. */
import assert from 'node:assert/strict';
import { setImmediate } from 'node:timers/promises';
import type { Item } from '../../../reference/marketplace/cacheManager/catalogue.ts';
import { memorySecondLevel } from '../../../reference/marketplace/cacheManager/secondLevel.ts';
import type { MicroTask, MicroWork } from '../../micro/microTask.ts';
import { asyncCacheDedupe, bentoCache, bentoCacheOfTwoLevels } from './pageCaches.ts';
import { FIRST_LEVEL_PAGES, lruCache, referenceCache, TTL_MS } from './pageCaches.ts';
import type { Behind, ReadPage } from './pageCaches.ts';

type Open = (behind: Behind) => ReadPage;

const cache = { ttlMs: TTL_MS, staleWhileRevalidateMs: 30_000, staleIfErrorMs: 300_000 };

function itemOf(productId: string): Item {
  const priceMinor = 100 + Number(productId.slice('p-'.length));
  return { productId, title: `The product ${productId}`, priceMinor, revision: 1, cache };
}

function productIds(first: number, count: number): string[] {
  return Array.from({ length: count }, (_, at) => `p-${first + at}`);
}

interface Behindhand extends Behind {
  readonly counts: { fetched: number; secondLevelReads: number };
}

/** A catalogue that answers in the next turn of the event loop, and a second level, which count what they are asked. */
function behind(): Behindhand {
  const counts = { fetched: 0, secondLevelReads: 0 };
  const texts = memorySecondLevel();
  return {
    counts,
    async fetch(productId) {
      counts.fetched += 1;
      await setImmediate();
      return itemOf(productId);
    },
    secondLevel: {
      ...texts,
      get(productId) {
        counts.secondLevelReads += 1;
        return texts.get(productId);
      },
    },
  };
}

const READS_A_CALL = 200;

/** One after the other. @returns the sum of prices, each times its place */
async function readEach(read: ReadPage, ids: readonly string[], items: Item[]): Promise<number> {
  let sum = 0;
  for (let at = 0; at < ids.length; at++) {
    const item = await read(ids[at]!);
    items[at] = item;
    sum += (at + 1) * item.priceMinor;
  }
  return sum;
}

function holdItems(answer: number, items: readonly Item[], ids: readonly string[]): void {
  assert.deepEqual(items, ids.map(itemOf), 'not the pages of the catalogue');
  const sum = ids.reduce((total, id, at) => total + (at + 1) * itemOf(id).priceMinor, 0);
  assert.equal(answer, sum, 'not the prices of the catalogue');
}

function firstLevelHits(open: Open): MicroWork {
  const { counts, ...rest } = behind();
  const read = open(rest);
  const ids = productIds(0, READS_A_CALL);
  const items: Item[] = [];
  return {
    // The first call, which nobody times, fetches them all.
    fn: () => readEach(read, ids, items),
    check(answer) {
      holdItems(answer, items, ids);
      assert.equal(counts.fetched, READS_A_CALL, 'a page was fetched more than once');
      assert.ok(counts.secondLevelReads <= READS_A_CALL, 'a page was read from the second level');
    },
  };
}

/** Read in turn, they are never in the first level when their turn comes. */
const PAGES_IN_TURN = FIRST_LEVEL_PAGES + 2 * READS_A_CALL;

function secondLevelHits(open: Open): MicroWork {
  const { counts, ...rest } = behind();
  const read = open(rest);
  const items: Item[] = [];
  let turn = -READS_A_CALL;
  let isFilled = false;
  let readsBefore = 0;
  const ids = () => productIds(turn, READS_A_CALL);
  return {
    prepare() {
      turn = (turn + READS_A_CALL) % PAGES_IN_TURN;
    },
    async fn() {
      // In the first call, which nobody times.
      if (!isFilled) await Promise.all(productIds(0, PAGES_IN_TURN).map(read));
      isFilled = true;
      readsBefore = counts.secondLevelReads;
      return readEach(read, ids(), items);
    },
    check(answer) {
      holdItems(answer, items, ids());
      assert.equal(counts.fetched, PAGES_IN_TURN, 'a page was fetched more than once');
      const reads = counts.secondLevelReads - readsBefore;
      assert.equal(reads, READS_A_CALL, 'not every page came from the second level');
    },
  };
}

const READERS = 100;
const WANTED = READS_A_CALL / READERS;

function singleFlights(open: Open): MicroWork {
  const { counts, ...rest } = behind();
  const read = open(rest);
  let first = -WANTED;
  let fetchedBefore = 0;
  let items: Item[] = [];
  const ids = () => {
    const wanted = productIds(first, WANTED);
    return Array.from({ length: READS_A_CALL }, (_, at) => wanted[at % WANTED]!);
  };
  return {
    // Others than ever before.
    prepare() {
      first += WANTED;
      fetchedBefore = counts.fetched;
    },
    async fn() {
      items = await Promise.all(ids().map(read));
      return items.reduce((sum, { priceMinor }, at) => sum + (at + 1) * priceMinor, 0);
    },
    check(answer) {
      holdItems(answer, items, ids());
      const fetched = counts.fetched - fetchedBefore;
      assert.equal(fetched, WANTED, `${READERS} readers of a page fetched it other than once`);
    },
  };
}

const oneLevel: readonly (readonly [string, Open])[] = [
  ['reference', referenceCache],
  ['lru-cache', lruCache],
  ['async-cache-dedupe', asyncCacheDedupe],
  ['bentocache', bentoCache],
];
const twoLevels: typeof oneLevel = [
  ['reference', referenceCache],
  ['bentocache', bentoCacheOfTwoLevels],
];

function tasksOf(
  name: string,
  caches: typeof oneLevel,
  work: (open: Open) => MicroWork,
): MicroTask[] {
  return caches.map(([engine, open]) => {
    return { name: `${name}: ${engine}`, operations: READS_A_CALL, setup: () => work(open) };
  });
}

export const cacheTasks: MicroTask[] = [
  ...tasksOf('page, first level', oneLevel, firstLevelHits),
  ...tasksOf('page, second level', twoLevels, secondLevelHits),
  ...tasksOf(`page, missed by ${READERS} at once`, oneLevel, singleFlights),
];
