/** GAME-TICK-01.a-b: who advances a match, and how far. */
import { setTimeout as sleep } from 'node:timers/promises';
import fc from 'fast-check';
import type { Check } from '../check.ts';
import { hold } from '../kit/hold.ts';
import { gameSession, sendInput } from './gameSession.ts';
import type { Match } from './gameSession.ts';
import { MAX_WAIT_MS, openPlayer } from './player.ts';

const PLACE = { x: 50_000, y: 50_000 };
/** Many ticks long for a match that went by itself. */
const WHILE_MS = 150;
const MOST_AHEAD = 1_000;

const onlyStepsAdvance: Check = {
  id: 'only-steps-advance',
  isolation: 'shared',
  run: ({ property, hit }) =>
    property(
      fc.record({
        steps: fc.array(fc.integer({ min: 1, max: 20 }), { minLength: 11, maxLength: 11 }),
        tickRate: fc.constantFrom(30, 128),
      }),
      async ({ steps, tickRate }, session) => {
        const game = gameSession(session);
        const rules = { graceTicks: 100_000 };
        const match = await game.match('steps', { tickRate, rules });
        const ann = await openPlayer(await match.join('ann', PLACE), { acknowledges: false });
        const bob = await match.join('bob', PLACE);
        await sleep(WHILE_MS);
        await holdTick(match, 0);
        await match.step();
        for (const [index, ticks] of steps.entries()) {
          const seq = index + 1;
          ann.send([{ seq, dx: 10, dy: 0 }]);
          await ann.sync();
          const sent = await sendInput(bob, [{ seq, dx: 0, dy: 10 }]);
          hold(sent.kind === 'ok', 'sendInput of bob was refused.', 'a reply', sent);
          await holdTick(match, match.tick);
          const first = match.tick + 1;
          await match.step(ticks);
          hit('steps');
          await holdTick(match, match.tick);
          const { players } = await match.state(first);
          for (const { id, lastInputSeq } of players) {
            hold(
              lastInputSeq === seq,
              `What ${id} sent before the step to tick ${match.tick} does not count in its first tick, ${first}.`,
              seq,
              lastInputSeq,
            );
            hit('commands');
          }
          // There already, or past it.
          const toTick = Math.max(0, match.tick - (index % 3));
          const again = await game.call<{ tick: number }>('stepMatch', { match: match.id, toTick });
          hold(
            again.tick === match.tick,
            `stepMatch to tick ${toTick} answers tick ${again.tick} where the match is at ${match.tick}.`,
            match.tick,
            again.tick,
          );
        }
        await sleep(WHILE_MS);
        const tooFar = match.tick + MOST_AHEAD + 1;
        const refused = await game.attempt('stepMatch', { match: match.id, toTick: tooFar });
        hold(
          refused.kind === 'refused' && refused.problem.code === 'INVALID_REQUEST',
          `A step of ${MOST_AHEAD + 1} ticks is not refused INVALID_REQUEST.`,
          'INVALID_REQUEST',
          refused,
        );
        await holdTick(match, match.tick);
      },
      { runs: 4 },
    ),
};

async function holdTick(match: Match, tick: number): Promise<void> {
  const [report, state] = [await match.get(), await match.state()];
  hold(
    report.tick === tick && state.tick === tick,
    `getMatch and getState of ${match.id} say ticks ${report.tick} and ${state.tick}, where it was stepped to tick ${tick}.`,
    tick,
    [report.tick, state.tick],
  );
}

const realTimeAdvances: Check = {
  id: 'real-time-advances',
  isolation: 'shared',
  deadlineMs: 3 * MAX_WAIT_MS,
  async run({ session, hit }) {
    const game = gameSession(session());
    const match = await game.match('real', { mode: 'real-time', tickRate: 60 });
    const player = await openPlayer(await match.join('ann', PLACE));
    const { snapshots } = player;
    let known = 0;
    for (let wanted = 1; wanted <= 40; wanted += 1) {
      await player.until(() => snapshots.length >= wanted, `snapshot of one more tick`);
      const { tick } = snapshots[wanted - 1]!;
      const before = snapshots[wanted - 2]?.tick ?? tick - 1;
      hold(
        tick === before + 1,
        `After tick ${before} of a real-time match comes tick ${tick}.`,
        before + 1,
        tick,
      );
      const report = await match.get();
      hold(
        report.tick >= tick && report.tick >= known,
        `getMatch says tick ${report.tick} after tick ${Math.max(tick, known)} was shown.`,
        Math.max(tick, known),
        report.tick,
      );
      known = report.tick;
      hit('ticks');
    }
    const toTick = known + 100;
    const stepped = await game.attempt('stepMatch', { match: match.id, toTick });
    hold(
      stepped.kind === 'refused' && stepped.problem.code === 'NOT_VIRTUAL',
      'A real-time match lets itself be stepped.',
      'NOT_VIRTUAL',
      stepped,
    );
    await match.end();
  },
};

export const tickChecks: readonly Check[] = [onlyStepsAdvance, realTimeAdvances];
