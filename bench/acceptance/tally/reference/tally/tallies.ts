/** The tallies themselves: a journal of additions, read again at the start. */
import { appendFileSync, existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

export interface Tally {
  tally: string;
  total: number;
  additions: number;
}
interface Problem {
  code: string;
  detail?: string;
}
export type Answer = ({ output: object } | { problem: Problem }) & {
  headers?: Record<string, string>;
};

type Input = Record<string, unknown>;

interface Addition {
  readonly tally: string;
  readonly by: number;
  /** Of those that count once. */
  readonly key?: string;
}

export function openTallies({ dataDir, clockMs }: { dataDir: string; clockMs: number }) {
  const journal = join(dataDir, 'journal.ndjson');
  const tallies = new Map<string, Tally>();
  const replies = new Map<string, Tally>();
  const watchers = new Set<{ tally: string; onMessage: (message: Tally) => void }>();
  let nowMs = clockMs;

  const apply = ({ tally, by, key }: Addition): Tally => {
    const before = tallies.get(tally) ?? { tally, total: 0, additions: 0 };
    const after = { tally, total: before.total + by, additions: before.additions + 1 };
    tallies.set(tally, after);
    if (key !== undefined) replies.set(key, after);
    return after;
  };
  for (const line of existsSync(journal) ? readFileSync(journal, 'utf8').trim().split('\n') : []) {
    apply(JSON.parse(line) as Addition);
  }

  const add = (tally: string, by: unknown, key?: string): Answer => {
    if (typeof by !== 'number' || !Number.isInteger(by) || by < 1 || by > 1000) {
      return { problem: { code: 'INVALID_REQUEST', detail: 'by is 1..1000' } };
    }
    const addition: Addition = { tally, by, ...(key !== undefined && { key }) };
    appendFileSync(journal, `${JSON.stringify(addition)}\n`);
    const after = apply(addition);
    for (const watcher of watchers) if (watcher.tally === tally) watcher.onMessage(after);
    return { output: after };
  };

  const call = (operation: string, input: Input): Answer => {
    const { tally, by, key } = input;
    switch (operation) {
      case 'add':
        return add(String(tally), by);
      case 'addOnce': {
        if (typeof key !== 'string') {
          return { problem: { code: 'INVALID_REQUEST', detail: 'key is missing' } };
        }
        const earlier = replies.get(key);
        const headers = { 'idempotent-replayed': String(earlier !== undefined) };
        return { ...(earlier ? { output: earlier } : add(String(tally), by, key)), headers };
      }
      case 'getTally': {
        const found = tallies.get(String(tally));
        return found ? { output: found } : { problem: { code: 'UNKNOWN_TALLY' } };
      }
      case 'setClock':
        if (typeof input['nowMs'] !== 'number') return { problem: { code: 'INVALID_REQUEST' } };
        nowMs = input['nowMs'];
        return { output: { nowMs } };
      default:
        return { problem: { code: 'NOT_SUPPORTED' } };
    }
  };

  const subscribe = (
    input: Input,
    onMessage: (message: Tally) => void,
  ): { close: () => void } | { problem: Problem } => {
    const found = tallies.get(String(input['tally']));
    if (!found) return { problem: { code: 'UNKNOWN_TALLY' } };
    const watcher = { tally: found.tally, onMessage };
    watchers.add(watcher);
    onMessage(found);
    return { close: () => void watchers.delete(watcher) };
  };

  return { call, subscribe };
}
