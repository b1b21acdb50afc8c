/** What the anti-cheat checks have in common: a judged match whose refusals and reports of broken rules are held to the oracle too. */
import type { Command, PlayerId, Report } from '../../../spec/game/messages.d.ts';
import { hold } from '../kit/hold.ts';
import type { JudgedMatch, JudgedTick } from './judgedMatch.ts';
import type { Inputs } from './rounds.ts';
import type { Occurrence, Refusal } from './rules/evaluation.ts';

export interface Refereed {
  readonly judged: JudgedMatch;
  /** By the rules, in their order, of all ticks until now. */
  readonly refusals: readonly (Refusal & { readonly tick: number })[];
  readonly occurrences: readonly Occurrence[];
  /** As JudgedMatch.tick. */
  tick(inputs?: Inputs): Promise<JudgedTick>;
  /**
   * One more tick, with which the last corrections have come. Then those of each player with a stream are what the rules refused, and
   * the reports of broken rules say how often each player broke each.
   * @throws Violation
   */
  holdVerdicts(): Promise<void>;
}

export function refereed(judged: JudgedMatch): Refereed {
  const refusals: (Refusal & { tick: number })[] = [];
  const occurrences: Occurrence[] = [];
  return {
    ...{ judged, refusals, occurrences },
    async tick(inputs) {
      const done = await judged.tick(inputs);
      refusals.push(...done.refusals.map((refusal) => ({ ...refusal, tick: done.tick })));
      occurrences.push(...done.occurrences);
      return done;
    },
    async holdVerdicts() {
      await this.tick();
      for (const player of judged.players) {
        const told = player.corrections.flatMap(({ tick, rejected }) =>
          rejected.map(({ seq, code }) => `${code} of seq ${seq} in tick ${tick}`),
        );
        const right = refusals
          .filter((refusal) => refusal.player === player.id)
          .map(({ seq, code, tick }) => `${code} of seq ${seq} in tick ${tick}`);
        holdSameList(told, right, `The refusals that ${player.id} was told`);
      }
      const reports = await judged.match.reports();
      holdSameList(
        countsOf(reports.filter(({ kind }) => kind === 'RULE_VIOLATION')),
        countsOf(occurrences.map((occurrence) => ({ ...occurrence, count: 1 }))),
        `The reports of broken rules in ${judged.match.id}`,
      );
    },
  };
}

/** Nobody is refused anything and nobody is reported, for whatever it be. @throws Violation */
export async function holdSpotless({ match, players }: JudgedMatch): Promise<void> {
  for (const { id, corrections, rejects } of players) {
    hold(
      corrections.length === 0 && rejects.length === 0,
      `${id} was refused something that the rules allow.`,
      'no correction and no reject',
      [...corrections, ...rejects],
    );
  }
  const reports = await match.reports();
  hold(reports.length === 0, `Who kept all rules of ${match.id} is reported.`, [], reports);
}

/** Of one player, by id: what it sends. */
export function inputsOf(id: PlayerId, ...commands: Command[]): Inputs {
  return new Map([[id, commands]]);
}

/** As in `ann SPEED x 4`: over all windows. */
function countsOf(counted: readonly Pick<Report, 'player' | 'code' | 'count'>[]): string[] {
  const groups = Map.groupBy(counted, ({ player, code }) => `${player} ${code}`);
  return [...groups].map(
    ([key, each]) => `${key} x ${each.reduce((sum, { count }) => sum + count, 0)}`,
  );
}

/** In any order. */
function holdSameList(actual: readonly string[], expected: readonly string[], what: string): void {
  const [is, right] = [actual.toSorted(), expected.toSorted()];
  hold(
    is.join('\n') === right.join('\n'),
    `${what} are not those that the rules give: ${difference(is, right)}.`,
    right,
    is,
  );
}

function difference(actual: readonly string[], expected: readonly string[]): string {
  const missing = expected.filter((each) => !actual.includes(each));
  const extra = actual.filter((each) => !expected.includes(each));
  if (missing[0] !== undefined) return `missing is ${missing[0]}`;
  return extra[0] === undefined ? 'something is there twice' : `${extra[0]} is not one of them`;
}
