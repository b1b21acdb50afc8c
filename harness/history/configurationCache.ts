/**
 * The set of configurations (which operations have been placed, in which state) that the search has seen. Exact: hashes only say where
 * to look. No objects: a configuration is a few words of one array, so that millions fit and the collector has nothing to do.
 */
export type Addition = 'added' | 'known' | 'full';

export interface ConfigurationCache {
  /** Forgets everything; from now on a set of operations is `words` long. */
  reset(words: number): void;
  /** `hash` is a function of the set; the state is mixed in here. */
  add(set: Uint32Array, state: number, hash: number): Addition;
  size(): number;
}

export interface CacheBounds {
  readonly maxEntries: number;
  readonly maxMemoryBytes: number;
}

const FIRST_ENTRIES = 256;
/** Arrays larger than this are given back at the next reset: most partitions are small, and clearing costs by size. */
const MAX_KEPT_ENTRIES = 2 ** 16;
/** Twice as many slots as entries keeps the runs short. */
const SLOTS_PER_ENTRY = 2;
/** While an array grows the old one is there too, half its size. */
const GROWTH_OVERHEAD = 1.5;

export function configurationCache(bounds: CacheBounds): ConfigurationCache {
  let width = 0;
  let capacity = 0;
  let limit = 0;
  let count = 0;
  let entries = new Uint32Array(0);
  let hashes = new Int32Array(0);
  /** Entry number + 1; 0 is free. */
  let table = new Int32Array(0);

  const allocate = (wanted: number): void => {
    capacity = wanted;
    const grown = new Uint32Array(capacity * width);
    grown.set(entries.subarray(0, count * width));
    entries = grown;
    const grownHashes = new Int32Array(capacity);
    grownHashes.set(hashes.subarray(0, count));
    hashes = grownHashes;
    table = new Int32Array(SLOTS_PER_ENTRY * powerOfTwo(capacity));
    const mask = table.length - 1;
    for (let entry = 0; entry < count; entry++) {
      let slot = hashes[entry]! & mask;
      while (table[slot] !== 0) slot = (slot + 1) & mask;
      table[slot] = entry + 1;
    }
  };

  return {
    reset(words) {
      const bytesPerEntry = GROWTH_OVERHEAD * 4 * (words + 1 + 1 + 2 * SLOTS_PER_ENTRY);
      limit = Math.min(bounds.maxEntries, Math.floor(bounds.maxMemoryBytes / bytesPerEntry));
      count = 0;
      const fits = width === words + 1 && capacity <= Math.min(MAX_KEPT_ENTRIES, limit);
      width = words + 1;
      if (fits && capacity > 0) table.fill(0);
      else allocate(Math.min(FIRST_ENTRIES, limit));
    },
    add(set, state, setHash) {
      const hash = withState(setHash, state);
      const mask = table.length - 1;
      let slot = hash & mask;
      // At most half of the slots are in use: it ends.
      for (;;) {
        const entry = table[slot]! - 1;
        if (entry < 0) break;
        if (hashes[entry] === hash && same(entries, entry * width, set, state, width))
          return 'known';
        slot = (slot + 1) & mask;
      }
      if (count === capacity) {
        if (capacity >= limit) return 'full';
        allocate(Math.min(limit, capacity * 2));
        return this.add(set, state, setHash);
      }
      const start = count * width;
      for (let word = 0; word < width - 1; word++) entries[start + word] = set[word]!;
      entries[start + width - 1] = state;
      hashes[count] = hash;
      table[slot] = ++count;
      return 'added';
    },
    size: () => count,
  };
}

function same(
  entries: Uint32Array,
  start: number,
  set: Uint32Array,
  state: number,
  width: number,
): boolean {
  if (entries[start + width - 1] !== state) return false;
  for (let word = 0; word < width - 1; word++) {
    if (entries[start + word] !== set[word]) return false;
  }
  return true;
}

function withState(setHash: number, state: number): number {
  let hash = setHash ^ Math.imul(state + 1, 0x9e3779b1);
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  return hash ^ (hash >>> 13);
}

function powerOfTwo(atLeast: number): number {
  return 2 ** Math.ceil(Math.log2(Math.max(1, atLeast)));
}
