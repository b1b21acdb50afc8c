/** Values that share an id. */
export interface Groups<V> {
  /** Once, however often it is added. The empty id is nobody's. */
  add(id: string, value: V): void;
  remove(id: string, value: V): void;
  /** In the order in which they were added. */
  of(id: string): Iterable<V>;
}

export function groups<V>(): Groups<V> {
  const byId = new Map<string, Set<V>>();
  return {
    add(id, value) {
      if (id === '') return;
      const known = byId.get(id);
      if (known) known.add(value);
      else byId.set(id, new Set([value]));
    },
    remove(id, value) {
      const known = byId.get(id);
      known?.delete(value);
      if (known?.size === 0) byId.delete(id);
    },
    of: (id) => byId.get(id) ?? [],
  };
}
