/**
 * Joins what clients observed with what the implementation's log says happened (W1): each acknowledged command is one entry with the same
 * content, and each entry is the effect of a command that somebody sent.
 */
import { canonicalText } from './canonicalText.ts';
import { isSameCommand } from './collapseRetries.ts';
import type { HistoryOperation } from './history.ts';
import type { WitnessLogEntry, WitnessViolation } from './witnessOrder.ts';

/** One entry of the log with the attempts that explain it. */
export interface WitnessedEffect {
  readonly entry: WitnessLogEntry;
  /** Acknowledged attempts; more than one when a command was repeated. */
  readonly acknowledged: readonly HistoryOperation[];
  /** The effect happened after its call; undefined when nobody sent it. */
  readonly firstAttempt: HistoryOperation | undefined;
  /** The effect happened before its return; undefined when no attempt was acknowledged. */
  readonly firstReturned: HistoryOperation | undefined;
}

export function witnessEffects(
  log: readonly WitnessLogEntry[],
  mutations: readonly HistoryOperation[],
  report: (violation: WitnessViolation) => void,
): WitnessedEffect[] {
  const acknowledgedAt = new Map<number, HistoryOperation[]>();
  const unacknowledged = new Candidates();
  const failed = new Candidates();
  const byKey = new Map<string, HistoryOperation[]>();
  for (const operation of mutations) {
    if (operation.idempotencyKey !== undefined) append(byKey, operation.idempotencyKey, operation);
    if (operation.outcome === 'fail') failed.add(operation);
    else if (operation.outcome === 'info') unacknowledged.add(operation);
    else if (operation.witnessSeq !== undefined) {
      append(acknowledgedAt, operation.witnessSeq, operation);
    } else if (operation.output === undefined) {
      // Resolved later, by a look-up that does not tell the number.
      unacknowledged.add(operation);
    } else {
      const why = 'acknowledged without a sequence number';
      report({ rule: 'W1', why, operations: [operation.id] });
    }
  }

  const effects: WitnessedEffect[] = [];
  const seqOfKey = new Map<string, number>();
  for (const entry of log) {
    const { seq, idempotencyKey } = entry;
    const before = idempotencyKey === undefined ? undefined : seqOfKey.get(idempotencyKey);
    if (before !== undefined) {
      const why = `applied at ${before} and again: ${entryText(entry)}`;
      report({
        rule: 'W1',
        why,
        seq,
        operations: (byKey.get(idempotencyKey!) ?? []).map(({ id }) => id),
      });
    }
    if (idempotencyKey !== undefined) seqOfKey.set(idempotencyKey, seq);
    const acknowledged = acknowledgedAt.get(seq) ?? [];
    acknowledgedAt.delete(seq);
    for (const operation of acknowledged) {
      if (hasContentOf(operation, entry)) continue;
      const why = `acknowledged at ${seq}, where the log has ${entryText(entry)}`;
      report({ rule: 'W1', why, seq, operations: [operation.id] });
    }
    const matching = acknowledged.filter((operation) => hasContentOf(operation, entry));
    reportSharing(matching, seq, report);
    const attempts = attemptsOf(entry, matching, byKey, unacknowledged);
    if (attempts.length === 0) {
      const refused = failed.take(entry);
      const why =
        refused === undefined
          ? `nobody sent what the log has: ${entryText(entry)}`
          : `refused for certain, and still in the log: ${entryText(entry)}`;
      report({ rule: 'W1', why, seq, operations: refused === undefined ? [] : [refused.id] });
    }
    effects.push({
      entry,
      acknowledged: matching,
      firstAttempt: attempts.toSorted((one, other) => one.callEvent - other.callEvent)[0],
      firstReturned: matching.toSorted((one, other) => returnOf(one) - returnOf(other))[0],
    });
  }
  for (const [seq, lost] of acknowledgedAt) {
    const why = `acknowledged at ${seq}, which the log does not have`;
    report({ rule: 'W1', why, seq, operations: lost.map(({ id }) => id) });
  }
  return effects;
}

export function returnOf({ returnEvent }: HistoryOperation): number {
  return returnEvent ?? Infinity;
}

/** Every attempt that may have caused the entry; the earliest of them bounds it from below. */
function attemptsOf(
  entry: WitnessLogEntry,
  acknowledged: readonly HistoryOperation[],
  byKey: ReadonlyMap<string, readonly HistoryOperation[]>,
  unacknowledged: Candidates,
): readonly HistoryOperation[] {
  const key = entry.idempotencyKey ?? acknowledged[0]?.idempotencyKey;
  const sameKey = key === undefined ? [] : (byKey.get(key) ?? []);
  // An attempt that was refused for certain is not its cause.
  const possible = sameKey.filter((it) => it.outcome !== 'fail' && hasContentOf(it, entry));
  for (const attempt of possible) unacknowledged.remove(attempt);
  if (possible.length > 0) return [...possible, ...acknowledged];
  if (acknowledged.length > 0) return acknowledged;
  const taken = unacknowledged.take(entry);
  return taken === undefined ? [] : [taken];
}

/** Two commands with one number, unless they are attempts of the same command. */
function reportSharing(
  acknowledged: readonly HistoryOperation[],
  seq: number,
  report: (violation: WitnessViolation) => void,
): void {
  const [first, ...others] = acknowledged;
  for (const other of others) {
    const isRetry =
      first!.idempotencyKey !== undefined &&
      first!.idempotencyKey === other.idempotencyKey &&
      isSameCommand(first!, other);
    if (isRetry) continue;
    const operations = [first!.id, other.id];
    report({ rule: 'W1', why: `two commands acknowledged at ${seq}`, seq, operations });
  }
}

function hasContentOf(operation: HistoryOperation, entry: WitnessLogEntry): boolean {
  return (
    operation.operation === entry.operation &&
    operation.partition === entry.partition &&
    (entry.idempotencyKey === undefined || operation.idempotencyKey === entry.idempotencyKey) &&
    canonicalText(operation.input) === canonicalText(entry.input)
  );
}

function entryText(entry: WitnessLogEntry): string {
  return `${entry.operation} ${JSON.stringify(entry.input)} at ${entry.seq}`;
}

/**
 * Operations by content. Each explains one entry; the earliest called goes to the first entry of its content, which leaves every later
 * entry the most room (exchanging two changes nothing else).
 */
class Candidates {
  readonly #byContent = new Map<string, Set<HistoryOperation>>();

  add(operation: HistoryOperation): void {
    const content = contentKey(operation);
    const same = this.#byContent.get(content);
    if (same === undefined) this.#byContent.set(content, new Set([operation]));
    else same.add(operation);
  }

  remove(operation: HistoryOperation): void {
    this.#byContent.get(contentKey(operation))?.delete(operation);
  }

  take(entry: WitnessLogEntry): HistoryOperation | undefined {
    for (const operation of this.#byContent.get(contentKey(entry)) ?? []) {
      if (!hasContentOf(operation, entry)) continue;
      this.remove(operation);
      return operation;
    }
    return undefined;
  }
}

function contentKey({ operation, input }: Pick<HistoryOperation, 'operation' | 'input'>): string {
  return `${operation} ${canonicalText(input)}`;
}

function append<Key, Value>(lists: Map<Key, Value[]>, key: Key, value: Value): void {
  const list = lists.get(key);
  if (list === undefined) lists.set(key, [value]);
  else list.push(value);
}
