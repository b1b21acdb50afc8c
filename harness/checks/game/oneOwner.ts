/** GAME-CONF-01: who gets an item that several take. */
import fc from 'fast-check';
import type { Command, Item, ItemId, PlayerId, State } from '../../../spec/game/messages.d.ts';
import { seededRandom } from '../../load/seededRandom.ts';
import type { Check } from '../check.ts';
import { hold } from '../kit/hold.ts';
import { gameSession } from './gameSession.ts';
import { openPlayer } from './player.ts';
import type { Player } from './player.ts';
import { playRound } from './rounds.ts';
import { compareIds, d2 } from './rules/geometry.ts';
import { shuffled, TRICKY_IDS } from './shuffled.ts';
import { upTo } from './walks.ts';

/** Wherever they have walked to, they reach every item. */
const REACH_MM = 9_000;

/** Of one item each tick: with several at the same distance, some of them at one place. */
const oneOwner: Check = {
  id: 'one-owner',
  isolation: 'shared',
  run: ({ property, hit }) =>
    property(
      fc.record({ seed: fc.nat(0xffff_ffff) }),
      async ({ seed }, session) => {
        const random = seededRandom(seed);
        const items = Array.from({ length: 10 }, (_, index) => ({
          ...{ id: `gem${index}`, x: 10_000 + upTo(random, 2_000), y: 10_000 },
        }));
        const match = await gameSession(session).match('gems', {
          map: { widthMm: 20_000, heightMm: 20_000, items },
          rules: { reachMm: REACH_MM },
        });
        // All on one line or mirrored on it: equal distances are frequent.
        const places = [0, 1, 2].map(() => ({
          x: 10_000 + upTo(random, 2_000),
          y: 10_000 + upTo(random, 400),
        }));
        const players: Player[] = [];
        for (const [index, id] of shuffled(random, TRICKY_IDS).entries()) {
          const { x, y } = places[index % 3]!;
          const place = { x, y: index < 3 ? y : 20_000 - y };
          players.push(await openPlayer(await match.join(id, place)));
        }
        await playRound(match, players);
        const alone = players[2]!;
        const owners = new Map<ItemId, PlayerId>();
        let last: Contest | undefined;
        for (const [index, item] of items.entries()) {
          const seq = index + 1;
          // They walk, so that who is nearest is decided after the moves; alike, so that ties remain.
          const dx = upTo(random, 300) - 150;
          const contenders = shuffled(random, TRICKY_IDS).slice(0, 3 + upTo(random, 2));
          const again = items[upTo(random, index)]!.id;
          const inputs = new Map<PlayerId, Command[]>();
          for (const id of shuffled(random, TRICKY_IDS)) {
            const take = contenders.includes(id) ? item.id : again;
            inputs.set(id, [{ seq, dx: id === alone.id ? -dx : dx, dy: 0, take }]);
          }
          await playRound(match, players, inputs);
          const state = await match.state();
          if (last) holdRefused(last, players);
          last = contestOf(state, item, again === item.id ? TRICKY_IDS : contenders);
          holdOwners(state, owners, last);
          owners.set(item.id, last.winner);
          hit('conflicts');
          if (last.isTie) hit('ties');
        }
        // What somebody has taken is theirs after they left, too.
        const leaver = players.find(({ id }) => [...owners.values()].includes(id))!;
        await leaver.bye();
        const rest = players.filter((player) => player !== leaver);
        const taken = [...owners].find(([, owner]) => owner === leaver.id)![0];
        const inputs = new Map(
          rest.map(({ id }) => [id, [{ seq: 20, dx: 0, dy: 0, take: taken }]]),
        );
        await playRound(match, rest, inputs);
        holdRefused(last!, rest);
        holdOwners(await match.state(), owners);
      },
      { runs: 4 },
    ),
};

interface Contest {
  readonly item: ItemId;
  readonly tick: number;
  readonly winner: PlayerId;
  readonly losers: readonly PlayerId[];
  readonly isTie: boolean;
}

/** By the places at the end of the tick, which are those after the moves, as nobody appears or dies in it. */
function contestOf({ tick, players }: State, item: Item, contenders: readonly PlayerId[]): Contest {
  const near = players
    .filter((player) => contenders.includes(player.id) && d2(player, item) <= REACH_MM ** 2)
    .sort((a, b) => d2(a, item) - d2(b, item) || compareIds(a.id, b.id));
  const [first, second] = near;
  return {
    ...{ item: item.id, tick, winner: first!.id, losers: near.slice(1).map(({ id }) => id) },
    isTie: second !== undefined && d2(first!, item) === d2(second, item),
  };
}

function holdOwners(state: State, owners: ReadonlyMap<ItemId, PlayerId>, now?: Contest): void {
  for (const { id, owner } of state.items) {
    const right = now?.item === id ? now.winner : (owners.get(id) ?? null);
    hold(
      owner === right,
      now?.item === id
        ? `Of those who took ${id} in tick ${state.tick}, ${right} was nearest, then has the smallest id, but its owner is ${owner}.`
        : `At tick ${state.tick} item ${id}, which ${right === null ? 'nobody' : right} had taken, has owner ${owner}.`,
      right,
      owner,
    );
  }
}

function holdRefused({ item, tick, winner, losers }: Contest, players: readonly Player[]): void {
  for (const { id, corrections } of players) {
    const rejected = corrections.filter((each) => each.tick === tick);
    const isRefused = rejected.some((each) => each.rejected.some(({ code }) => code === 'TAKEN'));
    hold(
      isRefused || !losers.includes(id),
      `${id}, who was not the nearest of those who took ${item} in tick ${tick}, was not refused TAKEN.`,
      'TAKEN',
      rejected,
    );
    hold(
      !isRefused || id !== winner,
      `${id}, who got ${item} in tick ${tick}, was refused TAKEN.`,
      'no refusal',
      rejected,
    );
  }
}

export const ownerChecks: readonly Check[] = [oneOwner];
