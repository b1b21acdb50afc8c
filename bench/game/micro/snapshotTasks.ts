/**
 * What it takes to tell one client of a tick in which all of 100 players have walked: the reference's snapshot against the one before, as
 * JSON text, and the patch of @colyseus/schema, binary, which it encodes once for all clients that see the same.
 */
import assert from 'node:assert/strict';
import { Decoder, Encoder, schema, t } from '@colyseus/schema';
import { parametersOf } from '../../../reference/game/matches/parameters.ts';
import { openSimulation } from '../../../reference/game/simulation/simulation.ts';
import type { TickResult } from '../../../reference/game/simulation/types.ts';
import { Replica } from '../../../reference/game/stateReplicator/replica.ts';
import { worldFrom } from '../../../reference/game/stateReplicator/world.ts';
import type { Command, PlayerState, Snapshot, State } from '../../../spec/game/messages.d.ts';
import type { MicroTask, MicroWork } from '../../micro/microTask.ts';

const PLAYERS = 100;
/** Everybody is in everybody's view. */
const WORLD_MM = 30_000;
const STEP_MM = 140;
const CLIENT = 'p0';

interface Tick {
  readonly state: State;
  readonly result: TickResult;
}

/** An engine and its client. */
interface Replication {
  /** Makes what the client is sent of the tick, in bytes. */
  encode(tick: Tick): number;
  /** The client takes what was made last. @returns its length in bytes */
  decode(): number;
  /** Where the client sees a player. */
  seen(id: string): { readonly x: number; readonly y: number } | undefined;
}

/** Ticks of a match in which everybody walks, each a little otherwise. */
function walkingMatch(): () => Tick {
  const map = { widthMm: WORLD_MM, heightMm: WORLD_MM, items: [] };
  const { rules } = parametersOf({ match: 'm', seed: 7, mode: 'virtual', map });
  const simulation = openSimulation({ seed: 7, map, rules });
  const players = Array.from({ length: PLAYERS }, (_, nth) => `p${nth}`);
  let seq = 0;
  return () => {
    const joined = simulation.tick === 0 ? players.map((player) => ({ player })) : [];
    seq += 1;
    const commands = new Map(players.map((player, nth) => [player, [step(nth, seq)]]));
    const result = simulation.evaluate({ left: [], joined, commands });
    return { state: simulation.state()!, result };
  };
}

function step(nth: number, seq: number): Command {
  const half = STEP_MM / 2;
  const dx = ((nth * 37 + seq * 13) % STEP_MM) - half;
  const dy = ((nth * 53 + seq * 29) % STEP_MM) - half;
  return { seq, dx: dx === 0 ? 1 : dx, dy: dy === 0 ? 1 : dy };
}

function reference(first: Tick): Replication {
  const map = { widthMm: WORLD_MM, heightMm: WORLD_MM, items: [] };
  const { rules } = parametersOf({ match: 'm', seed: 7, mode: 'virtual', map });
  const world = worldFrom(first.state, rules);
  const replica = new Replica(rules);
  const view = new Map<string, { x: number; y: number }>();
  let text = '';
  return {
    encode({ state, result }) {
      world.follow(state, result);
      const snapshot = replica.snapshot(world, world.slotOf(CLIENT)!);
      snapshot.sent();
      replica.acknowledge(state.tick);
      text = snapshot.text;
      return Buffer.byteLength(text);
    },
    decode() {
      const { players = [] } = JSON.parse(text) as Snapshot;
      for (const { id, ...changed } of players) {
        view.set(id, { ...(view.get(id) ?? { x: 0, y: 0 }), ...changed });
      }
      return Buffer.from(text).length;
    },
    seen: (id) => view.get(id),
  };
}

const PlayerSchema = schema(
  {
    ...{ x: t.int32(), y: t.int32(), yawMdeg: t.int32(), hp: t.uint8(), alive: t.boolean() },
    ...{ kills: t.uint16(), deaths: t.uint16(), items: t.uint16() },
  },
  'Player',
);
const StateSchema = schema({ tick: t.uint32(), players: t.map(PlayerSchema) }, 'State');

function colyseus(first: Tick): Replication {
  const told = new StateSchema();
  const encoder = new Encoder(told);
  const held = new StateSchema();
  const decoder = new Decoder(held);
  for (const { id } of first.state.players) told.players.set(id, new PlayerSchema());
  const assign = ({ tick, players }: State): void => {
    told.tick = tick;
    for (const player of players) copyMembers(player, told.players.get(player.id)!);
  };
  assign(first.state);
  decoder.decode(encoder.encodeAll());
  encoder.discardChanges();
  let patch: Uint8Array = new Uint8Array();
  return {
    encode({ state }) {
      assign(state);
      patch = encoder.encode();
      encoder.discardChanges();
      return patch.length;
    },
    decode() {
      decoder.decode(patch);
      return patch.byteLength;
    },
    seen: (id) => held.players.get(id),
  };
}

type Shown = Omit<PlayerState, 'id' | 'lastInputSeq'>;

/** Only what changes is tracked as a change. */
function copyMembers(from: Shown, to: Shown): void {
  to.x = from.x;
  to.y = from.y;
  to.yawMdeg = from.yawMdeg;
  to.hp = from.hp;
  to.alive = from.alive;
  to.kills = from.kills;
  to.deaths = from.deaths;
  to.items = from.items;
}

function work(open: (first: Tick) => Replication): MicroWork {
  const next = walkingMatch();
  const engine = open(next());
  let tick = next();
  let isTaken = true;
  let taken = 0;
  const take = (): void => {
    if (!isTaken) taken = engine.decode();
    isTaken = true;
  };
  return {
    prepare() {
      take();
      tick = next();
    },
    fn() {
      isTaken = false;
      return engine.encode(tick);
    },
    check(bytes) {
      take();
      assert.equal(bytes, taken);
      for (const { id, x, y } of tick.state.players) {
        const { x: seenX, y: seenY } = engine.seen(id) ?? {};
        assert.deepEqual([id, seenX, seenY], [id, x, y]);
      }
    },
  };
}

const name = `a tick in which ${PLAYERS} players walk, to one client`;

export const snapshotTasks: readonly MicroTask[] = [
  { name: `${name}: reference, JSON`, operations: 1, setup: () => work(reference) },
  {
    name: `${name}: @colyseus/schema, binary, once for all clients`,
    operations: 1,
    setup: () => work(colyseus),
  },
];

/** Mean bytes of what a client is sent for a tick, beside each other; after the first, which has everything. */
export function bytesPerTick(ticks: number): { reference: number; colyseus: number } {
  const mean = (open: (first: Tick) => Replication): number => {
    const next = walkingMatch();
    const engine = open(next());
    engine.encode(next());
    let bytes = 0;
    for (let count = 0; count < ticks; count += 1) bytes += engine.encode(next());
    return Math.round(bytes / ticks);
  };
  return { reference: mean(reference), colyseus: mean(colyseus) };
}
