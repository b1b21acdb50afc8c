/** GAME-AC-03: the share of head hits that no honest player has is found, in the labelled traces of rules.md. */
import type { Command } from '../../../spec/game/messages.d.ts';
import { binomialInterval } from '../../fault/binomialInterval.ts';
import type { Check, Session } from '../check.ts';
import { hold } from '../kit/hold.ts';
import { together } from '../kit/together.ts';
import { aimAt, labelledTrace } from './bots.ts';
import type { LabelledTrace } from './bots.ts';
import { gameSession, sendInput } from './gameSession.ts';
import type { Match, Seat } from './gameSession.ts';

const CHEATS = 300;
const HONEST = 3_000;
const MIN_CHEATS_FLAGGED = 0.9;
const MAX_HONEST_FLAGGED = 0.01;
/** With the target, as many as a match takes. */
const TRACES_A_MATCH = 250;
/** All of them may fire so often at once: what is judged is whom they hit, and not when. */
const SHOTS_A_TICK = 20;
const TARGET = { x: 40_000, y: 50_000 };
const SHOOTERS = { x: 50_000, y: 50_000 };
/** Reactions are slow then, and nobody's. */
const FIRST_TICK = 20;
const REQUESTS_AT_ONCE = 16;
const MAX_HP = 1_000_000;

/** @returns how many of the traces were reported STATISTICAL_OUTLIER */
async function flagged(
  session: Session,
  name: string,
  traces: readonly LabelledTrace[],
): Promise<number> {
  const match = await gameSession(session).match(name, {
    maxPlayers: TRACES_A_MATCH + 1,
    rules: {
      ...{ maxHp: MAX_HP, damage: 1, fireIntervalTicks: 1, timeBankTicks: 64 },
      graceTicks: 1_000,
    },
  });
  await match.join('target', TARGET);
  const seats = await inTurns(traces, (_, index) => match.join(`s${index}`, SHOOTERS));
  await match.step(FIRST_TICK);
  for (let from = 0; from < traces[0]!.heads.length; from += SHOTS_A_TICK) {
    await inTurns(seats, (seat, index) => shoot(match, seat, traces[index]!, from));
    await match.step();
  }
  await holdAllHit(match, traces);
  const reports = await match.reports();
  const outliers = reports.filter(({ kind }) => kind === 'STATISTICAL_OUTLIER');
  return new Set(outliers.map(({ player }) => player)).size;
}

/** Whose shots do not hit has no share of head hits. */
async function holdAllHit(match: Match, traces: readonly LabelledTrace[]): Promise<void> {
  const { players } = await match.state();
  const target = players.find(({ id }) => id === 'target');
  const hits = traces.flatMap(({ heads }) => heads);
  const expected = MAX_HP - hits.length - hits.filter((head) => head).length;
  hold(
    target?.hp === expected,
    `After ${hits.length} hits the target has hp ${target?.hp}, where ${expected} are left.`,
    expected,
    target?.hp,
  );
}

async function shoot(match: Match, seat: Seat, { heads }: LabelledTrace, from: number) {
  const commands = heads.slice(from, from + SHOTS_A_TICK).map((head, index): Command => ({
    ...{ seq: from + index + 1, dx: 0, dy: 0 },
    fire: { ...aimAt(TARGET, head), viewTick: match.tick },
  }));
  const reply = await sendInput(seat, commands);
  hold(reply.kind === 'ok', `sendInput of ${seat.player} was refused.`, 'a reply', reply);
}

/** A few at a time, each result in its place. */
async function inTurns<T, R>(
  all: readonly T[],
  each: (item: T, index: number) => Promise<R>,
): Promise<R[]> {
  const results: R[] = [];
  let next = 0;
  await together(REQUESTS_AT_ONCE, async () => {
    while (next < all.length) {
      const index = next;
      next += 1;
      results[index] = await each(all[index]!, index);
    }
  });
  return results;
}

/** @returns how many of so many labelled traces were flagged */
async function flaggedOf(
  session: Session,
  seed: number,
  label: LabelledTrace['label'],
  count: number,
): Promise<number> {
  let sum = 0;
  for (let from = 0; from < count; from += TRACES_A_MATCH) {
    const size = Math.min(TRACES_A_MATCH, count - from);
    const traces = Array.from({ length: size }, (_, index) =>
      labelledTrace(seed + 7_919 * (from + index), label),
    );
    sum += await flagged(session, `${label}-${from}`, traces);
  }
  return sum;
}

const cheatsAreFlagged: Check = {
  id: 'cheats-are-flagged',
  isolation: 'shared',
  async run({ seed, session, hit }) {
    const found = await flaggedOf(session(), seed, 'cheat', CHEATS);
    hit('cheats', CHEATS);
    const { high } = binomialInterval(found, CHEATS);
    hold(
      high >= MIN_CHEATS_FLAGGED,
      `Of ${CHEATS} players with 50 to 90 % head hits ${found} are reported STATISTICAL_OUTLIER, which is less than 90 %.`,
      MIN_CHEATS_FLAGGED,
      found / CHEATS,
    );
  },
};

const honestAreNotFlagged: Check = {
  id: 'honest-are-not-flagged',
  isolation: 'shared',
  deadlineMs: 90_000,
  async run({ seed, session, hit }) {
    const found = await flaggedOf(session(), seed, 'honest', HONEST);
    hit('honest', HONEST);
    const { low } = binomialInterval(found, HONEST);
    hold(
      low <= MAX_HONEST_FLAGGED,
      `Of ${HONEST} players with 10 to 25 % head hits ${found} are reported STATISTICAL_OUTLIER, which is more than 1 %.`,
      MAX_HONEST_FLAGGED,
      found / HONEST,
    );
  },
};

export const headshotChecks: readonly Check[] = [cheatsAreFlagged, honestAreNotFlagged];
