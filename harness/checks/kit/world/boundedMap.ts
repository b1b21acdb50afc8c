/** A map that forgets what was put first once it holds more than its bound. */

export interface BoundedMap<V> {
  get(key: string): V | undefined;
  set(key: string, value: V): void;
  delete(key: string): void;
  values(): Iterable<V>;
}

/** @param onForgotten called with each value that had to make place */
export function boundedMap<V>(bound: number, onForgotten?: (value: V) => void): BoundedMap<V> {
  const map = new Map<string, V>();
  // One for good: each that is begun anew has to pass the places of all that were forgotten since the map last tidied up.
  const byAge = map.entries();
  return {
    get: (key) => map.get(key),
    set(key, value) {
      map.set(key, value);
      if (map.size <= bound) return;
      const [oldest, forgotten] = byAge.next().value!;
      map.delete(oldest);
      onForgotten?.(forgotten);
    },
    delete: (key) => void map.delete(key),
    values: () => map.values(),
  };
}
