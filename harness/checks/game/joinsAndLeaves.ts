/** GAME-LIFE-01: who joins and who leaves, and a match that is full. */
import fc from 'fast-check';
import type { PlayerId, Point } from '../../../spec/game/messages.d.ts';
import type { Check } from '../check.ts';
import { hold, holdSame } from '../kit/hold.ts';
import type { Reply } from '../kit/replies.ts';
import { gameSession } from './gameSession.ts';
import type { Match, Seat } from './gameSession.ts';
import { openPlayer } from './player.ts';
import type { Player } from './player.ts';
import { closeAndSee, holdInViews, holdTokenIsWorthless, inState } from './presence.ts';
import { playRound } from './rounds.ts';
import { placeToAppear } from './rules/world.ts';

const point = fc.record<Point>({ x: fc.nat(20_000), y: fc.nat(20_000) });
const MAP = { widthMm: 20_000, heightMm: 20_000, items: [] };

const joinAndLeave: Check = {
  id: 'join-and-leave',
  isolation: 'shared',
  run: ({ property, hit, target }) =>
    property(
      fc.record({
        seed: fc.nat(0xffff_ffff),
        spawns: fc.array(fc.option(point, { nil: undefined }), { minLength: 3, maxLength: 5 }),
      }),
      async ({ seed, spawns }, session) => {
        const match = await gameSession(session).match('doors', { seed, map: MAP });
        const watcher = await openPlayer(await match.join('watcher', { x: 10_000, y: 10_000 }));
        await playRound(match, [watcher]);
        const players: Player[] = [watcher];
        for (const [index, spawn] of spawns.entries()) {
          const seat = await match.join(`guest${index}`, spawn);
          hold(
            inState(await match.state(), seat.player) === undefined,
            `${seat.player} joined after tick ${match.tick}, and is in its state.`,
          );
          players.push(await openPlayer(seat));
          await playRound(match, players);
          await holdAppeared(match, seat, players);
          hit('joins');
        }
        const [, leaver, other] = players as [Player, Player, Player];
        const walk = [{ seq: 7, dx: 100, dy: 50 }];
        await playRound(match, players, new Map([[leaver.id, walk]]));
        for (const gone of [leaver, other]) {
          await gone.bye();
          const rest = players.filter((player) => player.ended === undefined && !player.kick);
          await playRound(match, rest);
          const state = await match.state();
          hold(
            inState(state, gone.id) === undefined,
            `${gone.id} said bye before tick ${state.tick}, and is in its state.`,
            'nobody',
            inState(state, gone.id),
          );
          holdInViews(rest, state.tick, gone.id, false);
          await holdTokenIsWorthless(gone.seat, target, 'who said bye and is gone');
          hit('leaves');
        }
        // Again, as a new player, whatever it was before.
        const anew = await match.join(leaver.id, spawns[0]);
        hold(anew.token !== leaver.seat.token, 'Who left and joined again has its old token.');
        await playRound(match, [watcher]);
        await holdAppeared(match, anew, [watcher]);
        await holdTokenIsWorthless(leaver.seat, target, 'of its former time in the match');
        hit('joins');
      },
      { runs: 4 },
    ),
};

/** In the state and the views of the newest tick, at its place, with nothing done yet. */
async function holdAppeared(
  match: Match,
  { player, spawn }: Seat,
  players: readonly Player[],
): Promise<void> {
  const state = await match.state();
  const { seed, map } = match.parameters;
  const { x, y } = spawn ?? placeToAppear(seed, player, 0, map);
  holdSame(
    inState(state, player),
    {
      ...{ id: player, x, y, yawMdeg: 0, hp: match.parameters.rules.maxHp, alive: true },
      ...{ kills: 0, deaths: 0, items: 0, lastInputSeq: 0 },
    },
    `${player}, who joined ${spawn ? 'with' : 'without'} a spawn before tick ${state.tick}, is not in its state as one who appears.`,
  );
  holdInViews(players, state.tick, player, true);
}

const fullMatch: Check = {
  id: 'full-match',
  isolation: 'shared',
  run: ({ property, hit }) =>
    property(
      fc.record({ maxPlayers: fc.integer({ min: 2, max: 4 }) }),
      async ({ maxPlayers }, session) => {
        const match = await gameSession(session).match('full', {
          maxPlayers,
          rules: { graceTicks: 2 },
        });
        const players: Player[] = [];
        for (let index = 0; index < maxPlayers; index += 1) {
          players.push(await openPlayer(await match.join(`p${index}`)));
        }
        const holdFull = async (id: PlayerId): Promise<void> => {
          holdRefusedFull(await match.tryJoin(id), maxPlayers);
          hit('refused');
        };
        const holdAdmitted = async (id: PlayerId): Promise<void> => {
          hold(
            (await match.tryJoin(id)).kind === 'ok',
            `Somebody has left the full match, and it does not let ${id} in.`,
            'a token',
          );
          hit('admitted');
        };
        // Before they have appeared, and after.
        await holdFull('late');
        await playRound(match, players);
        await holdFull('later');
        const [first] = players as [Player];
        const again = await match.tryJoin(first.id);
        hold(
          again.kind === 'ok' && again.output.token === first.seat.token,
          `${first.id}, who is in the full match, joins again, and does not get its token.`,
          first.seat.token,
          again,
        );
        const state = await match.state();
        hold(
          state.players.length === maxPlayers,
          `A match of ${maxPlayers} players has ${state.players.length} after joins that were refused.`,
          maxPlayers,
          state.players,
        );
        const leaver = players.at(-1)!;
        await leaver.bye();
        await playRound(match, players.slice(0, -1));
        await holdAdmitted('late');
        await holdFull('later');
        // By its grace. Whom the match has let in has no stream, and leaves with it.
        await closeAndSee(first);
        for (let tick = 0; tick < 3; tick += 1) await playRound(match, players.slice(1, -1));
        await holdAdmitted('later');
      },
      { runs: 2 },
    ),
};

function holdRefusedFull(reply: Reply<unknown>, maxPlayers: number): void {
  hold(
    reply.kind === 'refused' && reply.problem.code === 'MATCH_FULL',
    `A match that has its ${maxPlayers} players does not refuse another one with MATCH_FULL.`,
    'MATCH_FULL',
    reply,
  );
}

export const joinChecks: readonly Check[] = [joinAndLeave, fullMatch];
