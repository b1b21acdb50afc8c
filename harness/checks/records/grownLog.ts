/** Whether a log that was read before has only grown since. */
import { hold, sameJson } from '../kit/hold.ts';
import type { AuditEntry } from './auditEntries.ts';

/**
 * @returns how many entries were compared
 * @throws Violation for an entry that is changed, missing, moved or comes twice
 */
export function holdGrown(before: readonly AuditEntry[], after: readonly AuditEntry[]): number {
  for (const [at, { index }] of after.entries()) {
    hold(
      index === at,
      `The log as listAudit gives it has the index ${index} where ${at} should be.`,
      at,
      index,
    );
  }
  for (const [at, entry] of before.entries()) {
    const later = after[at];
    hold(
      later !== undefined,
      `The entry ${entry.index} was shown before, and is gone.`,
      entry,
      undefined,
    );
    hold(
      sameJson(later.event, entry.event),
      `The entry ${entry.index} was shown before, and is another one now.`,
      entry,
      later,
    );
  }
  return before.length;
}
