/**
 * Joins what clients sent and saw with what the journal says happened: each acknowledged report is in the journal as it was told, each
 * event is a command that somebody sent, and a command that was sent again is there once.
 */
import { isDeepStrictEqual } from 'node:util';
import type { AuditEvent } from '../../../../spec/trading/messages.d.ts';
import type { HistoryOperation } from '../../../history/history.ts';
import { comparable } from '../auditJournal.ts';
import { idempotencyKeyOf, requestText } from './commands.ts';

export type Report = (sentence: string) => void;

/** An event with what is known of when it happened. */
export interface Effect {
  readonly event: AuditEvent;
  /** Its earliest cause was called here. */
  readonly firstCall: number;
  /** The first acknowledgement returned here; Infinity when there was none. */
  readonly firstReturn: number;
}

interface Attempt {
  readonly operation: HistoryOperation;
  readonly text: string;
}

/** A resend that is refused like that has not been recognised as one. */
const NOT_RECOGNISED: ReadonlySet<string> = new Set(['UNKNOWN_ORDER', 'TOO_LATE_TO_CANCEL']);

/** What was there before the first call of the history. */
const BEFORE_ALL = 0;

/** `commands`: the attempts of the history that may have had an effect, or were refused. */
export function explainJournal(
  journal: readonly AuditEvent[],
  commands: readonly HistoryOperation[],
  report: Report,
): Effect[] {
  const known = sortAttempts(commands);
  const { claims, byKey, unclaimed, refused, firstCallOf } = known;
  const appliedAt = new Map<string, number>();
  const unexplained: { index: number; sentence: string }[] = [];
  let firstExplained = Infinity;

  const effects = journal.map((event, index): Effect => {
    const { auditSeq, operation, input, output } = event;
    const key = idempotencyKeyOf(operation, input);
    const text = requestText(operation, input);
    const isRefusal = 'code' in output;
    const claiming = claims.get(auditSeq) ?? [];
    claims.delete(auditSeq);
    const right = claiming.filter((attempt) => holdContent(attempt, event, text, report));
    const explained = (causes: readonly HistoryOperation[]): Effect => {
      firstExplained = Math.min(firstExplained, index);
      const returns = right.map(({ operation: { returnEvent } }) => returnEvent ?? Infinity);
      return { event, firstCall: earliestCall(causes), firstReturn: earliest(returns) };
    };
    const nobody = (why: string): Effect => {
      unexplained.push({ index, sentence: `${why}: ${told(event)}.` });
      return { event, firstCall: BEFORE_ALL, firstReturn: Infinity };
    };

    if (key !== undefined) {
      const attempts = (byKey.get(key) ?? []).filter((attempt) => attempt.text === text);
      const causes = attempts
        .map((attempt) => attempt.operation)
        .filter(({ outcome, error }) =>
          isRefusal
            ? outcome === 'info' || (outcome === 'fail' && error === output['code' as never])
            : outcome !== 'fail',
        );
      const before = appliedAt.get(text);
      const isApplied = !isRefusal && !isDuplicate(output);
      if (isApplied && before !== undefined) {
        report(`One command was carried out twice, at ${before} and again: ${told(event)}.`);
      }
      if (isApplied) appliedAt.set(text, auditSeq);
      if (causes.length > 0) return explained(causes);
      if (attempts.length === 0) return nobody('The journal has what nobody sent');
      return nobody('Every attempt was refused for certain, and still the journal has the command');
    }

    if (right.length > 1) {
      const ids = right.map((attempt) => attempt.operation.id).join(' and ');
      report(`Two commands (operations ${ids}) were acknowledged as one event: ${told(event)}.`);
    }
    if (right.length > 0) return explained(right.map((attempt) => attempt.operation));
    // Which of several equal attempts caused it nobody knows: not earlier than the first of them.
    const taken = isRefusal
      ? (take(refused, `${String(output['code' as never])} ${text}`) ?? take(unclaimed, text))
      : take(unclaimed, text);
    if (!taken) return nobody('The journal has more than was sent');
    return { ...explained([taken]), firstCall: firstCallOf.get(text)! };
  });

  // What stands before the first command of the history was there when it began.
  for (const { index, sentence } of unexplained) if (index > firstExplained) report(sentence);
  reportLost(known, appliedAt, report);
  for (const attempts of byKey.values()) if (attempts.length > 1) holdOneReply(attempts, report);
  return effects;
}

export function told({ auditSeq, operation, input }: AuditEvent): string {
  return `event ${auditSeq}, ${operation} ${JSON.stringify(input)}`;
}

interface KnownAttempts {
  /** Acknowledged, by the number that the reply told. */
  readonly claims: Map<number, Attempt[]>;
  readonly byKey: Map<string, Attempt[]>;
  /** Without a key: those that may have had an effect and told no number, by content, the earliest first. */
  readonly unclaimed: Map<string, HistoryOperation[]>;
  /** Without a key: those refused for certain, by code and content. */
  readonly refused: Map<string, HistoryOperation[]>;
  /** Of all those, by content. */
  readonly firstCallOf: Map<string, number>;
}

function sortAttempts(commands: readonly HistoryOperation[]): KnownAttempts {
  const claims = new Map<number, Attempt[]>();
  const byKey = new Map<string, Attempt[]>();
  const unclaimed = new Map<string, HistoryOperation[]>();
  const refused = new Map<string, HistoryOperation[]>();
  const firstCallOf = new Map<string, number>();
  for (const operation of commands.toSorted((one, other) => one.callEvent - other.callEvent)) {
    const text = requestText(operation.operation, operation.input);
    const attempt = { operation, text };
    const key = idempotencyKeyOf(operation.operation, operation.input);
    if (operation.outcome === 'ok' && operation.witnessSeq !== undefined) {
      append(claims, operation.witnessSeq, attempt);
    } else if (key === undefined) {
      if (!firstCallOf.has(text)) firstCallOf.set(text, operation.callEvent);
      if (operation.outcome === 'fail') append(refused, `${operation.error} ${text}`, operation);
      else append(unclaimed, text, operation);
    }
    if (key !== undefined) append(byKey, key, attempt);
  }
  return { claims, byKey, unclaimed, refused, firstCallOf };
}

function holdContent(
  { operation, text }: Attempt,
  event: AuditEvent,
  eventText: string,
  report: Report,
): boolean {
  const { id, output } = operation;
  if (text !== eventText) {
    report(
      `Operation ${id}, ${text}, was acknowledged with auditSeq ${event.auditSeq}, where the journal has ${told(event)}.`,
    );
    return false;
  }
  const isSame =
    output === undefined ||
    isDeepStrictEqual(comparable(output as object), comparable(event.output));
  if (!isSame) {
    report(
      `Operation ${id} was answered otherwise than the journal tells in ${told(event)}: ${JSON.stringify(output)} instead of ${JSON.stringify(event.output)}.`,
    );
  }
  return isSame;
}

/** Those that were acknowledged, or found later, and of which the journal knows nothing. */
function reportLost(
  { claims, byKey, unclaimed }: KnownAttempts,
  appliedAt: ReadonlyMap<string, number>,
  report: Report,
): void {
  for (const [auditSeq, attempts] of claims) {
    for (const { operation, text } of attempts) {
      report(
        `Operation ${operation.id}, ${text}, was acknowledged with auditSeq ${auditSeq}, which the journal does not have.`,
      );
    }
  }
  const lost = (id: number, text: string): void =>
    report(`Operation ${id}, ${text}, had taken effect, and the journal does not have it.`);
  for (const attempts of byKey.values()) {
    for (const { operation, text } of attempts) {
      const isUnnumbered = operation.outcome === 'ok' && operation.witnessSeq === undefined;
      if (isUnnumbered && !appliedAt.has(text) && !isDuplicate(operation.output)) {
        lost(operation.id, text);
      }
    }
  }
  for (const [text, operations] of unclaimed) {
    for (const { id, outcome } of operations) if (outcome === 'ok') lost(id, text);
  }
}

/** An identical request returns the original report, its auditSeq too, whatever became of the order since. */
function holdOneReply(attempts: readonly Attempt[], report: Report): void {
  const first = new Map<string, HistoryOperation>();
  for (const { operation, text } of attempts) {
    const { outcome, witnessSeq, output } = operation;
    if (outcome !== 'ok' || witnessSeq === undefined || isDuplicate(output)) continue;
    const before = first.get(text);
    if (before === undefined) first.set(text, operation);
    else if (before.witnessSeq !== witnessSeq) {
      report(
        `${text} was answered with auditSeq ${before.witnessSeq} (operation ${before.id}), and when it was sent again with ${witnessSeq} (operation ${operation.id}).`,
      );
    }
  }
  for (const { operation, text } of attempts) {
    const { id, outcome, error, output, callEvent } = operation;
    const original = first.get(text);
    if (!original || (original.returnEvent ?? Infinity) > callEvent) continue;
    const isForgotten = outcome === 'fail' && NOT_RECOGNISED.has(error ?? '');
    if (isForgotten || (outcome === 'ok' && isDuplicate(output))) {
      report(
        `${text} had been acknowledged (operation ${original.id}), and was refused when it was sent again (operation ${id}).`,
      );
    }
  }
}

function isDuplicate(output: unknown): boolean {
  return (output as { reason?: unknown } | undefined)?.reason === 'DUPLICATE_CLORDID';
}

function earliestCall(operations: readonly HistoryOperation[]): number {
  return earliest(operations.map(({ callEvent }) => callEvent));
}

function earliest(events: readonly number[]): number {
  return events.reduce((least, each) => Math.min(least, each), Infinity);
}

/** The earliest called goes to the first event of its content, which leaves every later event the most room. */
function take(
  pool: ReadonlyMap<string, HistoryOperation[]>,
  text: string,
): HistoryOperation | undefined {
  return pool.get(text)?.shift();
}

function append<Key, Value>(lists: Map<Key, Value[]>, key: Key, value: Value): void {
  const list = lists.get(key);
  if (list === undefined) lists.set(key, [value]);
  else list.push(value);
}
