/** GAME-AUTH-01.c: a token acts for its player in its match, and for nobody else. */
import { CouldNotRun } from '../check.ts';
import type { Check, CheckContext } from '../check.ts';
import { hold } from '../kit/hold.ts';
import type { SubscribeAnswer } from '../../target/target.ts';
import { gameSession, sendInput } from './gameSession.ts';
import type { Seat } from './gameSession.ts';
import { judgedMatch } from './judgedMatch.ts';
import { openPlayer } from './player.ts';

/** A player and a token that do not belong together. */
interface Stranger {
  readonly why: string;
  readonly match: string;
  readonly player: string;
  readonly token: string;
  /** What may be answered. */
  readonly codes: readonly string[];
}

const onlyOnesOwnPlayer: Check = {
  id: 'only-ones-own-player',
  isolation: 'shared',
  async run({ session, target, hit }) {
    const conversation = session();
    const game = gameSession(conversation);
    const match = await game.match('own');
    const other = await game.match('other');
    const judged = judgedMatch(match);
    const ann = await judged.play('ann', { x: 50_000, y: 50_000 });
    const bob = await judged.join('bob', { x: 52_000, y: 50_000 });
    const cyd = await judged.play('cyd', { x: 54_000, y: 50_000 });
    const elsewhere = await other.join('ann', { x: 50_000, y: 50_000 });
    await judged.tick();
    await judged.leave(cyd);
    await judged.tick();

    const strangers: Stranger[] = [
      stranger('a token that nobody has', { ...ann.seat, token: 'x'.repeat(32) }),
      stranger('a token that differs in one character', {
        ...ann.seat,
        token: changed(ann.seat.token),
      }),
      stranger('the token of another player', { ...ann.seat, token: bob.token }),
      stranger('the token of another player', { ...bob, token: ann.seat.token }),
      stranger('the token of its name’s player in another match', {
        ...ann.seat,
        token: elsewhere.token,
      }),
      stranger('a token of another match', { ...elsewhere, token: ann.seat.token }),
      stranger('a player who is not in the match', { ...ann.seat, player: 'zoe' }),
      stranger('a player who has left', cyd.seat),
      {
        ...stranger('a match that does not exist', ann.seat),
        match: conversation.id('never'),
        codes: ['NOT_IN_MATCH', 'UNKNOWN_MATCH'],
      },
    ];
    for (const each of strangers) {
      await holdRefusedInput(game, each);
      await holdRefusedStream(target, each);
      // Ann, whose name was used most, still has her stream, and nobody has moved.
      await ann.sync();
      await judged.tick();
      hit('refused', 2);
    }

    const still = { dx: 25, dy: 0 };
    await judged.tick(
      new Map([
        ['ann', [{ seq: 1, ...still }]],
        ['bob', [{ seq: 1, ...still }]],
      ]),
    );
    hit('accepted', 2);
    const reply = await sendInput(ann.seat, [{ seq: 2, ...still }]);
    hold(reply.kind === 'ok', 'sendInput with the right token was refused.', 'a reply', reply);
    const bobsStream = await openPlayer(bob);
    bobsStream.send([{ seq: 2, ...still }]);
    judged.note(bobsStream);
    await bobsStream.sync();
    await judged.advance(
      new Map([
        ['ann', [{ seq: 2, ...still }]],
        ['bob', [{ seq: 2, ...still }]],
      ]),
    );
    hit('accepted', 2);
  },
};

function stranger(why: string, { match, player, token }: Seat): Stranger {
  return { why, match: match.id, player, token, codes: ['NOT_IN_MATCH'] };
}

/** In the first one: the last may have bits that some encodings leave out. */
function changed(token: string): string {
  return `${token.startsWith('a') ? 'b' : 'a'}${token.slice(1)}`;
}

async function holdRefusedInput(
  game: ReturnType<typeof gameSession>,
  { why, match, player, token, codes }: Stranger,
): Promise<void> {
  const commands = [{ seq: 900, dx: 100, dy: 100 }];
  const reply = await game.attempt('sendInput', { match, player, token, commands });
  const answered =
    reply.kind === 'ok' ? 'was carried out' : `was refused with ${reply.problem.code}`;
  hold(
    reply.kind === 'refused' && codes.includes(reply.problem.code),
    `sendInput for ${player} with ${why} ${answered}, not with ${codes.join(' or ')}.`,
    codes,
    reply,
  );
}

async function holdRefusedStream(
  target: CheckContext['target'],
  { why, match, player, token, codes }: Stranger,
): Promise<void> {
  const answer = await target.subscribe('play', { match, player, token }, () => undefined);
  if (answer.kind === 'ok') await answer.subscription.close();
  if (answer.kind === 'indeterminate') {
    throw new CouldNotRun(`No certain answer for the stream of ${player}: ${answer.reason}`);
  }
  hold(
    answer.kind === 'refused' && codes.includes(answer.problem.code),
    `The stream of ${player} with ${why} ${toldOf(answer)}, not refused with ${codes.join(' or ')}.`,
    codes,
    answer.kind === 'ok' ? 'a stream' : answer,
  );
}

function toldOf(answer: SubscribeAnswer): string {
  if (answer.kind === 'ok') return 'was opened';
  if (answer.kind === 'refused') return `was refused with ${answer.problem.code}`;
  return `had no answer of the contract (${answer.reason})`;
}

export const tokenChecks: readonly Check[] = [onlyOnesOwnPlayer];
