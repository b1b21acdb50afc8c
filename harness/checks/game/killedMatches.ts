/** GAME-AC-05.a and GAME-TICK-01.c: what is left of matches and their reports after SIGKILL and a restart. */
import type { Command, Report, State } from '../../../spec/game/messages.d.ts';
import type { Answer, JsonObject } from '../../target/target.ts';
import type { Check } from '../check.ts';
import { hold, holdSame } from '../kit/hold.ts';
import { afterAnswers, killInFlight } from '../kit/killInFlight.ts';
import { holdCanRestart, killAndRestart } from '../kit/restart.ts';
import { gameSession, sendInput } from './gameSession.ts';
import type { GameSession, Match, Seat } from './gameSession.ts';
import { openPlayer } from './player.ts';

const PLACE = { x: 50_000, y: 50_000 };

/** Breaks four rules at once, as somebody does each time that it is asked to. */
function violations(firstSeq: number, now: number): Command[] {
  const fire = (x: number, viewTick: number) => ({ x, y: 50_000, viewTick });
  return [
    { seq: firstSeq, dx: 900, dy: 0 },
    { seq: firstSeq + 1, dx: 0, dy: 9_000 },
    { seq: firstSeq + 2, dx: 0, dy: 0, fire: fire(50_000, now + 5) },
    { seq: firstSeq + 3, dx: 0, dy: 0, fire: fire(99_000, now) },
  ];
}

/** What listReports has shown is there, as it was or grown. */
function holdKept(shown: readonly Report[], now: readonly Report[], grows: boolean): void {
  for (const report of shown) {
    const kept = now.find(({ reportId }) => reportId === report.reportId);
    const what = `Report ${report.reportId}, which was shown before the kill,`;
    hold(kept !== undefined, `${what} is not there any more.`, report, now);
    hold(kept!.count >= report.count, `${what} has a smaller count.`, report, kept);
    const identity = ({ player, kind, code, fromTick }: Report) => ({
      ...{ player, kind, code, fromTick },
    });
    holdSame(identity(kept!), identity(report), `${what} says something else.`);
    const evidence = grows ? kept!.evidence.slice(0, report.evidence.length) : kept!.evidence;
    holdSame(evidence, report.evidence, `${what} has other evidence.`);
  }
}

const reportsSurviveAKill: Check = {
  id: 'reports-survive-a-kill',
  isolation: 'exclusive',
  needs: ['restart'],
  async run({ target, session, hit }) {
    holdCanRestart(target);
    const game = gameSession(session());
    const earlier: { match: Match; reports: readonly Report[] }[] = [];
    for (let round = 0; round < 3; round += 1) {
      const match = await game.match(`cheated-${round}`, { rules: { reportWindowTicks: 4 } });
      const seats = [await match.join('ann', PLACE), await match.join('bob', PLACE)];
      await match.step();
      for (let tick = 0; tick < 3; tick += 1) {
        for (const seat of seats) await sendInput(seat, violations(4 * tick + 1, match.tick));
        await match.step();
      }
      earlier.push({ match, reports: await match.reports() });
      // At once: what was shown may not wait for anything.
      await killAndRestart(target);
      hit('kills');
      for (const { match: each, reports } of earlier)
        holdKept(reports, await each.reports(), false);
      hit('reports', earlier.at(-1)!.reports.length);
      // Where it goes on, the report of the window does too.
      const again = await sendInput(seats[0]!, violations(13, match.tick));
      const stepped = await game.attempt('stepMatch', { match: match.id, toTick: match.tick + 1 });
      if (again.kind !== 'ok' || stepped.kind !== 'ok') continue;
      const last = earlier.at(-1)!;
      const reports = await match.reports();
      holdKept(last.reports, reports, true);
      earlier.splice(-1, 1, { match, reports });
    }
  },
};

/** What was shown of a match before the kill. */
interface Shown {
  readonly match: Match;
  readonly seat: Seat;
  readonly tick: number;
  readonly states: readonly State[];
}

const afterAKill: Check = {
  id: 'after-a-kill',
  isolation: 'exclusive',
  needs: ['restart'],
  async run({ target, session, hit }) {
    holdCanRestart(target);
    const game = gameSession(session());
    const all: Shown[] = [];
    for (let round = 0; round < 2; round += 1) {
      const shown = [
        await playVirtual(game, `still-${round}`, 0),
        await playVirtual(game, `virtual-${round}`, 9),
        await playRealTime(game, `real-${round}`),
      ];
      const busy = await playVirtual(game, `busy-${round}`, 5);
      const step = { match: busy.match.id, toTick: busy.tick + 400 };
      const sends = [(): Promise<Answer> => target.call('stepMatch', step)];
      // In the second round the kill strikes a step.
      if (round === 0) await killAndRestart(target);
      else await killInFlight(target, sends, afterAnswers(0));
      hit('kills');
      all.push(...shown, busy);
      for (const each of all) await holdGoesOnOrLost(game, each);
      hit('matches', shown.length + 1);
    }
  },
};

async function playVirtual(game: GameSession, name: string, ticks: number): Promise<Shown> {
  const match = await game.match(name, { rules: { graceTicks: 100_000 } });
  const seat = await match.join('ann', PLACE);
  const states: State[] = [];
  for (let seq = 1; seq <= ticks; seq += 1) {
    await sendInput(seat, [{ seq, dx: 100 + seq, dy: seq }]);
    await match.step();
    states.push(await match.state());
  }
  return { match, seat, tick: match.tick, states };
}

async function playRealTime(game: GameSession, name: string): Promise<Shown> {
  const match = await game.match(name, { mode: 'real-time', rules: { graceTicks: 100_000 } });
  const seat = await match.join('ann', PLACE);
  const player = await openPlayer(seat);
  await player.until(() => player.snapshots.length >= 5, 'five snapshots');
  player.send([{ seq: 1, dx: 100, dy: 50 }]);
  await player.until(() => player.snapshots.at(-1)!.lastInputSeq === 1, 'snapshot of its command');
  const { tick } = player.snapshots.at(-1)!;
  return { match, seat, tick, states: [await match.state(tick)] };
}

async function holdGoesOnOrLost(game: GameSession, shown: Shown): Promise<void> {
  const { match, seat, tick, states } = shown;
  const id = match.id;
  const created = await game.attempt<{ tick: number }>('createMatch', match.created);
  if (created.kind === 'refused') return holdLost(game, shown, created.problem.code);
  const report = await match.get();
  for (const [what, at] of [
    ['createMatch', created.output.tick],
    ['getMatch', report.tick],
  ] as const) {
    hold(
      at >= tick,
      `After the kill ${what} of ${id} says tick ${at}, where ${tick} was shown.`,
      tick,
      at,
    );
  }
  for (const state of states) {
    const asked = { match: id, tick: state.tick };
    const answer = await game.attempt<{ state: State }>('getState', asked);
    const what = `After the kill the state of tick ${state.tick} of ${id}`;
    if (answer.kind === 'ok') holdSame(answer.output.state, state, `${what} is another one.`);
    else hold(answer.problem.code === 'TICK_GONE', `${what} is refused.`, state, answer.problem);
  }
  const again = await match.join(seat.player, seat.spawn);
  hold(again.token === seat.token, `After the kill ${seat.player} has another token in ${id}.`);
  const sent = await sendInput(seat, [{ seq: 1_000, dx: 1, dy: 1 }]);
  hold(
    sent.kind === 'ok',
    `After the kill the token of ${seat.player} does not hold in ${id}.`,
    'a reply',
    sent,
  );
}

/** Everything about it is MATCH_LOST, but its reports. */
async function holdLost(game: GameSession, { match, seat }: Shown, code: string): Promise<void> {
  const of = { match: match.id };
  const { player, token } = seat;
  const requests: [string, JsonObject][] = [
    ['getMatch', of],
    ['joinMatch', { ...of, player }],
    ['sendInput', { ...of, player, token, commands: [{ seq: 1_000, dx: 1, dy: 1 }] }],
    ...(match.created.mode === 'virtual'
      ? ([['stepMatch', { ...of, toTick: 500 }]] satisfies [string, JsonObject][])
      : []),
    ['getState', of],
    ['getStateHash', of],
    ['getReplay', { ...of, fromTick: 1 }],
    ['getMetrics', of],
    ['endMatch', of],
  ];
  hold(
    code === 'MATCH_LOST',
    `After the kill createMatch of ${match.id} is refused ${code}.`,
    'MATCH_LOST',
    code,
  );
  for (const [operation, input] of requests) {
    const answer = await game.attempt(operation, input);
    hold(
      answer.kind === 'refused' && answer.problem.code === 'MATCH_LOST',
      `${match.id} is lost, and ${operation} of it is not answered MATCH_LOST.`,
      'MATCH_LOST',
      answer,
    );
  }
  await match.reports();
}

export const killedMatchChecks: readonly Check[] = [reportsSurviveAKill, afterAKill];
