import { expect, test } from 'vitest';
import type { Json } from '../../../target/target.ts';
import { hasUnnamedMembers } from './members.ts';

const command = {
  seq: 1,
  dx: 0,
  dy: 0,
  yawMdeg: 1,
  take: 'gem',
  fire: { x: 1, y: 1, viewTick: 0 },
};

test.for<Json>([
  { type: 'input', commands: [command] },
  { match: 'm', player: 'p', token: 't', commands: [command] },
  { type: 'input', commands: [null, 7] },
  { type: 'input', commands: [{ ...command, fire: null }] },
  { type: 'ack', tick: 1 },
  null,
])('nothing but named members: %j', (message) => {
  expect(hasUnnamedMembers(message)).toBe(false);
});

test.for<Json>([
  { type: 'input', commands: [], x: 1 },
  { type: 'input', commands: [{ ...command, x: 1 }] },
  { type: 'input', commands: [{ ...command, fire: { x: 1, y: 1, viewTick: 0, hp: 1 } }] },
  { type: 'toString' },
  { type: 'command', seq: 1 },
  { type: null },
])('a member or a type that has no name: %j', (message) => {
  expect(hasUnnamedMembers(message)).toBe(true);
});
