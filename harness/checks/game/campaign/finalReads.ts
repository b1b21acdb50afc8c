/** What is read when everything has healed and nothing is sent any more: every match and its reports; then once more after another kill. */
import type { MatchReport, Report, Reports } from '../../../../spec/game/messages.d.ts';
import { asker } from '../../askHealed.ts';
import type { Ask } from '../../askHealed.ts';
import type { CampaignFinalContext } from '../../campaignJudge.ts';
import { restartOnce, unless } from '../../kit/campaign/finalFrame.ts';
import { findings } from '../../kit/campaign/findings.ts';
import { shownMatches } from './shown.ts';

/** A refusal's code where there is no match to be seen. */
export type FinalState =
  | { readonly kind: 'there'; readonly report: MatchReport }
  | { readonly kind: 'refused'; readonly code: string };

export interface FinalMatch {
  readonly state: FinalState;
  /** Undefined where listReports was refused, with the code. */
  readonly reports: readonly Report[] | { readonly refused: string };
}

export type GameView = ReadonlyMap<string, FinalMatch>;

export interface GameFinals {
  /** Before one more kill; undefined when what it showed has not the shape of the contract. */
  readonly before: GameView | undefined;
  readonly after: GameView | undefined;
  /** Sentences: what was wrong while it was read. */
  readonly findings: readonly string[];
}

/** Read side by side: a campaign leaves some thousand matches. */
const AT_ONCE = 16;

export async function finalReads(context: CampaignFinalContext): Promise<GameFinals> {
  const { operations } = await context.history();
  const ids = shownMatches(operations).map(({ match }) => match);
  const ask = asker(context.call, context.errors);
  const { sentences, report } = findings();
  const before = await unless(report, () => readMatches(ask, ids));
  const after = await unless(report, async () => {
    await restartOnce(context, 'the game server');
    return readMatches(ask, ids);
  });
  return { before, after, findings: sentences };
}

async function readMatches(ask: Ask, ids: readonly string[]): Promise<GameView> {
  const view = new Map<string, FinalMatch>();
  for (let from = 0; from < ids.length; from += AT_ONCE) {
    const some = ids.slice(from, from + AT_ONCE);
    const read = await Promise.all(some.map((match) => readMatch(ask, match)));
    some.forEach((match, index) => view.set(match, read[index]!));
  }
  return view;
}

async function readMatch(ask: Ask, match: string): Promise<FinalMatch> {
  const state = await ask.settled('getMatch', { match });
  const listed = await ask.settled('listReports', { match });
  return {
    state:
      state.kind === 'ok'
        ? { kind: 'there', report: state.output as unknown as MatchReport }
        : { kind: 'refused', code: state.problem.code },
    reports:
      listed.kind === 'ok'
        ? (listed.output as unknown as Reports).reports
        : { refused: listed.problem.code },
  };
}
