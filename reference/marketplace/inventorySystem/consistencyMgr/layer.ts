import type { Change, Reader, Step, TableName, Tables } from './records.ts';

/** Changes over what is below them: whoever reads here sees them, and nobody else does. */
export interface Layer extends Reader {
  set<T extends TableName>(table: T, id: string, record: Tables[T] | null): void;
  take(step: Step): void;
  clear(): void;
  /** All changes, the last one of each record. */
  step(): Step;
}

export function layerOver(below: Reader): Layer {
  const changes = new Map<string, Change>();

  function keep(change: Change): void {
    changes.set(`${change[0]}/${change[1]}`, change);
  }

  return {
    get<T extends TableName>(table: T, id: string) {
      const change = changes.get(`${table}/${id}`);
      if (!change) return below.get(table, id);
      return (change[2] ?? undefined) as Tables[T] | undefined;
    },
    set: (table, id, record) => keep([table, id, record] as unknown as Change),
    take: (step) => step.forEach(keep),
    clear: () => changes.clear(),
    step: () => [...changes.values()],
  };
}
