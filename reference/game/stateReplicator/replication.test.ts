import { describe, expect, test } from 'vitest';
import type { PlayerState, State } from '../../../spec/game/messages.d.ts';
import type { ModelClient } from '../testing/modelClient.ts';
import { ModelClient as Client } from '../testing/modelClient.ts';
import { crowd, seededRandom, testMatch } from '../testing/testMatch.ts';

const RULES = { radiusMm: 6000, hysteresisMm: 1500, hitRadiusMm: 1200, respawnTicks: 10 };

const distance = (one: { x: number; y: number }, other: { x: number; y: number }): number =>
  Math.hypot(one.x - other.x, one.y - other.y);

const shownOf = ({ lastInputSeq: _, ...shown }: PlayerState) => shown;

/** What a client holds that it must not, or has not what it must. */
function wrongIn(client: ModelClient, state: State): unknown[] {
  const self = state.players.find(({ id }) => id === client.player)!;
  const { radiusMm, hysteresisMm } = RULES;
  const lying = state.items.filter(({ owner }) => owner === null);
  const near = (entity: { x: number; y: number }) => distance(entity, self) <= radiusMm;
  const wrong: unknown[] = [];
  for (const { id } of state.players.filter(near)) {
    if (!client.view.players.has(id)) wrong.push(`lacks ${id}`);
  }
  for (const { id } of lying.filter(near))
    if (!client.view.items.has(id)) wrong.push(`lacks ${id}`);
  for (const shown of client.view.players.values()) {
    const player = state.players.find(({ id }) => id === shown.id);
    if (!player || distance(player, self) > radiusMm + hysteresisMm) wrong.push(`has ${shown.id}`);
    else if (!isEqual(shown, shownOf(player))) wrong.push([shown, player]);
  }
  for (const { id } of client.view.items.values()) {
    const item = lying.find((each) => each.id === id);
    if (!item || distance(item, self) > radiusMm + hysteresisMm) wrong.push(`has ${id}`);
  }
  if (client.last.lastInputSeq !== self.lastInputSeq) wrong.push('lastInputSeq');
  return wrong;
}

function isEqual(one: object, other: object): boolean {
  const [shown, is] = [one, other] as Record<string, unknown>[];
  return Object.keys(is!).every((member) => shown![member] === is![member]);
}

/** The size of the snapshot that would give the client's view without a base. */
function wholeBytes({ view, last }: ModelClient): number {
  const { tick, lastInputSeq } = last;
  const [players, items] = [[...view.players.values()], [...view.items.values()]];
  const lists = { ...(players.length > 0 && { players }), ...(items.length > 0 && { items }) };
  return JSON.stringify({ type: 'snapshot', tick, baseTick: null, lastInputSeq, ...lists }).length;
}

describe('snapshots', () => {
  test('give each client exactly what is near, whatever is lost, late or twice', () => {
    const random = seededRandom(7);
    const { match, clients, step } = crowd(10, { ...RULES, historyTicks: 16 }, random);
    for (const client of clients) client.loses = () => random() < 0.3;
    let changes = 0;
    for (let tick = 1; tick <= 120; tick++) {
      step();
      for (const client of clients) {
        const { baseTick } = client.last;
        if (baseTick !== null) expect(tick - baseTick).toBeLessThanOrEqual(16);
        if (client.tick !== tick) continue;
        changes += baseTick === null ? 0 : 1;
        expect(wrongIn(client, match.state(tick))).toEqual([]);
        expect(client.bytes).toBeLessThanOrEqual(
          baseTick === null ? Infinity : wholeBytes(client) + 64,
        );
        if (random() < 0.7) client.acknowledge();
        const old = [...client.acknowledged].at(-3);
        if (old !== undefined && random() < 0.3) client.acknowledge(old);
      }
    }
    expect(changes).toBeGreaterThan(400);
  });

  test('begin anew for who acknowledges nothing, or what was never sent', () => {
    const { clients, step } = crowd(3, RULES, seededRandom(1));
    for (let tick = 1; tick <= 20; tick++) {
      step();
      clients[1]!.stream.hear({ type: 'ack', tick: tick + 1 });
      clients[2]!.stream.hear({ type: 'ack', tick: 0 });
      for (const { last } of clients) expect(last.baseTick).toBeNull();
    }
  });

  test('never build upon more than historyTicks', () => {
    const { clients, step } = crowd(2, { ...RULES, historyTicks: 4 }, seededRandom(1));
    step();
    clients[0]!.acknowledge();
    const bases: (number | null)[] = [];
    for (let tick = 2; tick <= 8; tick++) {
      step();
      bases.push(clients[0]!.last.baseTick);
    }
    expect(bases).toEqual([1, 1, 1, 1, null, null, null]);
  });

  test('are whole where so many leave that telling it would take more', () => {
    const match = testMatch({ radiusMm: 50_000, graceTicks: 1 });
    const ann = new Client(match, 'ann', { x: 0, y: 0 });
    const others = Array.from(
      { length: 60 },
      (_, nth) => new Client(match, `a-player-with-a-long-name-${nth}`, { x: 1, y: 1 }),
    );
    match.advance();
    ann.acknowledge();
    for (const { stream } of others) stream.hear({ type: 'bye' });
    match.advance();
    expect(ann.last).toMatchObject({ tick: 2, baseTick: null });
    expect([...ann.view.players.keys()]).toEqual(['ann']);
  });

  test('tell again what left until a snapshot without it is the base', () => {
    const match = testMatch({ radiusMm: 5000 });
    const [ann, bob] = ['ann', 'bob'].map((player) => new Client(match, player, { x: 0, y: 0 }));
    const far = ['c', 'd'].map((player) => new Client(match, player, { x: 0, y: 0 }));
    expect(far).toHaveLength(2);
    match.advance();
    ann!.acknowledge();
    bob!.stream.hear({ type: 'bye' });
    for (let tick = 2; tick <= 4; tick++) {
      match.advance();
      expect(ann!.last).toMatchObject({ baseTick: 1, removedPlayers: ['bob'] });
    }
    ann!.acknowledge();
    match.advance();
    expect(ann!.last).toMatchObject({ baseTick: 4 });
    expect(ann!.last.removedPlayers).toBeUndefined();
  });

  test('name nobody in an event who is not in the view', () => {
    const match = testMatch({ radiusMm: 10_000, hysteresisMm: 0, weaponRangeMm: 30_000 });
    const ann = new Client(match, 'ann', { x: 0, y: 0 });
    const bob = new Client(match, 'bob', { x: 9000, y: 0 });
    const far = new Client(match, 'far', { x: 18_000, y: 0 });
    match.advance();
    const fire = { x: 9000, y: 0, viewTick: 1 };
    far.stream.hear({ type: 'input', commands: [{ seq: 1, dx: 0, dy: 0, fire }] });
    match.advance();
    const hit = { kind: 'hit', target: 'bob', damage: 40, head: true };
    expect(ann.last.events).toEqual([{ ...hit, by: null }]);
    expect(bob.last.events).toEqual([{ ...hit, by: 'far' }]);
  });
});
