/**
 * The second level of the page cache: more pages than the first, as text, so that it could be shared. It is bounded and may
 * forget a page at any time; it may never show one that was deleted.
 */
import { LRUCache } from 'lru-cache';

export interface SecondLevel {
  get(productId: string): string | undefined;
  set(productId: string, entry: string): void;
  delete(productId: string): void;
}

/** Characters of ids and entries: about 300 000 pages of 200 characters. */
const MAX_CHARACTERS = 64 * 1024 * 1024;

/** In the process: the least recently used pages go first. */
export function memorySecondLevel(maxCharacters = MAX_CHARACTERS): SecondLevel {
  const entries = new LRUCache<string, string>({
    maxSize: maxCharacters,
    sizeCalculation: (entry, productId) => entry.length + productId.length,
  });
  return {
    get: (productId) => entries.get(productId),
    set: (productId, entry) => void entries.set(productId, entry),
    delete: (productId) => void entries.delete(productId),
  };
}
