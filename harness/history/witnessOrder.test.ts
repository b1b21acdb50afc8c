import { expect, test } from 'vitest';
import type { JsonObject } from '../target/target.ts';
import type { HistoryOperation } from './history.ts';
import { registerModel } from './models/register.ts';
import { done, indeterminate, without } from './testing/operations.ts';
import { checkWitnessOrder, MAX_VIOLATIONS } from './witnessOrder.ts';
import type { WitnessLogEntry, WitnessRules } from './witnessOrder.ts';

const model = registerModel(0);
const write = (
  value: number,
  seq: number,
  interval: [number, number],
  more = {},
): HistoryOperation => done('write', { value }, {}, interval, { witnessSeq: seq, ...more });
const read = (
  value: number,
  seq: number,
  interval: [number, number],
  more = {},
): HistoryOperation => done('read', {}, { value }, interval, { witnessSeq: seq, ...more });
const entry = (
  seq: number,
  value: number,
  more: Partial<WitnessLogEntry> = {},
): WitnessLogEntry => ({
  seq,
  partition: 'p',
  operation: 'write',
  input: { value },
  ...more,
});

/** The rules that are broken. */
function broken(
  history: HistoryOperation[],
  log: WitnessLogEntry[],
  rules?: WitnessRules,
): string[] {
  const { verdict, violations } = checkWitnessOrder(model, history, log, rules);
  expect(verdict).toBe(violations.length === 0 ? 'ok' : 'illegal');
  return violations.map(({ rule, why }) => `${rule} ${why}`);
}

test('a log that agrees with everything that was seen is a proof', () => {
  const history = [
    write(1, 1, [0, 5]),
    write(2, 2, [1, 3]),
    read(1, 1, [2, 6]),
    read(2, 2, [7, 8]),
    read(0, 0, [-1, 12]),
    indeterminate('write', { value: 3 }, 9),
  ];
  expect(broken(history, [entry(2, 2), entry(1, 1)])).toEqual([]);
  expect(broken(history, [entry(1, 1), entry(2, 2), entry(3, 3)])).toEqual([]);
});

test('without evidence nothing is shown', () => {
  const lost = indeterminate('write', { value: 3 }, 7);
  expect(checkWitnessOrder(model, [lost], [entry(1, 3)]).verdict).toBe('unknown');
});

test.each<[string, HistoryOperation[], WitnessLogEntry[], RegExp]>([
  ['an acknowledged command that the log lacks', [write(1, 1, [0, 1])], [], /^W1 .*does not have/],
  [
    'another content than was acknowledged',
    [write(1, 1, [0, 1])],
    [entry(1, 9)],
    /^W1 acknowledged at 1, where the log has/,
  ],
  [
    'an acknowledgement without a number',
    [done('write', { value: 1 }, {}, [0, 1])],
    [],
    /^W1 acknowledged without/,
  ],
  ['a phantom', [write(1, 1, [0, 1])], [entry(1, 1), entry(2, 9)], /^W1 nobody sent/],
  [
    'one lost command twice',
    [write(1, 1, [0, 1]), indeterminate('write', { value: 2 }, 2)],
    [entry(1, 1), entry(2, 2), entry(3, 2)],
    /^W1 nobody sent/,
  ],
  [
    'a number used twice in the log',
    [write(1, 1, [0, 9]), write(2, 1, [1, 8])],
    [entry(1, 1), entry(1, 2)],
    /^W1 two entries/,
  ],
  [
    'two commands with one number',
    [write(1, 1, [0, 9]), write(1, 1, [1, 8])],
    [entry(1, 1)],
    /^W1 two commands acknowledged/,
  ],
  [
    'an order against time',
    [write(1, 2, [0, 1]), write(2, 1, [2, 3])],
    [entry(1, 2), entry(2, 1)],
    /^W2 /,
  ],
  [
    'an effect before its command was sent',
    [write(1, 2, [0, 1]), indeterminate('write', { value: 2 }, 5)],
    [entry(1, 2), entry(2, 1)],
    /^W2 /,
  ],
  [
    'a read of what nobody wrote',
    [write(1, 1, [0, 1]), read(7, 1, [2, 3])],
    [entry(1, 1)],
    /^W3 at 1: read 7/,
  ],
  [
    'a stale read',
    [write(1, 1, [0, 1]), read(0, 0, [2, 3])],
    [entry(1, 1)],
    /^W3 read 2 does not show 1/,
  ],
  [
    'a read from the future',
    [write(1, 1, [4, 5]), read(1, 1, [2, 3])],
    [entry(1, 1)],
    /^W3 2 at 1 stands after 4/,
  ],
  [
    'reads that go back',
    [write(1, 1, [0, 9]), read(1, 1, [1, 2]), read(0, 0, [3, 4])],
    [entry(1, 1)],
    /^W3 read 3 does not show 1 of 1/,
  ],
  [
    'a reply that the state contradicts',
    [done('cas', { expected: 5, value: 6 }, { swapped: true }, [0, 1], { witnessSeq: 1 })],
    [entry(1, 0, { operation: 'cas', input: { expected: 5, value: 6 } })],
    /^W3 at 1: cas answered/,
  ],
])('it accuses %s', (_, history, log, expected) => {
  expect(broken(history, log).some((line) => expected.test(line))).toBe(true);
});

test('a command that was refused for certain must not be in the log', () => {
  const refused = { ...indeterminate('write', { value: 2 }, 2), outcome: 'fail' as const };
  const lines = broken([write(1, 1, [0, 1]), refused], [entry(1, 1), entry(2, 2)]);
  expect(lines).toEqual([expect.stringMatching(/^W1 refused for certain/)]);
});

test('attempts of one command share their number and its time, from the first call to the first return', () => {
  const idempotencyKey = 'k';
  const attempts = [
    indeterminate('write', { value: 1 }, 0, { idempotencyKey }),
    write(1, 1, [6, 7], { idempotencyKey, retryOf: 0 }),
    write(1, 1, [8, 9], { idempotencyKey, retryOf: 0 }),
  ];
  const meanwhile = [read(1, 1, [1, 2]), write(2, 2, [3, 4])];
  const first = entry(1, 1, { idempotencyKey });
  expect(broken([...attempts, ...meanwhile], [first, entry(2, 2)])).toEqual([]);
  const again = broken(
    [...attempts, ...meanwhile],
    [first, entry(2, 2), entry(3, 1, { idempotencyKey })],
  );
  expect(again).toEqual([expect.stringMatching(/^W1 applied at 1 and again/)]);
});

test('the reply to a repeated command may be older than what its process has seen', () => {
  const idempotencyKey = 'k';
  const history = [
    indeterminate('write', { value: 1 }, 0, { idempotencyKey }),
    write(2, 2, [1, 2], { process: 9 }),
    write(1, 1, [3, 4], { process: 9, idempotencyKey, retryOf: 0 }),
  ];
  expect(broken(history, [entry(1, 1, { idempotencyKey }), entry(2, 2)])).toEqual([]);
});

test('an attempt that explains one entry does not explain another', () => {
  const lost = indeterminate('write', { value: 1 }, 0, { idempotencyKey: 'k' });
  const log = [entry(1, 1, { idempotencyKey: 'k' }), entry(2, 1)];
  expect(broken([lost, read(1, 1, [5, 6])], log)).toEqual([
    expect.stringMatching(/^W1 nobody sent/),
  ]);
});

test('gaps are allowed unless the numbering is gapless, and then nothing lies past the end', () => {
  const history = [write(1, 1, [0, 1]), write(2, 3, [2, 3]), read(2, 4, [4, 5])];
  const log = [entry(1, 1), entry(3, 2)];
  expect(broken(history, log)).toEqual([]);
  expect(broken(history, log, { numbering: 'gapless' })).toEqual([
    'W1 after 1 comes 3: a gap',
    'W3 reads 4, past the end of the log at 3',
  ]);
});

test('where reads may be old, each process still only goes forward', () => {
  const log = [entry(1, 1)];
  const stale = [write(1, 1, [0, 1]), read(0, 0, [2, 3])];
  expect(broken(stale, log, { reads: 'session' })).toEqual([]);
  const back = [
    write(1, 1, [0, 1]),
    read(1, 1, [2, 3], { process: 9 }),
    read(0, 0, [4, 5], { process: 9 }),
  ];
  expect(broken(back, log, { reads: 'session' })).toEqual(['W4 process 9 saw 1 and then 0']);
});

test('members in another order, and 0 for -0, are the same content', () => {
  const input: JsonObject = { value: -0, more: { a: 1, b: 2 } };
  const history = [done('write', input, {}, [0, 1], { witnessSeq: 1 })];
  const same = entry(1, 0, { input: { more: { b: 2, a: 1 }, value: 0 } });
  expect(broken(history, [same])).toEqual([]);
});

test('partitions share the numbering and not the state', () => {
  const history = [write(1, 1, [0, 1]), read(0, 1, [2, 3], { partition: 'q' })];
  expect(broken(history, [entry(1, 1)])).toEqual([]);
  const elsewhere = [write(1, 1, [0, 1], { partition: 'q' }), read(0, 1, [2, 3])];
  expect(broken(elsewhere, [entry(1, 1, { partition: 'q' })])).toEqual([]);
});

test('a look-up that does not tell the number still counts as sent', () => {
  const resolved = without(write(1, 1, [0, 5]), 'output', 'witnessSeq');
  expect(broken([resolved, read(1, 1, [6, 7])], [entry(1, 1)])).toEqual([]);
});

test('violations are counted beyond those that are kept', () => {
  const history = Array.from({ length: 150 }, (_, index) =>
    write(index, index, [2 * index, 2 * index + 1]),
  );
  const { violations, violationCount } = checkWitnessOrder(model, history, []);
  expect(violations).toHaveLength(MAX_VIOLATIONS);
  expect(violationCount).toBe(150);
});

test('a hundred thousand operations take no more than a second or so', () => {
  const count = 100_000;
  const history = Array.from({ length: count }, (_, index) =>
    write(index, index, [2 * index, 2 * index + 7]),
  );
  const log = history.map((_, index) => entry(index, index));
  const startMs = performance.now();
  expect(checkWitnessOrder(model, history, log).verdict).toBe('ok');
  // Ten times what it takes: a quadratic one would need minutes.
  expect(performance.now() - startMs).toBeLessThan(10_000);
});
