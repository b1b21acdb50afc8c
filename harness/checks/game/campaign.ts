/** How the game case judges a campaign of faults: a match may be lost, but no tick that was shown is undone and no report vanishes. */
import type { CampaignEvidence, CampaignFinding, CampaignJudge } from '../campaignJudge.ts';
import { findings } from '../kit/campaign/findings.ts';
import type { JsonObject } from '../../target/target.ts';
import { finalReads } from './campaign/finalReads.ts';
import type { GameFinals } from './campaign/finalReads.ts';
import { holdAfterKill, holdFinal, holdMoments, holdReports } from './campaign/judgeMatches.ts';
import { shownMatches } from './campaign/shown.ts';

export const campaign: CampaignJudge<GameFinals> = {
  partitionOf: (_operation, input) => String(input['match']),
  idempotencyKeyOf,
  witnessSeqOf: () => undefined,
  async lookUp(call, { operation, input }) {
    // What became of other commands no operation tells, and nothing is judged by it.
    if (operation !== 'createMatch') return { kind: 'unanswered' };
    const answer = await call('getMatch', { match: input['match']! });
    if (answer.kind === 'ok') return { kind: 'found' };
    const isAbsent = answer.kind === 'refused' && answer.problem.code === 'UNKNOWN_MATCH';
    return { kind: isAbsent ? 'absent' : 'unanswered' };
  },
  finalReads,
  judge,
};

/** Every change of the contract says by itself what it leads to. */
function idempotencyKeyOf(operation: string, input: JsonObject): string | undefined {
  const { match, player, toTick, commands } = input;
  switch (operation) {
    case 'createMatch':
    case 'endMatch':
      return `${operation} ${String(match)}`;
    case 'joinMatch':
      return `${operation} ${String(match)} ${String(player)}`;
    case 'stepMatch':
      return `${operation} ${String(match)} ${String(toTick)}`;
    case 'sendInput':
      return `${operation} ${String(match)} ${String(player)} ${JSON.stringify(commands)}`;
    default:
      return undefined;
  }
}

function judge({ history, finals, kills }: CampaignEvidence<GameFinals>): CampaignFinding[] {
  const { before, after } = finals;
  const [ticks, kept] = [findings(), findings()];
  finals.findings.forEach(ticks.report);
  const matches = shownMatches(history.operations);
  let reports = 0;
  for (const shown of matches) {
    holdMoments(shown, ticks.report);
    for (const view of [before, after]) {
      const final = view?.get(shown.match);
      if (!final) continue;
      holdFinal(shown, final, ticks.report);
      reports += holdReports(shown.match, shown.reports, final, kept.report);
    }
    const [first, second] = [before?.get(shown.match), after?.get(shown.match)];
    if (!first || !second) continue;
    holdAfterKill(shown.match, first, second, ticks.report);
    if (!('refused' in first.reports)) {
      reports += holdReports(shown.match, first.reports, second, kept.report);
    }
  }
  return [
    {
      clause: 'GAME-TICK-01.d',
      violations: ticks.sentences,
      hits: { kills, matches: matches.length },
    },
    { clause: 'GAME-AC-05.e', violations: kept.sentences, hits: { kills, reports } },
  ];
}
