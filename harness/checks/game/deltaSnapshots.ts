/** GAME-REP-01: what a client holds is right, whatever got lost. */
import fc from 'fast-check';
import type { Snapshot, State } from '../../../spec/game/messages.d.ts';
import type { Check } from '../check.ts';
import { hold } from '../kit/hold.ts';
import { openCrowd } from './crowd.ts';
import { gameSession } from './gameSession.ts';
import { lossyNetwork } from './lossyNetwork.ts';
import { openPlayer } from './player.ts';
import type { Network, Player } from './player.ts';
import { holdView } from './view.ts';

const seedArbitrary = fc.record({ seed: fc.nat(0xffff_ffff) });

/** Nothing is lost; `acks` says what is acknowledged instead of a tick. */
function acknowledging(acks: (tick: number) => readonly number[]): Network {
  return { losesSnapshot: () => false, acks };
}

/** Every tick, every third one, late, or the newest one and again an older one: bases of every age. */
const WAYS_TO_ACKNOWLEDGE: readonly Network[] = [
  acknowledging((tick) => [tick]),
  acknowledging((tick) => (tick % 3 === 0 ? [tick] : [])),
  acknowledging((tick) => (tick > 2 ? [tick - 2] : [])),
  acknowledging((tick) => (tick > 1 ? [tick, tick - 1] : [tick])),
  acknowledging((tick) => (tick % 7 === 0 ? [tick] : [])),
];

const deltaOnBase: Check = {
  id: 'delta-on-base',
  isolation: 'shared',
  run: ({ property, hit }) =>
    property(
      seedArbitrary,
      async ({ seed }, session) => {
        const crowd = await openCrowd(gameSession(session), {
          ...{ seed, players: WAYS_TO_ACKNOWLEDGE.length },
          client: (index) => ({ network: WAYS_TO_ACKNOWLEDGE[index]! }),
        });
        for (let round = 0; round < 24; round += 1) {
          const before = crowd.state;
          const state = await crowd.round();
          for (const player of crowd.players) {
            const snapshot = newestOf(player, state.tick);
            holdRightView(player, state);
            if (snapshot.baseTick === null) continue;
            hit('deltas');
            hit('changed', before ? movedInView(player, before, state) : 0);
          }
        }
      },
      { runs: 5 },
    ),
};

const acknowledgedBasesOnly: Check = {
  id: 'acknowledged-bases-only',
  isolation: 'shared',
  run: ({ property, hit }) =>
    property(
      seedArbitrary,
      async ({ seed }, session) => {
        const historyTicks = 8;
        // Of two clients one acknowledges all the time; the other now and then, and then of long ago.
        const crowd = await openCrowd(gameSession(session), {
          ...{ seed, players: 3, rules: { historyTicks } },
          client: (index) => (index === 0 ? {} : { acknowledges: false }),
        });
        const [, , late] = crowd.players as [Player, Player, Player];
        for (let round = 1; round <= 40; round += 1) {
          const { tick } = await crowd.round();
          for (const player of crowd.players) {
            const { baseTick } = newestOf(player, tick);
            if (baseTick === null) continue;
            holdAcknowledged(player, tick, baseTick, historyTicks);
            hit('deltas');
          }
          if (tick % 5 === 0) crowd.players[1]!.ack(tick);
          // Counts for nothing: with the next tick it is older than a base may be.
          if (tick > historyTicks && tick % 2 === 0) {
            late.ack(tick - historyTicks);
            hit('staleAcks');
          }
          if (tick % 16 === 0) {
            const [, former] = crowd.players as [Player, Player];
            crowd.players[1] = await openPlayer(former.seat, { acknowledges: false });
            // They were sent on the stream before it, and count for nothing on this one.
            for (let age = 0; age < 4; age += 1) crowd.players[1].ack(tick - age);
          }
        }
      },
      { runs: 4 },
    ),
};

const convergesUnderLoss: Check = {
  id: 'converges-under-loss',
  isolation: 'shared',
  run: ({ property, hit }) =>
    property(
      seedArbitrary,
      async ({ seed }, session) => {
        const networks = [0, 1, 2, 3].map((index) =>
          lossyNetwork(seed + index, { snapshots: 0.3, acks: 0.3, doubled: 0.2, overtaken: 0.2 }),
        );
        const crowd = await openCrowd(gameSession(session), {
          ...{ seed, players: networks.length, rules: { historyTicks: 16 } },
          client: (index) => ({ network: networks[index]! }),
        });
        for (let round = 0; round < 40; round += 1) {
          const state = await crowd.round();
          for (const player of crowd.players) {
            newestOf(player, state.tick);
            if (!player.views.has(state.tick)) continue;
            holdRightView(player, state);
            hit('viewsCompared');
          }
        }
        for (const { lostSnapshots, lostAcks } of networks) {
          hit('clients');
          hit('lost', lostSnapshots + lostAcks);
        }
      },
      { runs: 4 },
    ),
};

const wholeWithoutABase: Check = {
  id: 'whole-without-a-base',
  isolation: 'shared',
  run: ({ property, hit }) =>
    property(
      seedArbitrary,
      async ({ seed }, session) => {
        const historyTicks = 4;
        const crowd = await openCrowd(gameSession(session), {
          ...{ seed, players: 4, rules: { historyTicks } },
          // The first acknowledges; of the others each has its own way to have no base.
          client: (index) => (index === 0 ? {} : { acknowledges: false }),
        });
        const [, silent, forging, late] = crowd.players as [Player, Player, Player, Player];
        for (let round = 0; round < 12; round += 1) {
          const state = await crowd.round();
          const { tick } = state;
          for (const player of [silent, forging, late]) holdWhole(player, state);
          hit('silent');
          // A tick that is still to come, and one that will never be: acknowledged before they are sent.
          forging.ack(tick + 1);
          forging.ack(tick + 100_000);
          hit('forged', 2);
          if (tick > historyTicks) late.ack(tick - historyTicks);
        }
        for (let again = 0; again < 2; again += 1) {
          const [old] = crowd.players as [Player];
          const anew = await openPlayer(old.seat);
          crowd.players[0] = anew;
          // What the stream before it acknowledged says nothing about this one.
          holdWhole(anew, await crowd.round());
          hit('newStreams');
          await crowd.round();
        }
      },
      { runs: 3 },
    ),
};

const snapshotEveryTick: Check = {
  id: 'snapshot-every-tick',
  isolation: 'shared',
  run: ({ property, hit }) =>
    property(
      fc.record({ seed: fc.nat(0xffff_ffff), joinsAt: fc.integer({ min: 1, max: 10 }) }),
      async ({ seed, joinsAt }, session) => {
        const crowd = await openCrowd(gameSession(session), { seed, players: 3 });
        const openedAt = new Map(crowd.players.map(({ id }) => [id, 0]));
        for (let round = 1; round <= 20; round += 1) {
          if (round === joinsAt) {
            const late = await openPlayer(await crowd.match.join('late', { x: 1_000, y: 1_000 }));
            crowd.players.push(late);
            openedAt.set(late.id, crowd.match.tick);
          }
          // Sometimes nothing happens at all.
          const { tick } = await crowd.round(() => round % 4 === 0);
          for (const { id, snapshots } of crowd.players) {
            const expected = openedAt.get(id)! + snapshots.length;
            hold(
              snapshots.at(-1)?.tick === tick && expected === tick,
              `${id}, whose stream was opened at tick ${openedAt.get(id)}, has ${snapshots.length} snapshots at tick ${tick}, the last one of tick ${snapshots.at(-1)?.tick}: one for every tick is due.`,
              tick - openedAt.get(id)!,
              snapshots.map((snapshot) => snapshot.tick),
            );
            hit('snapshots');
          }
        }
        for (const { id, snapshots } of crowd.players) holdOrder(id, snapshots);
      },
      { runs: 4 },
    ),
};

/** The snapshot of a tick that has just been synced. @throws Violation when there is none */
function newestOf({ id, snapshots }: Player, tick: number): Snapshot {
  const newest = snapshots.at(-1);
  hold(newest?.tick === tick, `${id} got no snapshot of tick ${tick}.`, tick, newest?.tick);
  return newest!;
}

function holdRightView(player: Player, state: State): void {
  holdView(player.views.get(state.tick)!, state, player.id, player.seat.match.parameters.rules);
}

function holdWhole(player: Player, state: State): void {
  const { baseTick } = newestOf(player, state.tick);
  hold(
    baseTick === null,
    `${player.id}'s snapshot of tick ${state.tick} is based on tick ${baseTick}, which its stream has not acknowledged, or too long ago.`,
    null,
    baseTick,
  );
  holdRightView(player, state);
}

function holdAcknowledged(
  { id, acked, snapshots }: Player,
  tick: number,
  baseTick: number,
  historyTicks: number,
): void {
  const own = snapshots.map((each) => each.tick).filter((each) => acked.has(each));
  hold(
    own.includes(baseTick),
    `${id}'s snapshot of tick ${tick} is based on tick ${baseTick}, which was not sent and acknowledged on this stream.`,
    own,
    baseTick,
  );
  hold(
    tick - baseTick <= historyTicks,
    `${id}'s snapshot of tick ${tick} is based on tick ${baseTick}, more than ${historyTicks} ticks ago.`,
    `${tick - historyTicks} or later`,
    baseTick,
  );
}

function holdOrder(id: string, snapshots: readonly Snapshot[]): void {
  const ticks = snapshots.map(({ tick }) => tick);
  hold(
    ticks.every((tick, index) => index === 0 || tick === ticks[index - 1]! + 1),
    `${id}'s snapshots are not one for every tick, in order.`,
    undefined,
    ticks,
  );
}

/** How many of those in view stand elsewhere than a tick before. */
function movedInView(player: Player, before: State, state: State): number {
  const places = new Map(before.players.map((each) => [each.id, each]));
  const view = player.views.get(state.tick)!;
  return [...view.players.values()].filter(({ id, x, y }) => {
    const place = places.get(id);
    return place !== undefined && (place.x !== x || place.y !== y);
  }).length;
}

export const deltaSnapshotChecks: readonly Check[] = [
  deltaOnBase,
  acknowledgedBasesOnly,
  convergesUnderLoss,
  wholeWithoutABase,
  snapshotEveryTick,
];
