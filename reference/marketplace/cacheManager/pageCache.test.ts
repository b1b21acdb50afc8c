import { beforeEach, describe, expect, test } from 'vitest';
import type { CatalogueAnswer } from './catalogue.ts';
import { createPageCache } from './pageCache.ts';
import type { PageCache } from './pageCache.ts';
import { memorySecondLevel } from './secondLevel.ts';
import type { SecondLevel } from './secondLevel.ts';

const START_MS = 1_000_000;
const policy = { ttlMs: 1_000, staleWhileRevalidateMs: 500, staleIfErrorMs: 3_000 };

/** A catalogue that answers when it is told to, with what it had when it was asked. */
let now: number;
let price: number;
let state: 'up' | 'down' | 'absent';
let asked: number;
let held: (() => void)[] | undefined;
let secondLevel: SecondLevel;
let cache: PageCache;

const catalogue = {
  async get(productId: string): Promise<CatalogueAnswer> {
    asked++;
    const answer = answerFor(productId);
    await turn();
    return answer;
  },
  async putPrice(productId: string, priceMinor: number): Promise<CatalogueAnswer> {
    if (state === 'up') price = priceMinor;
    await turn();
    return answerFor(productId);
  },
};

function answerFor(productId: string): CatalogueAnswer {
  if (state === 'down') return { kind: 'unavailable' };
  if (state === 'absent') return { kind: 'unknown' };
  const item = { productId, title: 'A thing', priceMinor: price, revision: price, cache: policy };
  return { kind: 'item', item };
}

async function turn(): Promise<void> {
  if (held) await new Promise<void>((resolve) => held?.push(resolve));
}

function letGo(): void {
  const waiting = held ?? [];
  held = undefined;
  for (const go of waiting) go();
}

beforeEach(() => {
  now = START_MS;
  price = 100;
  state = 'up';
  asked = 0;
  held = undefined;
  secondLevel = memorySecondLevel();
  cache = createPageCache({ nowMs: () => now, catalogue, secondLevel });
});

const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

async function read(productId = 'p'): Promise<string> {
  const answer = await cache.get(productId);
  if ('item' in answer) return `${answer.item.priceMinor} ${answer.cacheStatus}`;
  return Object.keys(answer).join();
}

const MISS = 'casemark-reference; fwd=miss';
const STALE = 'casemark-reference; fwd=stale';
const SPARE = 'casemark-reference; fwd=stale; detail=STALE_IF_ERROR';
const L1 = 'casemark-reference; hit; detail=L1';
const L2 = 'casemark-reference; hit; detail=L2';

describe('a page that is younger than ttlMs', () => {
  test('is answered from the cache', async () => {
    expect(await read()).toBe(`100 ${MISS}`);
    price = 200;
    now += 799;
    expect(await read()).toBe(`100 ${L1}`);
    expect(asked).toBe(1);
  });

  test('is fetched again once behind the answer, somewhere in the last fifth of its life', async () => {
    const ages: number[] = [];
    for (let product = 0; product < 20; product++) {
      now = START_MS;
      await read(`p${product}`);
      const before = asked;
      for (let age = 790; asked === before && age < 1_000; age += 5) {
        now = START_MS + age;
        expect(await read(`p${product}`)).toBe(`100 ${L1}`);
        if (asked > before) ages.push(age);
      }
      await settled();
    }
    expect(Math.min(...ages)).toBeGreaterThanOrEqual(800);
    expect(Math.max(...ages)).toBeLessThan(1_000);
    expect(new Set(ages).size).toBeGreaterThan(10);
  });

  test('is as old as the question to the catalogue, not as its answer', async () => {
    held = [];
    const first = read();
    now += 600;
    letGo();
    await first;
    now += 400;
    expect(await read()).toBe(`100 ${L1}`);
    await settled();
    expect(asked).toBe(2);
  });
});

describe('a page that is stale', () => {
  test('is answered at once, and fetched once behind it', async () => {
    await read();
    price = 200;
    now += 1_500;
    held = [];
    expect(await Promise.all([read(), read(), read()])).toEqual(Array(3).fill(`100 ${L1}`));
    expect(asked).toBe(2);
    letGo();
    await settled();
    expect(await read()).toBe(`200 ${L1}`);
    expect(asked).toBe(2);
  });

  test('is not answered after ttlMs + staleWhileRevalidateMs', async () => {
    await read();
    price = 200;
    now += 1_501;
    expect(await read()).toBe(`200 ${STALE}`);
  });
});

describe('while the catalogue has a problem', () => {
  beforeEach(async () => {
    await read();
    state = 'down';
  });

  test('what is at most ttlMs + staleIfErrorMs old is answered, and nothing older', async () => {
    now += 4_000;
    expect(await read()).toBe(`100 ${SPARE}`);
    now += 1;
    expect(await read()).toBe('unavailable');
    expect(await read('q')).toBe('unavailable');
  });

  test('the catalogue is asked again for each read of what is past its life', async () => {
    now += 3_000;
    await read();
    state = 'up';
    expect(await read()).toBe(`100 ${STALE}`);
    expect(asked).toBe(3);
  });

  test('what became too old while it did not answer is not answered', async () => {
    now += 4_000;
    held = [];
    const reading = read();
    now += 1;
    letGo();
    expect(await reading).toBe('unavailable');
  });

  test('a price cannot be written, and what is cached may no more be right', async () => {
    expect(await cache.writePrice('p', 300)).toEqual({ unavailable: true });
    expect(await read()).toBe('unavailable');
  });
});

describe('a product that the catalogue does not know', () => {
  test('is remembered as unknown for less than five seconds', async () => {
    state = 'absent';
    expect(await read()).toBe('unknown');
    state = 'up';
    now += 4_999;
    expect(await read()).toBe('unknown');
    expect(asked).toBe(1);
    now += 1;
    expect(await read()).toBe(`100 ${STALE}`);
  });

  test('has no price to write', async () => {
    state = 'absent';
    expect(await cache.writePrice('p', 300)).toEqual({ unknown: true });
  });
});

describe('reads at once of a page that is not there', () => {
  test('are one request to the catalogue', async () => {
    held = [];
    const reads = Array.from({ length: 1_000 }, () => read());
    expect(asked).toBe(1);
    letGo();
    expect(new Set(await Promise.all(reads))).toEqual(new Set([`100 ${MISS}`]));
  });

  test('do not get what is too old already when it comes', async () => {
    held = [];
    const early = read();
    now += 10_000;
    const late = read();
    letGo();
    price = 200;
    expect(await Promise.all([early, late])).toEqual([`200 ${MISS}`, `200 ${MISS}`]);
    expect(asked).toBe(2);
  });
});

describe('a price that was written', () => {
  test('is what is read, from both levels', async () => {
    await read();
    expect(await cache.writePrice('p', 300)).toMatchObject({ item: { priceMinor: 300 } });
    expect(secondLevel.get('p')).toBeUndefined();
    expect(await read()).toBe(`300 ${MISS}`);
    expect(await read()).toBe(`300 ${L1}`);
  });

  test('is not undone by a fetch that was in flight', async () => {
    held = [];
    const early = read();
    const early2 = held;
    held = undefined;
    await cache.writePrice('p', 300);
    held = [];
    const late = read();
    for (const go of early2) go();
    expect(await early).toBe(`100 ${MISS}`);
    letGo();
    expect(await late).toBe(`300 ${MISS}`);
    expect(await read()).toBe(`300 ${L1}`);
  });

  test('is not undone by a fetch that was asked during the write', async () => {
    held = [];
    const writing = cache.writePrice('p', 300);
    price = 100;
    const during = read();
    price = 300;
    letGo();
    await Promise.all([writing, during]);
    expect(await read()).toContain('300 ');
  });
});

describe('the second level', () => {
  test('answers what the first has not, and hands it on', async () => {
    await read();
    const other = createPageCache({ nowMs: () => now, catalogue, secondLevel });
    cache = other;
    expect(await read()).toBe(`100 ${L2}`);
    expect(await read()).toBe(`100 ${L1}`);
    expect(asked).toBe(1);
  });

  test('is dropped by a purge like the first', async () => {
    await read();
    price = 200;
    cache.purge('p');
    expect(secondLevel.get('p')).toBeUndefined();
    expect(await read()).toBe(`200 ${MISS}`);
  });
});
