/**
 * Strict serializability by the implementation's own order: every acknowledged command has a sequence number, every read the number
 * that it reflects, and the log of all effects can be exported. That log is the proposed order; it is believed only as far as it agrees
 * with what clients saw and when. O(n log n), any number of clients, any number of partitions.
 *
 * W1 each acknowledged command is one entry, each entry a command that was sent;
 * W2 the order agrees with real time;
 * W3 replaying the log through the model gives every reply that was seen, and reads show a state that is neither too old nor too new;
 * W4 what one process sees never goes back.
 */
import type { Json, JsonObject } from '../target/target.ts';
import type { HistoryOperation } from './history.ts';
import { observedOutput } from './model.ts';
import type { Model } from './model.ts';
import { replayLog } from './replayLog.ts';
import { returnOf, witnessEffects } from './witnessEffects.ts';
import type { WitnessedEffect } from './witnessEffects.ts';

export interface WitnessLogEntry {
  readonly seq: number;
  readonly partition: string;
  readonly operation: string;
  readonly input: JsonObject;
  readonly output?: Json;
  readonly idempotencyKey?: string;
}

export interface WitnessViolation {
  readonly rule: 'W1' | 'W2' | 'W3' | 'W4';
  readonly why: string;
  readonly seq?: number;
  /** Ids of the operations that show it. */
  readonly operations: readonly number[];
}

export interface WitnessRules {
  /** `gapless`: each number is one more than the one before. Default: they only grow. */
  readonly numbering?: 'gapless' | 'growing';
  /**
   * `latest`: a read shows everything that was acknowledged before it. `session`: it may be older, but never older than what its own
   * process has seen. Default: latest.
   */
  readonly reads?: 'latest' | 'session';
}

export type WitnessVerdict = {
  /** `unknown`: nothing acknowledged and nothing read, so nothing was shown. */
  readonly verdict: 'ok' | 'illegal' | 'unknown';
  /** The first MAX_VIOLATIONS. */
  readonly violations: readonly WitnessViolation[];
  readonly violationCount: number;
  readonly counts: {
    readonly entries: number;
    readonly acknowledged: number;
    readonly reads: number;
    /** Entries whose command was never acknowledged. */
    readonly unacknowledgedEntries: number;
  };
};

/** One defect can break every later entry. */
export const MAX_VIOLATIONS = 100;

/**
 * `log` is all effects that the history's commands may have had, in any order; the object starts from the model's
 * `init`. One numbering at a time: where each partition has its own, check each partition. An observed refusal without a number of its own
 * must be a read to the model.
 */
export function checkWitnessOrder<State>(
  model: Model<State>,
  history: readonly HistoryOperation[],
  log: readonly WitnessLogEntry[],
  rules: WitnessRules = {},
): WitnessVerdict {
  const violations: WitnessViolation[] = [];
  let violationCount = 0;
  const report = (violation: WitnessViolation): void => {
    if (violationCount++ < MAX_VIOLATIONS) violations.push(violation);
  };
  const isRead = (operation: HistoryOperation): boolean =>
    model.isRead?.(operation, observedOutput(operation)) === true;
  const reads = history.filter(
    (it) => it.outcome === 'ok' && isRead(it) && it.witnessSeq !== undefined,
  );
  const mutations = history.filter((it) => !isRead(it));

  const ordered = log.toSorted((one, other) => one.seq - other.seq);
  checkNumbering(ordered, rules, report);
  const effects = witnessEffects(ordered, mutations, report);
  const readsBySeq = reads.toSorted((one, other) => one.witnessSeq! - other.witnessSeq!);
  checkRealTime(effects, readsBySeq, rules, report);
  replayLog(model, effects, readsBySeq, report);
  if (rules.numbering === 'gapless') checkEnd(ordered, readsBySeq, report);
  checkSessions(history, report);

  const acknowledged = mutations.filter(({ outcome }) => outcome === 'ok').length;
  const counts = {
    entries: log.length,
    acknowledged,
    reads: reads.length,
    unacknowledgedEntries: effects.filter((effect) => effect.acknowledged.length === 0).length,
  };
  const hasEvidence = acknowledged + reads.length > 0;
  const legal = hasEvidence ? 'ok' : 'unknown';
  return { verdict: violationCount > 0 ? 'illegal' : legal, violations, violationCount, counts };
}

type Report = (violation: WitnessViolation) => void;

function checkNumbering(
  log: readonly WitnessLogEntry[],
  rules: WitnessRules,
  report: Report,
): void {
  for (let index = 1; index < log.length; index++) {
    const { seq } = log[index]!;
    const before = log[index - 1]!.seq;
    if (seq === before) {
      report({
        rule: 'W1',
        why: `two entries of the log have the number ${seq}`,
        seq,
        operations: [],
      });
    } else if (rules.numbering === 'gapless' && seq !== before + 1) {
      report({ rule: 'W1', why: `after ${before} comes ${seq}: a gap`, seq, operations: [] });
    }
  }
}

/** Without gaps nothing is numbered that the log does not have. */
function checkEnd(
  log: readonly WitnessLogEntry[],
  readsBySeq: readonly HistoryOperation[],
  report: Report,
): void {
  const last = log.at(-1)?.seq;
  const newest = readsBySeq.at(-1);
  if (last === undefined || newest === undefined || newest.witnessSeq! <= last) return;
  const why = `reads ${newest.witnessSeq}, past the end of the log at ${last}`;
  report({ rule: 'W3', why, seq: newest.witnessSeq!, operations: [newest.id] });
}

/**
 * Walks effects and reads in the order of their numbers. Whatever stands earlier happened after its own call; so if any of those calls
 * came after the current one had returned, the order contradicts time. Reads of the same state have no order among themselves.
 */
function checkRealTime(
  effects: readonly WitnessedEffect[],
  reads: readonly HistoryOperation[],
  rules: WitnessRules,
  report: Report,
): void {
  let latest: HistoryOperation | undefined;
  const see = (operation: HistoryOperation | undefined): void => {
    if (
      operation !== undefined &&
      (latest === undefined || operation.callEvent > latest.callEvent)
    ) {
      latest = operation;
    }
  };
  let read = 0;
  const walkReads = (beforeSeq: number): void => {
    while (read < reads.length && reads[read]!.witnessSeq! < beforeSeq) {
      const { witnessSeq } = reads[read]!;
      const group: HistoryOperation[] = [];
      while (read < reads.length && reads[read]!.witnessSeq === witnessSeq)
        group.push(reads[read++]!);
      for (const each of group) {
        if (latest === undefined || latest.callEvent <= returnOf(each)) continue;
        report(contradiction(each, witnessSeq!, latest, isRead));
      }
      // A read that may be old says nothing about when later states came.
      if (rules.reads !== 'session') for (const each of group) see(each);
    }
  };
  const isRead = new Set(reads);
  for (const { entry, firstAttempt, firstReturned } of effects) {
    walkReads(entry.seq);
    if (firstReturned !== undefined && latest !== undefined) {
      const isLate = latest.callEvent > returnOf(firstReturned);
      if (isLate) report(contradiction(firstReturned, entry.seq, latest, isRead));
    }
    see(firstAttempt);
  }
  walkReads(Infinity);
}

/** `before` precedes `after` in the log's order, though it was called when `after` had returned. */
function contradiction(
  after: HistoryOperation,
  seq: number,
  before: HistoryOperation,
  reads: ReadonlySet<HistoryOperation>,
): WitnessViolation {
  const operations = [after.id, before.id];
  if (reads.has(before)) {
    const why = `read ${before.id} does not show ${seq} of ${after.id}, which had returned before it was called`;
    return { rule: 'W3', why, seq, operations };
  }
  const why = `${after.id} at ${seq} stands after ${before.id}, which was called when it had returned`;
  return { rule: reads.has(after) ? 'W3' : 'W2', why, seq, operations };
}

/** A process makes one call after the other, so the order of calls is its order. */
function checkSessions(history: readonly HistoryOperation[], report: Report): void {
  const numbered = history.filter((it) => it.outcome === 'ok' && it.witnessSeq !== undefined);
  const seenBy = new Map<number, HistoryOperation>();
  for (const operation of numbered.toSorted((one, other) => one.callEvent - other.callEvent)) {
    const before = seenBy.get(operation.process);
    // The reply to a repeated command is the original one, and may be old.
    if (operation.retryOf !== undefined) continue;
    const isAfter = before !== undefined && returnOf(before) < operation.callEvent;
    if (isAfter && before.witnessSeq! > operation.witnessSeq!) {
      const why = `process ${operation.process} saw ${before.witnessSeq} and then ${operation.witnessSeq}`;
      report({
        rule: 'W4',
        why,
        seq: operation.witnessSeq!,
        operations: [before.id, operation.id],
      });
      continue;
    }
    seenBy.set(operation.process, operation);
  }
}
