/** No tick that was shown is undone, no match comes back, no report vanishes. */
import type { Report } from '../../../../spec/game/messages.d.ts';
import type { Report as Tell } from '../../kit/campaign/findings.ts';
import { sameJson } from '../../kit/hold.ts';
import type { FinalMatch } from './finalReads.ts';
import type { Moment, ShownMatch } from './shown.ts';

/** Of two replies the one that came before the other was asked for shows no more than that. */
export function holdMoments({ match, moments }: ShownMatch, tell: Tell): void {
  const byCall = moments.toSorted((one, other) => one.callEvent - other.callEvent);
  let returned = 0;
  let furthest: Moment | undefined;
  for (const moment of byCall) {
    for (; returned < moments.length; returned += 1) {
      const earlier = moments[returned]!;
      if (earlier.returnEvent > moment.callEvent) break;
      if (!furthest || isAfter(earlier, furthest)) furthest = earlier;
    }
    if (furthest && isAfter(furthest, moment)) {
      tell(
        `Match ${match} was ${say(furthest)} by ${furthest.operation}, and ${say(moment)} by a ${moment.operation} that was asked for later.`,
      );
      return;
    }
  }
}

export function holdFinal(
  { match, created, moments, isEnded }: ShownMatch,
  { state }: FinalMatch,
  tell: Tell,
): void {
  const furthest = moments.reduce<Moment | undefined>(
    (best, moment) => (!best || isAfter(moment, best) ? moment : best),
    undefined,
  );
  if (state.kind === 'refused') {
    const isRight = state.code === 'MATCH_LOST' || (state.code === 'MATCH_ENDED' && isEnded);
    if (!isRight)
      tell(
        `Match ${match} was acknowledged, and after the campaign getMatch is refused with ${state.code}.`,
      );
    return;
  }
  const { tick, seed, status } = state.report;
  if (furthest && (furthest.tick === 'lost' || furthest.tick > tick)) {
    tell(
      `Match ${match} was ${say(furthest)} by ${furthest.operation}, and is at tick ${tick} after the campaign.`,
    );
  }
  if (seed !== created.seed)
    tell(
      `Match ${match} was made with seed ${created.seed}, and has seed ${seed} after the campaign.`,
    );
  if (status === 'ENDED' && !isEnded) tell(`Match ${match} has ended, and nobody asked for that.`);
}

/** Between two readings there was one more kill. */
export function holdAfterKill(
  match: string,
  before: FinalMatch,
  after: FinalMatch,
  tell: Tell,
): void {
  const [one, other] = [before.state, after.state];
  if (one.kind === 'refused') {
    if (other.kind === 'there' || other.code !== one.code)
      tell(
        `Match ${match} was ${one.code}, and after one more kill it is ${other.kind === 'there' ? `at tick ${other.report.tick}` : other.code}.`,
      );
    return;
  }
  if (other.kind === 'there' && other.report.tick < one.report.tick) {
    tell(
      `Match ${match} was at tick ${one.report.tick}, and after one more kill is at tick ${other.report.tick}.`,
    );
  }
}

/** @returns how many reports were compared */
export function holdReports(
  match: string,
  shown: readonly Report[],
  { reports }: FinalMatch,
  tell: Tell,
): number {
  if ('refused' in reports) {
    if (shown.length > 0)
      tell(
        `listReports had reports of match ${match}, and is refused with ${reports.refused} after the campaign.`,
      );
    return shown.length;
  }
  const kept = new Map(reports.map((report) => [report.reportId, report]));
  for (const report of shown) {
    const found = kept.get(report.reportId);
    if (!found) {
      tell(`listReports showed report ${report.reportId} of match ${match}, and has it no more.`);
      continue;
    }
    if (found.count < report.count)
      tell(`Report ${report.reportId} had count ${report.count}, and has ${found.count}.`);
    const isSame =
      found.player === report.player &&
      found.kind === report.kind &&
      found.code === report.code &&
      sameJson(found.evidence.slice(0, report.evidence.length), report.evidence);
    if (!isSame)
      tell(
        `Report ${report.reportId} of match ${match} says something else than when it was shown.`,
      );
  }
  return shown.length;
}

function isAfter({ tick }: Moment, other: Moment): boolean {
  if (other.tick === 'lost') return false;
  return tick === 'lost' || tick > other.tick;
}

function say({ tick }: Moment): string {
  return tick === 'lost' ? 'lost' : `at tick ${tick}`;
}
