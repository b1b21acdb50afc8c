/** GAME-REP-02: a delta is worth its while. Sizes are those of the RFC 8785 form, whatever is really sent. */
import fc from 'fast-check';
import type { Command, Item, PlayerChange, Snapshot } from '../../../spec/game/messages.d.ts';
import type { Check } from '../check.ts';
import { hold } from '../kit/hold.ts';
import { openCrowd } from './crowd.ts';
import { gameSession, sendInput } from './gameSession.ts';
import type { Match } from './gameSession.ts';
import { openPlayer } from './player.ts';
import type { Player } from './player.ts';
import { playRound } from './rounds.ts';
import { holdView, sizeOf } from './view.ts';
import type { View } from './view.ts';

/** What a delta may be larger than the whole snapshot. Source: spec/game/README.md. */
const MAX_OVERHEAD_BYTES = 64;
const MEAN_SHARE = 0.3;

const deltaNeverLarger: Check = {
  id: 'delta-never-larger',
  isolation: 'shared',
  run: ({ property, hit }) =>
    property(
      fc.record({ seed: fc.nat(0xffff_ffff) }),
      async ({ seed }, session) => {
        const game = gameSession(session);
        const crowd = await openCrowd(game, { seed, players: 5 });
        for (let round = 0; round < 16; round += 1) {
          await crowd.round();
          for (const player of crowd.players) hit('deltas', holdSmallDeltas(player));
        }
        hit('massLeaves', await leaveAMass(game.match('mass', MASS)));
      },
      { runs: 3 },
    ),
};

/** One long step takes the observer out of everybody's sight: all removals together are larger than what is left. */
const MASS = {
  map: { widthMm: 200_000, heightMm: 10_000, items: [] },
  rules: { radiusMm: 20_000, hysteresisMm: 1_000, maxStepMm: 100_000, teleportMm: 200_000 },
};

async function leaveAMass(created: Promise<Match>): Promise<number> {
  const match = await created;
  const observer = await openPlayer(await match.join('observer', { x: 5_000, y: 5_000 }));
  for (let index = 0; index < 30; index += 1) {
    await match.join(`a-player-with-a-long-name-${index}`, { x: 5_000 + index, y: 5_000 });
  }
  let leaves = 0;
  for (let seq = 1; seq <= 8; seq += 1) {
    // Away and back, with a round between so that the crowd is in the base.
    const dx = seq % 4 === 1 ? 100_000 : seq % 4 === 3 ? -100_000 : 0;
    await playRound(match, [observer], new Map([['observer', [{ seq, dx, dy: 0 }]]]));
    holdView(observer.view!, await match.state(), observer.id, match.parameters.rules);
    holdSmallDeltas(observer);
    if (seq % 4 === 1 && seq > 1) leaves += 1;
    if (seq === 1) leaves += observer.view!.players.size === 1 ? 1 : 0;
  }
  return leaves;
}

const steadyStateBytes: Check = {
  id: 'steady-state-bytes',
  isolation: 'shared',
  run: async ({ session, hit }) => {
    const match = await gameSession(session()).match('steady', {
      maxPlayers: 100,
      map: { widthMm: 40_000, heightMm: 40_000, items: [] },
    });
    const seats = await Promise.all(
      Array.from({ length: 100 }, (_, index) =>
        match.join(`p${index}`, { x: 1_000 + 300 * index, y: 37_000 - 250 * index }),
      ),
    );
    const observer = await openPlayer(seats[0]!);
    let bytes = 0;
    let wholeBytes = 0;
    const seqs = new Array<number>(seats.length).fill(0);
    for (let round = 0; round < 70; round += 1) {
      const movers = Array.from({ length: 10 }, (_, index) => 1 + ((round * 10 + index) % 99));
      await Promise.all(
        movers.map((mover) => {
          const command: Command = { seq: (seqs[mover]! += 1), dx: 120, dy: 90 };
          return sendInput(seats[mover]!, [command]);
        }),
      );
      await playRound(match, [observer]);
      const snapshot = observer.snapshots.at(-1)!;
      const view = observer.view!;
      hold(
        view.players.size === seats.length,
        `observer's view of tick ${view.tick} has ${view.players.size} players, where ${seats.length} are near.`,
        seats.length,
        view.players.size,
      );
      // The first ones have no base yet.
      if (round < 10) continue;
      bytes += sizeOf(snapshot);
      wholeBytes += sizeOf(wholeOf(snapshot, view));
      hit('snapshots');
    }
    const state = await match.state();
    holdView(observer.view!, state, observer.id, match.parameters.rules);
    hit('players', state.players.length);
    hold(
      bytes <= MEAN_SHARE * wholeBytes,
      `With 10 of 100 players moving in each tick, and each snapshot acknowledged, snapshots are ${Math.round((100 * bytes) / wholeBytes)} % of the whole ones' size; at most 30 % are asked for.`,
      Math.floor(MEAN_SHARE * wholeBytes),
      bytes,
    );
  },
};

/** Of all that has come: those that give a view. @returns how many there were */
function holdSmallDeltas(player: Player): number {
  const snapshot = player.snapshots.at(-1);
  const view = snapshot && player.views.get(snapshot.tick);
  if (!view || snapshot.baseTick === null) return 0;
  const bytes = sizeOf(snapshot);
  const wholeBytes = sizeOf(wholeOf(snapshot, view));
  hold(
    bytes <= wholeBytes + MAX_OVERHEAD_BYTES,
    `${player.id}'s snapshot of tick ${snapshot.tick} on tick ${snapshot.baseTick} has ${bytes} bytes, the one without a base that gives the same view ${wholeBytes}: more than ${MAX_OVERHEAD_BYTES} above it.`,
    `${wholeBytes + MAX_OVERHEAD_BYTES} at most`,
    bytes,
  );
  return 1;
}

/** The snapshot with baseTick null that gives the view, with the same events, and with the empty lists that the implementation writes. */
function wholeOf(snapshot: Snapshot, view: View): Snapshot {
  const { type, tick, lastInputSeq, events } = snapshot;
  const players: PlayerChange[] = [...view.players.values()];
  const items: Item[] = [...view.items.values()];
  return {
    ...{ type, tick, baseTick: null, lastInputSeq },
    ...((players.length > 0 || snapshot.players) && { players }),
    ...((items.length > 0 || snapshot.items) && { items }),
    ...(snapshot.removedPlayers?.length === 0 && { removedPlayers: [] }),
    ...(snapshot.removedItems?.length === 0 && { removedItems: [] }),
    ...(events && { events }),
  };
}

export const deltaSizeChecks: readonly Check[] = [deltaNeverLarger, steadyStateBytes];
