/**
 * Occurrences become reports: one for each player, kind, code and window. Pure: whoever keeps reports asks for the new form of those
 * that occurrences change, makes it durable, and only then shows it.
 */
import { createHash } from 'node:crypto';
import type { MatchId, Report } from '../../../spec/game/messages.d.ts';
import type { Occurrence } from '../simulation/types.ts';

const MOST_EVIDENCE = 16;

/** The same for the same occurrences in every life of the process, so that one that is counted anew has its old report. */
export function reportId(
  match: MatchId,
  occurrence: Occurrence,
  reportWindowTicks: number,
): string {
  const { player, kind, code, tick } = occurrence;
  const window = Math.floor(tick / reportWindowTicks);
  // None of them has a slash in it.
  const text = [match, player, kind, code, window].join('/');
  return createHash('sha256').update(text).digest('hex').slice(0, 32);
}

/**
 * The reports that `occurrences`, in the order of their ticks, begin or add to, in their new form.
 *
 * @param reportWith the report that has an id; undefined: none yet
 */
export function reportedAnew(
  match: MatchId,
  reportWindowTicks: number,
  occurrences: readonly Occurrence[],
  reportWith: (reportId: string) => Report | undefined,
): Map<string, Report> {
  const anew = new Map<string, Report>();
  for (const occurrence of occurrences) {
    const id = reportId(match, occurrence, reportWindowTicks);
    const report = anew.get(id) ?? reportWith(id);
    anew.set(id, report ? withAnother(report, occurrence) : first(id, match, occurrence));
  }
  return anew;
}

function first(id: string, match: MatchId, { player, kind, code, ...rest }: Occurrence): Report {
  const { tick, seq, value, limit } = rest;
  return {
    reportId: id,
    match,
    player,
    kind,
    code,
    fromTick: tick,
    toTick: tick,
    count: 1,
    evidence: [{ tick, seq, value, limit }],
  };
}

function withAnother(report: Report, { tick, seq, value, limit }: Occurrence): Report {
  const { evidence } = report;
  return {
    ...report,
    toTick: tick,
    count: report.count + 1,
    evidence:
      evidence.length < MOST_EVIDENCE ? [...evidence, { tick, seq, value, limit }] : evidence,
  };
}

/** By the first tick, then in an order that is always the same. */
export function compareReports(one: Report, other: Report): number {
  return one.fromTick - other.fromTick || (one.reportId < other.reportId ? -1 : 1);
}
