/** GAME-LIFE-01: requests that are sent again answer as before and change nothing. */
import fc from 'fast-check';
import type {
  CreateMatch,
  JoinReport,
  MatchReport,
  StepReport,
} from '../../../spec/game/messages.d.ts';
import type { Check } from '../check.ts';
import { hold, holdSame } from '../kit/hold.ts';
import type { Reply } from '../kit/replies.ts';
import { gameSession } from './gameSession.ts';
import type { GameSession } from './gameSession.ts';

const GEM = { id: 'gem', x: 1_000, y: 2_000 };

const repeatedRequests: Check = {
  id: 'repeated-requests',
  isolation: 'shared',
  run: ({ property, hit }) =>
    property(
      fc.record({ seed: fc.nat(1_000_000), ticks: fc.integer({ min: 2, max: 5 }) }),
      async ({ seed, ticks }, session) => {
        const game = gameSession(session);
        const match = await game.match('twice', {
          ...{ seed, map: { widthMm: 20_000, heightMm: 20_000, items: [GEM] } },
          rules: { maxHp: 90 },
        });
        const { created } = match;
        const holdCreated = async (when: string): Promise<void> => {
          const now = await match.get();
          const again = await game.call<MatchReport>('createMatch', created);
          holdSame(
            shown(again),
            shown(now),
            `createMatch again, ${when}, does not answer the match as it is.`,
          );
          hit('repeated');
        };
        await holdCreated('at once');
        const [ann, twin] = await Promise.all([join(game, match.id), join(game, match.id)]);
        hold(
          ann === twin,
          'Two joinMatch of one player at once answer different tokens.',
          ann,
          twin,
        );
        hit('repeated');
        await match.step(ticks);
        const before = await match.state();
        hold(
          before.players.length === 1,
          'A player who joined by two requests is not there once.',
          1,
          before.players,
        );
        const again = await join(game, match.id);
        hold(
          again === ann,
          'joinMatch again, of who is in the match, answers another token.',
          ann,
          again,
        );
        for (const toTick of [ticks, 1]) {
          const stepped = await game.call<StepReport>('stepMatch', { match: match.id, toTick });
          hold(
            stepped.tick === ticks,
            `stepMatch to tick ${toTick}, where the match is at ${ticks}, answers tick ${stepped.tick}.`,
            ticks,
            stepped.tick,
          );
          hit('repeated');
        }
        await holdCreated('later');
        for (const other of othersLike(created)) await holdExists(game, other, ['MATCH_EXISTS']);
        holdSame(await match.state(), before, 'Requests that were sent again changed the state.');

        const ended = await match.end();
        hold(
          ended.status === 'ENDED',
          'endMatch answers a match that has not ended.',
          'ENDED',
          ended,
        );
        const endedAgain = await match.end();
        holdSame(shown(endedAgain), shown(ended), 'endMatch again does not answer as before.');
        hit('repeated', 2);
        // An id is for good.
        const anew = await game.attempt<MatchReport>('createMatch', created);
        hold(
          anew.kind === 'ok' ? anew.output.status === 'ENDED' : anew.problem.code === 'MATCH_ENDED',
          'createMatch again, of a match that has ended, answers neither it nor MATCH_ENDED.',
          'ENDED or MATCH_ENDED',
          anew,
        );
        for (const other of othersLike(created)) {
          await holdExists(game, other, ['MATCH_EXISTS', 'MATCH_ENDED']);
        }
      },
      { runs: 4 },
    ),
};

async function join(game: GameSession, match: string): Promise<string> {
  const asked = { match, player: 'ann', spawn: { x: 3_000, y: 3_000 } };
  return (await game.call<JoinReport>('joinMatch', asked)).token;
}

/** With the same id, and something else. */
function othersLike(created: CreateMatch): CreateMatch[] {
  return [
    { ...created, seed: created.seed + 1 },
    { ...created, map: { ...created.map, items: [{ ...GEM, x: GEM.x + 1 }] } },
    { ...created, rules: { ...created.rules, damage: 21 } },
    { ...created, maxPlayers: 99 },
  ];
}

async function holdExists(
  game: GameSession,
  other: CreateMatch,
  codes: readonly string[],
): Promise<void> {
  const reply: Reply<MatchReport> = await game.attempt('createMatch', other);
  hold(
    reply.kind === 'refused' && codes.includes(reply.problem.code),
    `Another createMatch with the id of a match that exists is not refused ${codes.join(' or ')}.`,
    codes,
    reply,
  );
}

/** Whatever it has besides may differ. */
function shown({
  match,
  status,
  seed,
  mode,
  tickRate,
  maxPlayers,
  tick,
  players,
  rules,
}: MatchReport) {
  const there = players.map(({ player, connected }) => ({ player, connected }));
  const { damage, maxHp } = rules;
  return { match, status, seed, mode, tickRate, maxPlayers, tick, players: there, damage, maxHp };
}

export const repeatChecks: readonly Check[] = [repeatedRequests];
