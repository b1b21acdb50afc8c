/** GAME-CONF-01: the state after a tick does not depend on the order in which its messages came. */
import fc from 'fast-check';
import { seededRandom } from '../../load/seededRandom.ts';
import type { Random } from '../../load/seededRandom.ts';
import type { Check } from '../check.ts';
import { hold, holdSame } from '../kit/hold.ts';
import { foreseenMatch } from './foreseenMatch.ts';
import { gameSession, sendInput } from './gameSession.ts';
import { inOrder } from './judgedMatch.ts';
import type { Player } from './player.ts';
import type { Sent, TickResult } from './rules/evaluation.ts';
import { matchOptions, playerId, scriptInputs, scripts } from './scripts.ts';
import type { Action, Script } from './scripts.ts';
import { shuffled } from './shuffled.ts';

const PLAYERS = 5;
const OPENING_TICKS = 4;

/** The same commands in different orders, one a message, by streams and by sendInput. */
const arrivalOrder: Check = {
  id: 'arrival-order',
  isolation: 'shared',
  run: ({ property, hit }) =>
    property(
      fc.record({
        script: scripts({ players: PLAYERS, ticks: 12, actionsATick: 12 }),
        order: fc.nat(0xffff_ffff),
      }),
      async ({ script: drawn, order }, session) => {
        const script = contested(drawn);
        const random = seededRandom(order);
        const game = gameSession(session);
        const options = matchOptions(script, { fireIntervalTicks: 1, reachMm: 9_000, damage: 8 });
        const one = foreseenMatch(await game.match('one', options));
        const other = foreseenMatch(await game.match('other', options));
        for (const [index, spawn] of script.spawns.entries()) {
          for (const each of [one, other]) await each.play(playerId(index), spawn ?? undefined);
        }
        const nextSeq = new Map<string, number>();
        for (const [index, actions] of script.ticks.entries()) {
          const done =
            index < OPENING_TICKS ? actions : actions.map((action) => inTick(action, index));
          const inputs = scriptInputs(script, done, one.world, nextSeq);
          const first = await one.tick(inputs);
          const sent = inOrder(inputs);
          const isInTurn = random() < 0.5;
          const second = await other.tick(inputs, () =>
            deliver(other.players, shuffled(random, sent), random, isInTurn),
          );
          holdSame(
            second.state,
            first.state,
            `The state of tick ${first.state.tick} depends on the order in which the ${sent.length} commands of the tick came.`,
          );
          if (sent.length > 1) hit('permutations');
          hit('conflicts', conflictsIn(first));
        }
      },
      { runs: 5 },
    ),
};

/** All want one item, and shoot at one of them, which shoots at another. */
function inTick({ fire, dx, ...rest }: Action, tickIndex: number): Action {
  const shot = { back: fire?.back ?? 0, whom: tickIndex % PLAYERS, besideMm: Math.abs(dx) };
  return { ...rest, dx, take: tickIndex, fire: shot };
}

/** With an item for each tick; at first several stand at one place, and all take without a move. */
function contested({ spawns, ticks, ...rest }: Script): Script {
  const [first, second, alone] = spawns.map((spawn) => spawn ?? { x: 3_000, y: 3_000 });
  const still = { dx: 0, dy: 0, yawMdeg: undefined, fire: undefined, skips: 0 };
  const opening = Array.from({ length: OPENING_TICKS }, (_, take) =>
    Array.from({ length: PLAYERS }, (_each, who): Action => ({ ...still, who, take })),
  );
  const all = [...opening, ...ticks];
  return {
    ...rest,
    spawns: [first!, second!, alone!, first!, second!],
    items: all.map((_, index) => ({ x: 400 * (index % 16), y: 300 * (index % 20) })),
    ticks: all,
  };
}

/** @param isInTurn each is taken before the next one is sent; else all are under way at once */
async function deliver(
  players: readonly Player[],
  sent: readonly Sent[],
  random: Random,
  isInTurn: boolean,
): Promise<void> {
  const byId = new Map(players.map((player) => [player.id, player]));
  const sendOne = async ({ player: id, command }: Sent, byStream: boolean): Promise<void> => {
    const player = byId.get(id)!;
    if (byStream) {
      player.send([command]);
      return player.sync();
    }
    const reply = await sendInput(player.seat, [command]);
    hold(reply.kind === 'ok', `sendInput of ${id} was refused.`, 'a reply', reply);
  };
  const underWay: Promise<void>[] = [];
  for (const each of sent) {
    const done = sendOne(each, random() < 0.5);
    if (isInTurn) await done;
    else underWay.push(done);
  }
  await Promise.all(underWay);
}

/** Items that several took, and players whom several hit or who hit each other. */
function conflictsIn({ refusals, shots }: TickResult): number {
  const taken = refusals.filter(({ code }) => code === 'TAKEN').length;
  const hits = shots.flatMap(({ player, hit }) =>
    hit ? [{ by: player, target: hit.target }] : [],
  );
  const hitters = Map.groupBy(hits, ({ target }) => target);
  const shared = [...hitters.values()].filter((each) => new Set(each.map(({ by }) => by)).size > 1);
  const mutual = hits.filter(({ by, target }) =>
    hits.some((back) => by < target && back.by === target && back.target === by),
  );
  return taken + shared.length + mutual.length;
}

export const arrivalChecks: readonly Check[] = [arrivalOrder];
