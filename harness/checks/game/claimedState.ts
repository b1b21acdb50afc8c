/** GAME-AUTH-01.a: what a client claims beside its commands has no effect. */
import type { Command } from '../../../spec/game/messages.d.ts';
import type { Json, JsonObject } from '../../target/target.ts';
import type { Check } from '../check.ts';
import { hold, holdOneOf } from '../kit/hold.ts';
import { gameSession } from './gameSession.ts';
import type { Seat } from './gameSession.ts';
import { judgedMatch } from './judgedMatch.ts';
import { openPlayer } from './player.ts';
import type { Player } from './player.ts';

const FAR = { x: 90_000, y: 90_000 };
const everything = {
  ...{ id: 'bob', ...FAR, yawMdeg: 1, hp: 1, alive: false },
  ...{ kills: 9, deaths: 9, items: 9, lastInputSeq: 4_000_000 },
};
const state = {
  tick: 9,
  players: [everything, { ...everything, id: 'ann' }],
  items: [{ id: 'gem', ...FAR, owner: 'ann' }],
};

/** Members of a command that only the server decides. */
const ofCommands: readonly JsonObject[] = [
  { x: FAR.x, y: FAR.y },
  { position: FAR, place: FAR, spawn: FAR },
  { hp: 1_000_000 },
  { hp: 0, alive: false },
  { kills: 99, deaths: 0 },
  { items: 7, owner: 'ann', item: 'gem' },
  { player: 'bob' },
  { player: 'bob', id: 'bob', target: 'bob', damage: 1_000 },
  { lastInputSeq: 4_000_000 },
  { timeBank: 1_000, fireBank: 1_000, lastFireSeq: 0 },
  { tick: 1_000, spawnTick: 0, diedTick: 1 },
  { self: everything, state },
  { events: [{ kind: 'death', target: 'bob', by: 'ann' }] },
];

/** Members of a shot. */
const ofShots: readonly JsonObject[] = [
  { target: 'bob', hit: true, damage: 1_000 },
  { head: true, by: 'bob', player: 'bob' },
  { kind: 'death', victim: 'bob', kills: 5 },
];

/** Members of the message. */
const ofMessages: readonly JsonObject[] = [
  { player: 'bob', id: 'bob' },
  { state, self: everything },
  { players: state.players, items: state.items },
  { removedPlayers: ['bob'], removedItems: ['gem'] },
  { tick: 500, baseTick: 1, lastInputSeq: 4_000_000 },
];

/** Messages of their own, of types that the server sends or nobody does. */
const messages: readonly JsonObject[] = [
  { type: 'state', state },
  { type: 'snapshot', tick: 1, baseTick: null, lastInputSeq: 9, players: state.players },
  { type: 'correction', tick: 1, rejected: [{ seq: 1, code: 'SPEED' }], self: everything },
  { type: 'setState', player: 'bob', hp: 0 },
  { type: 'teleport', ...FAR },
  { type: 'kick', code: 'LEFT', player: 'bob' },
];

const claimedStateIsIgnored: Check = {
  id: 'claimed-state-is-ignored',
  isolation: 'shared',
  async run({ session, hit }) {
    const conversation = session();
    const map = {
      ...{ widthMm: 100_000, heightMm: 100_000 },
      items: [{ id: 'gem', x: 60_000, y: 60_000 }],
    };
    const match = await gameSession(conversation).match('claims', { map });
    const judged = judgedMatch(match);
    let ann = await judged.play('ann', { x: 50_000, y: 50_000 });
    await judged.play('bob', { x: 52_000, y: 50_000 });
    const cyd = await judged.join('cyd', { x: 50_000, y: 52_000 });
    await judged.tick();
    let seq = 0;
    const command = (): Command => ({ seq: (seq += 1), dx: 10, dy: -5 });
    const shot = () => ({ x: 40_000, y: 40_000, viewTick: judged.world.tick });

    const byStream = async (message: JsonObject, commands: readonly Command[]): Promise<void> => {
      const { isTaken, player } = await sendClaim(ann, message);
      if (player !== ann) judged.note(player);
      ann = player;
      await judged.advance(new Map(isTaken ? [['ann', commands]] : []));
      hit('claims');
    };
    const byOperation = async (sent: Command & JsonObject, plain: Command): Promise<void> => {
      const isTaken = await sendClaimByOperation(cyd, [sent]);
      await judged.advance(new Map(isTaken ? [['cyd', [plain]]] : []));
      hit('claims');
    };
    const withClaim = (plain: Command, claim: JsonObject): Command & JsonObject =>
      ({ ...claim, ...plain }) as Command & JsonObject;
    const input = (commands: readonly Json[], more: JsonObject = {}): JsonObject => ({
      ...more,
      ...{ type: 'input', commands: [...commands] },
    });

    for (const claim of ofCommands) {
      const plain = command();
      await byStream(input([withClaim(plain, claim)]), [plain]);
      await byOperation(withClaim(plain, claim), plain);
    }
    for (const claim of ofShots) {
      // Farther apart than fireIntervalTicks.
      seq += 3;
      const fire = shot();
      const plain = { ...command(), fire };
      const sent = { ...plain, fire: { ...claim, ...fire } };
      await byStream(input([sent]), [plain]);
      await byOperation(sent, plain);
    }
    for (const claim of ofMessages) {
      const plain = command();
      await byStream(input([withClaim(plain, {})], claim), [plain]);
    }
    for (const message of messages) await byStream(message, []);
  },
};

/** @returns whether the message was taken, and the player with its stream, which is a new one where a kick has ended the first */
async function sendClaim(
  player: Player,
  message: JsonObject,
): Promise<{ isTaken: boolean; player: Player }> {
  const before = player.rejects.length;
  player.stream.sendWrong(message);
  if (await player.trySync()) return { isTaken: player.rejects.length === before, player };
  const code = player.kick?.code;
  hold(
    code === 'MALFORMED',
    `The stream of ${player.id} ended with ${code ? `kick ${code}` : `no kick (${player.ended})`} after a message with members that the contract does not name.`,
    'taken without them, or MALFORMED',
    player.kick,
  );
  return { isTaken: false, player: await openPlayer(player.seat) };
}

async function sendClaimByOperation(
  { match: { game, id }, player, token }: Seat,
  commands: readonly Command[],
): Promise<boolean> {
  const reply = await game.attempt('sendInput', { match: id, player, token, commands });
  if (reply.kind === 'ok') return true;
  holdOneOf(
    reply.problem.code,
    ['INVALID_REQUEST'],
    'A command with members that the contract does not name was refused by sendInput with another code',
  );
  return false;
}

export const claimedStateChecks: readonly Check[] = [claimedStateIsIgnored];
