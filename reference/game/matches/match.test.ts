import { expect, test } from 'vitest';
import { ModelClient } from '../testing/modelClient.ts';
import { testMatch } from '../testing/testMatch.ts';
import type { Match } from './match.ts';

const spawn = { x: 50_000, y: 50_000 };

const present = (match: Match): string[] => match.state(undefined).players.map(({ id }) => id);

const typesOf = ({ told }: ModelClient): string[] =>
  told.map((message) => ('code' in message ? `${message.type} ${message.code}` : message.type));

test('who joins appears at the next tick, and who says bye is gone with the next, with its token', () => {
  const match = testMatch();
  const ann = new ModelClient(match, 'ann', spawn);
  expect(present(match)).toEqual([]);
  match.advance();
  expect(match.state(undefined).players).toMatchObject([{ id: 'ann', ...spawn }]);
  ann.stream.hear({ type: 'bye' });
  expect(typesOf(ann)).toEqual(['welcome', 'kick LEFT']);
  expect(() => match.sendInput('ann', ann.token, [])).toThrow('no such player');
  match.advance();
  expect(present(match)).toEqual([]);
  expect(ann.snapshots).toHaveLength(1);
});

test('who leaves and joins before the next tick begins anew, with a new token', () => {
  const match = testMatch();
  const ann = new ModelClient(match, 'ann', spawn);
  ann.stream.hear({ type: 'input', commands: [{ seq: 5, dx: 10, dy: 0 }] });
  match.advance();
  ann.stream.hear({ type: 'bye' });
  const token = match.join('ann', { x: 1, y: 1 });
  expect(token).not.toBe(ann.token);
  match.advance();
  expect(match.state(undefined).players).toMatchObject([{ id: 'ann', x: 1, lastInputSeq: 0 }]);
  expect(match.replay(2).ticks[0]).toMatchObject({ left: ['ann'], joined: [{ player: 'ann' }] });
});

test('who has no stream is there for graceTicks ticks', () => {
  const match = testMatch({ graceTicks: 3 });
  match.join('never', spawn);
  const lost = new ModelClient(match, 'lost', spawn);
  const back = new ModelClient(match, 'back', spawn);
  match.advance();
  lost.stream.close();
  back.stream.close();
  for (let tick = 2; tick <= 4; tick++) match.advance();
  expect(present(match)).toEqual(['back', 'lost', 'never']);
  new ModelClient(match, 'back', spawn);
  match.advance();
  expect(present(match)).toEqual(['back']);
  expect(match.shown('RUNNING').players).toEqual([{ player: 'back', connected: true }]);
});

test('a second stream takes over with everything that the player is, and begins with an empty view', () => {
  const match = testMatch();
  const first = new ModelClient(match, 'ann', spawn);
  first.stream.hear({ type: 'input', commands: [{ seq: 3, dx: 100, dy: 0 }] });
  match.advance();
  first.acknowledge();
  const second = new ModelClient(match, 'ann');
  expect(second.token).toBe(first.token);
  expect(typesOf(first)).toEqual(['welcome', 'kick REPLACED']);
  expect(second.told[0]).toMatchObject({ type: 'welcome', tick: 1, lastInputSeq: 3 });
  first.stream.hear({ type: 'bye' });
  first.stream.close();
  match.advance();
  expect(second.last).toMatchObject({ baseTick: null, lastInputSeq: 3 });
  expect(second.view.players.get('ann')).toMatchObject({ x: 50_100 });
});

test('a full match lets in again when somebody has left', () => {
  const match = testMatch({}, { maxPlayers: 1 });
  const ann = new ModelClient(match, 'ann');
  expect(() => match.join('bob', undefined)).toThrow('1 players are in it');
  expect(match.join('ann', undefined)).toBe(ann.token);
  match.advance();
  ann.stream.hear({ type: 'bye' });
  match.advance();
  expect(match.join('bob', undefined)).toMatch(/^.{32}$/);
});

test('tokens open their own player only', () => {
  const match = testMatch();
  const [ann, bob] = [new ModelClient(match, 'ann'), new ModelClient(match, 'bob')];
  for (const [player, token] of [
    ['ann', bob.token],
    ['ann', `${ann.token}x`],
    ['ann', ''],
    ['nobody', ann.token],
    ['nobody', ''],
  ] as const) {
    expect(() => match.sendInput(player, token, [])).toThrow('no such player with this token');
  }
});

test('of the messages between two ticks the first are taken, and the client is told once of the rest', () => {
  const match = testMatch({ maxMessagesPerTick: 8 });
  const ann = new ModelClient(match, 'ann', spawn);
  for (let tick = 1; tick <= 2; tick++) {
    for (let nth = 1; nth <= 20; nth++) {
      const commands = [{ seq: tick * 100 + nth, dx: 1, dy: 0 }];
      ann.stream.hear({ type: 'input', commands });
    }
    expect(() => match.sendInput('ann', ann.token, [])).toThrow('fewer messages');
    match.advance();
    expect(match.replay(tick).ticks[0]!.commands).toHaveLength(8);
  }
  const rejects = typesOf(ann).filter((type) => type.startsWith('reject'));
  expect(rejects).toEqual(['reject RATE_LIMIT', 'reject RATE_LIMIT']);
});

test('a ping is answered behind what was before it, and something malformed is refused', () => {
  const match = testMatch();
  const ann = new ModelClient(match, 'ann', spawn);
  ann.stream.mishear();
  ann.stream.hear({ type: 'ping', t: 7 });
  expect(typesOf(ann)).toEqual(['welcome', 'reject MALFORMED', 'pong']);
});

test('refusals are told before the snapshot of their tick, with the state that holds', () => {
  const match = testMatch();
  const ann = new ModelClient(match, 'ann', spawn);
  const moves = [300, 100, 5000].map((dx, nth) => ({ seq: nth + 1, dx, dy: 0 }));
  ann.stream.hear({ type: 'input', commands: moves });
  match.advance();
  expect(ann.told[1]).toEqual({
    type: 'correction',
    tick: 1,
    rejected: [
      { seq: 1, code: 'SPEED' },
      { seq: 3, code: 'TELEPORT' },
    ],
    self: match.state(1).players[0],
  });
});

test('a stream and sendInput mean the same, and what the contract does not name means nothing', () => {
  const match = testMatch();
  const ann = new ModelClient(match, 'ann', spawn);
  const bob = new ModelClient(match, 'bob', spawn);
  const command = { seq: 1, dx: 100, dy: -0, x: 5, hp: 1000, player: 'bob' };
  ann.stream.hear({ type: 'input', commands: [command] });
  match.sendInput('bob', bob.token, [command]);
  match.advance();
  const evaluated = { seq: 1, dx: 100, dy: 0 };
  expect(match.replay(1).ticks[0]!.commands).toEqual([
    { player: 'ann', ...evaluated },
    { player: 'bob', ...evaluated },
  ]);
});

test('steps that are asked for at once come one after the other, and never beyond what was asked', async () => {
  const match = testMatch();
  expect(await Promise.all([match.stepTo(3), match.stepTo(5), match.stepTo(2)])).toEqual([3, 5, 5]);
  await expect(match.stepTo(1006)).rejects.toThrow('1 000 ticks at most');
  expect(match.tick).toBe(5);
});

test('old ticks are gone, and those to come unknown', () => {
  const match = testMatch();
  for (let tick = 1; tick <= 300; tick++) match.advance();
  expect(match.state(44).tick).toBe(44);
  expect(() => match.state(43)).toThrow('newest ticks');
  expect(() => match.stateHash(301)).toThrow('the newest tick is 300');
  expect(match.replay(1, 2)).toMatchObject({ ticks: [{ tick: 1 }, { tick: 2 }], nextTick: 3 });
  expect(match.replay(300).nextTick).toBeNull();
});

test('a client that does not read is left out of what it missed, and nobody else is', () => {
  const match = testMatch();
  const [ann, bob] = [new ModelClient(match, 'ann', spawn), new ModelClient(match, 'bob', spawn)];
  match.advance();
  ann.acknowledge();
  ann.isReading = false;
  for (let tick = 2; tick <= 20; tick++) match.advance();
  ann.stream.hear({ type: 'ack', tick: 20 });
  ann.isReading = true;
  match.advance();
  expect(ann.last).toMatchObject({ tick: 21, baseTick: 1 });
  expect(bob.snapshots).toHaveLength(21);
  expect(match.metrics().players[0]).toMatchObject({ player: 'ann', snapshots: 2, dropped: 19 });
});
