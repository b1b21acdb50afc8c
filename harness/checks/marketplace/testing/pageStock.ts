/** What the pages of the market in memory show of the stock, and what its reservations, by defects, take from the pages. */
import type { Reserve } from '../../../../spec/marketplace/messages.d.ts';
import type { SystemAnswer } from '../../testing/inMemoryTarget.ts';
import type { Page } from './pageCache.ts';
import type { PagesOptions } from './pages.ts';

/** In real time: what a page may lag behind a reservation, and what it may not. */
const BEHIND_MS = 500;
const FAR_BEHIND_MS = 3_000;

export interface PageStock {
  shown(productId: string): number;
  /** Around the market's own. */
  reserve(input: Reserve): Promise<SystemAnswer>;
}

/**
 * @param find the cached page
 * @param look asks the catalogue for it
 */
export function createPageStock(
  { available, freedom, defects, reserve }: PagesOptions,
  find: (productId: string) => Page | undefined,
  look: (productId: string) => Promise<SystemAnswer>,
): PageStock {
  const isFar = defects.has('shows a reservation after three seconds');
  const isBehind = freedom('pageStock') === 'half a second behind reservations';
  const lagMs = isFar ? FAR_BEHIND_MS : isBehind ? BEHIND_MS : 0;
  let unshown: { productId: string; quantity: number; untilMs: number }[] = [];

  const note = (lines: Reserve['lines']): void => {
    const untilMs = performance.now() + lagMs;
    unshown.push(...lines.map((line) => ({ ...line, untilMs })));
  };
  return {
    shown(productId) {
      unshown = unshown.filter(({ untilMs }) => untilMs > performance.now());
      const late = unshown.filter((line) => line.productId === productId);
      return late.reduce((sum, { quantity }) => sum + quantity, available(productId));
    },
    async reserve(input) {
      for (const { productId, quantity } of input.lines) {
        const page = find(productId);
        const isSoldOut = page !== undefined && page.available < quantity;
        if (isSoldOut && defects.has('decides from the page whether there is stock')) {
          return { problem: { code: 'OUT_OF_STOCK' } };
        }
        if (!defects.has('reserves nothing without the catalogue')) continue;
        const read = await look(productId);
        if ('problem' in read) return { problem: { code: 'UNKNOWN_PRODUCT' } };
      }
      const answer = await (reserve?.(input as never) ?? { problem: { code: 'NOT_SUPPORTED' } });
      if ('output' in answer && lagMs > 0) note(input.lines);
      return answer;
    },
  };
}
