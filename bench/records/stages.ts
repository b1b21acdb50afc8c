/**
 * How fast a whole audit log is verified: each entry is read from the store, its leaf hash computed anew and put into its place in a tree
 * of its own, whose root must be that of the log. What is kept is canonical JSON: any other text has another leaf.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { auditLogOver } from '../../reference/records/auditLogger/auditLog.ts';
import type { AuditLog } from '../../reference/records/auditLogger/auditLog.ts';
import { leafHashOfText, merkleTree } from '../../reference/records/auditLogger/merkleTree.ts';
import type { Entries } from '../../reference/records/store/entries.ts';
import { openStore } from '../../reference/records/store/store.ts';
import type { Store } from '../../reference/records/store/store.ts';
import { factsOf } from './micro/logEntries.ts';

export interface StageSizes {
  readonly entries: number;
  /** Of a log of its own, verified before the clock runs. */
  readonly warmUp: number;
}

export interface StageMeasurement {
  readonly entriesPerSecond: number;
}

/** Read and written together. */
const PAGE = 1_000;

/** @throws Error when the log is not what its root says */
export function measureStages({ entries, warmUp }: StageSizes): StageMeasurement {
  withLog(warmUp, ({ entries: kept }, root) => verifyAudit(kept, root));
  return withLog(entries, ({ entries: kept }, root) => {
    const beginMs = performance.now();
    const verified = verifyAudit(kept, root);
    const seconds = (performance.now() - beginMs) / 1e3;
    if (verified !== entries) throw new Error(`${verified} of ${entries} entries were verified`);
    return { entriesPerSecond: entries / seconds };
  });
}

/**
 * @param root of the log, kept elsewhere
 * @returns how many entries there are
 * @throws Error when they are not those of the root
 */
export function verifyAudit(entries: Pick<Entries, 'list'>, root: Buffer): number {
  const tree = merkleTree();
  for (;;) {
    const page = entries.list({ fromIndex: tree.size(), limit: PAGE });
    for (const { entryIndex, event } of page) {
      if (entryIndex !== tree.size()) throw new Error(`the entry ${tree.size()} is missing`);
      tree.append(leafHashOfText(event));
    }
    if (page.length < PAGE) break;
  }
  if (!tree.root().equals(root)) throw new Error(`the ${tree.size()} entries have another root`);
  return tree.size();
}

/** A log of accesses in a data directory of its own, which is gone afterwards. */
export function withLog<T>(entries: number, use: (store: Store, root: Buffer) => T): T {
  const dataDir = mkdtempSync(join(tmpdir(), 'casemark-stages-'));
  const store = openStore(dataDir, 'D1');
  try {
    const log = auditLogOver(store, () => undefined);
    for (let at = 0; at < entries; at += PAGE) {
      addGroup(store, log, at, Math.min(at + PAGE, entries));
    }
    return use(store, log.tree.root());
  } finally {
    store.close();
    rmSync(dataDir, { recursive: true, force: true });
  }
}

function addGroup(store: Store, log: AuditLog, from: number, end: number): void {
  log.beginGroup();
  store.atomically(() => {
    for (let at = from; at < end; at++) log.add(factsOf(at), false);
  });
  log.endGroup();
}
