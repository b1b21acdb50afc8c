import { describe, expect, test } from 'vitest';
import { boundedSend } from './boundedSend.ts';

const ITEMS = Array.from({ length: 100 }, (_, index) => index);

const soon = (): Promise<void> => new Promise((wake) => setImmediate(wake));

describe('many requests', () => {
  test.each([1, 7, 200])('are all sent, in their order, %i of them at a time', async (atOnce) => {
    const begun: number[] = [];
    let inFlight = 0;
    let most = 0;
    const failure = await boundedSend(ITEMS, atOnce, async (item) => {
      begun.push(item);
      inFlight += 1;
      most = Math.max(most, inFlight);
      await soon();
      inFlight -= 1;
      return undefined;
    });
    expect(failure).toBeUndefined();
    expect(begun).toEqual(ITEMS);
    expect(most).toBe(Math.min(atOnce, ITEMS.length));
  });

  test('end with the first that fails, once those in flight are answered', async () => {
    const begun: number[] = [];
    let answered = 0;
    const failure = await boundedSend(ITEMS, 4, async (item) => {
      begun.push(item);
      await soon();
      answered += 1;
      return item >= 10 ? `no ${item}` : undefined;
    });
    expect(failure).toBe('no 10');
    expect(begun.length).toBeLessThan(18);
    expect(answered).toBe(begun.length);
  });

  test('end with what one throws', async () => {
    let begun = 0;
    const sent = boundedSend(ITEMS, 4, async (item) => {
      begun += 1;
      await soon();
      if (item === 10) throw new Error('broken');
      return undefined;
    });
    await expect(sent).rejects.toThrow('broken');
    expect(begun).toBeLessThan(18);
  });
});
