/** The whole judgement of a campaign's history against the journal that was read at its end. Pure; O(n log n). */
import type { HistoryOperation } from '../../../history/history.ts';
import { SEQUENCED } from './commands.ts';
import { explainJournal } from './explainJournal.ts';
import type { Report } from './explainJournal.ts';
import type { TradingFinals } from './finalReads.ts';
import { holdFinalState } from './holdFinalState.ts';
import { holdRealTime } from './holdRealTime.ts';
import { readsSeen } from './readsSeen.ts';
import { venueLedger } from './venueLedger.ts';

/** One defect can break every later event. */
const MAX_VIOLATIONS = 100;

export interface JudgedHistory {
  readonly violations: readonly string[];
  /** Commands whose report came. */
  readonly acknowledged: number;
  /** Attempts of which nobody was told what they came to. */
  readonly unknown: number;
}

export function judgeHistory(
  operations: readonly HistoryOperation[],
  { journal, view, sent }: TradingFinals,
): JudgedHistory {
  const violations: string[] = [];
  const report: Report = (sentence) => {
    if (violations.length < MAX_VIOLATIONS) violations.push(sentence);
  };
  const commands = operations.filter(({ operation }) => SEQUENCED.has(operation));
  const effects = explainJournal(journal, [...commands, ...sent], report);
  holdRealTime(effects, operations, report);

  const ledger = venueLedger(report);
  const reads = readsSeen(operations, ledger, report);
  for (const event of journal) {
    ledger.apply(event);
    reads.after(event);
  }
  reads.atTheEnd(journal.at(-1)?.auditSeq ?? 0);
  holdFinalState(ledger, view, report);

  return {
    violations,
    acknowledged: commands.filter(({ outcome, output }) => outcome === 'ok' && output !== undefined)
      .length,
    unknown: commands.filter(({ outcome }) => outcome === 'info').length,
  };
}
