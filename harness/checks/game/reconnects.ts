/** GAME-LIFE-01: who drops out, comes back, or does not. */
import fc from 'fast-check';
import type { Command } from '../../../spec/game/messages.d.ts';
import type { Check } from '../check.ts';
import { hold, holdSame } from '../kit/hold.ts';
import { gameSession } from './gameSession.ts';
import type { Match } from './gameSession.ts';
import { MAX_WAIT_MS, openPlayer } from './player.ts';
import type { Player } from './player.ts';
import {
  closeAndSee,
  holdInViews,
  holdTokenIsWorthless,
  inState,
  isConnected,
} from './presence.ts';
import { playRound } from './rounds.ts';
import { holdView } from './view.ts';

const GEM = { id: 'gem', x: 10_000, y: 10_000 };
const SEQ = 5;

const reconnectKeepsTheEntity: Check = {
  id: 'reconnect-keeps-the-entity',
  isolation: 'shared',
  deadlineMs: 3 * MAX_WAIT_MS,
  run: ({ property, hit }) =>
    property(
      fc.record({ graceTicks: fc.integer({ min: 1, max: 5 }), dies: fc.boolean() }).chain((rest) =>
        fc.record({
          gone: fc.integer({ min: 0, max: rest.graceTicks }),
          ...{ graceTicks: fc.constant(rest.graceTicks), dies: fc.constant(rest.dies) },
        }),
      ),
      async ({ graceTicks, gone, dies }, session) => {
        const match = await gameSession(session).match('again', {
          map: { widthMm: 20_000, heightMm: 20_000, items: [GEM] },
          rules: { graceTicks, respawnTicks: 1_000, damage: dies ? 100 : 30 },
        });
        const watcher = await openPlayer(await match.join('watcher', { x: 9_000, y: 9_000 }));
        const ann = await openPlayer(await match.join('ann', { x: 10_000, y: 10_000 }));
        await playRound(match, [watcher, ann]);
        await liveALittle(match, watcher, ann);
        const before = inState(await match.state(), ann.id);
        hold(
          before?.items === 1,
          'It took an item that lay where it stood, and has none.',
          1,
          before,
        );

        await closeAndSee(ann);
        for (let tick = 0; tick < gone; tick += 1) await playRound(match, [watcher]);
        const second = await openPlayer(ann.seat);
        await holdSameEntity(
          match,
          before,
          [watcher, second],
          `was without a stream for ${gone} of ${graceTicks} ticks`,
        );
        hit('reconnects');

        const third = await openPlayer(ann.seat);
        const kick = await second.untilEnded();
        hold(
          kick?.code === 'REPLACED',
          `${ann.id} opened a second stream, and the first one did not end with kick REPLACED.`,
          'REPLACED',
          kick ?? second.ended,
        );
        await second.close();
        // The end of the one that was replaced is not the end of the player: it stays beyond its grace.
        for (let tick = 0; tick <= graceTicks; tick += 1) {
          await holdSameEntity(match, before, [watcher, third], 'opened a second stream');
        }
        hold(
          (await isConnected(match, ann.id)) === true,
          `${ann.id} has a stream, which replaced another, and getMatch says that it has none.`,
          true,
          false,
        );
        hit('replaced');
        if (dies) return;
        const step: Command = { seq: SEQ + 1, dx: -40, dy: 30 };
        await playRound(match, [watcher, third], new Map([[ann.id, [step]]]));
        const moved = inState(await match.state(), ann.id);
        hold(
          moved?.x === before.x - 40 && moved.lastInputSeq === step.seq,
          `What ${ann.id} sends by its new stream is not carried out.`,
          { x: before.x - 40, lastInputSeq: step.seq },
          moved,
        );
      },
      { runs: 8 },
    ),
};

/** Takes the gem, walks, looks about, and is shot at. */
async function liveALittle(match: Match, watcher: Player, ann: Player): Promise<void> {
  const commands: Command[] = [{ seq: SEQ, dx: 60, dy: 20, yawMdeg: 90_000, take: GEM.id }];
  await playRound(match, [watcher, ann], new Map([[ann.id, commands]]));
  const { x, y } = inState(await match.state(), ann.id)!;
  const fire = { x, y, viewTick: match.tick };
  await playRound(match, [watcher, ann], new Map([[watcher.id, [{ seq: 1, dx: 0, dy: 0, fire }]]]));
}

/** Plays a round; nothing happens to it. */
async function holdSameEntity(
  match: Match,
  before: unknown,
  players: readonly [watcher: Player, player: Player],
  who: string,
): Promise<void> {
  await playRound(match, players);
  const state = await match.state();
  const [, player] = players;
  holdSame(
    inState(state, player.id),
    before,
    `${player.id}, who ${who}, does not have its entity and state as before at tick ${state.tick}.`,
  );
  hold(
    player.welcome.lastInputSeq === SEQ,
    `The welcome of ${player.id}, who ${who}, has another lastInputSeq than its player.`,
    SEQ,
    player.welcome.lastInputSeq,
  );
  for (const each of players) holdView(each.view!, state, each.id, match.parameters.rules);
}

const graceEnds: Check = {
  id: 'grace-ends',
  isolation: 'shared',
  run: ({ property, hit, target }) =>
    property(
      fc.record({ graceTicks: fc.integer({ min: 1, max: 6 }), sends: fc.boolean() }),
      async ({ graceTicks, sends }, session) => {
        const match = await gameSession(session).match('grace', { rules: { graceTicks } });
        const watcher = await openPlayer(await match.join('watcher'));
        const closing = await openPlayer(await match.join('closing'));
        await playRound(match, [watcher, closing]);
        await closeAndSee(closing);
        const closed = match.tick;
        // Appears with the next tick, which does not count.
        const never = await match.join('never');
        const appears = closed + 1;
        for (let tick = closed + 1; tick <= closed + graceTicks + 3; tick += 1) {
          // Commands without a stream are no stream.
          if (sends && tick <= closed + graceTicks) {
            const command = { seq: tick, dx: 1, dy: 1 };
            await match.game.call('sendInput', {
              ...{ match: match.id, player: 'closing', token: closing.seat.token },
              commands: [command],
            });
          }
          await playRound(match, [watcher]);
          const state = await match.state();
          for (const [id, last] of [
            ['closing', closed + graceTicks],
            ['never', appears + graceTicks],
          ] as const) {
            const isThere = inState(state, id) !== undefined;
            hold(
              isThere === tick <= last,
              `${id}, whose grace of ${graceTicks} ticks ends with tick ${last}, is ${isThere ? '' : 'not '}in the state of tick ${tick}.`,
              tick <= last,
              isThere,
            );
            holdInViews([watcher], tick, id, isThere);
          }
        }
        for (const seat of [closing.seat, never]) {
          await holdTokenIsWorthless(seat, target, 'whose grace is over');
          hit('expired');
        }
      },
      { runs: 4 },
    ),
};

export const reconnectChecks: readonly Check[] = [reconnectKeepsTheEntity, graceEnds];
