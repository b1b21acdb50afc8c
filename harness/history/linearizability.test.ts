import fc from 'fast-check';
import { expect, test } from 'vitest';
import { seededRandom } from '../load/seededRandom.ts';
import type { JsonObject } from '../target/target.ts';
import type { HistoryOperation } from './history.ts';
import { checkLinearizability } from './linearizability.ts';
import type { CheckBounds } from './linearizability.ts';
import type { Model } from './model.ts';
import { keyValueModel } from './models/keyValue.ts';
import { queueModel } from './models/queue.ts';
import { registerModel } from './models/register.ts';
import { isLinearizableByBruteForce } from './testing/bruteForce.ts';
import { generatedHistory } from './testing/generatedHistory.ts';
import { done, indeterminate, without } from './testing/operations.ts';
import { keyValueObject, queueObject, registerObject } from './testing/runnableObjects.ts';

const registerVerdict = (operations: HistoryOperation[], bounds?: CheckBounds): string =>
  checkLinearizability(registerModel(0), operations, bounds).verdict;

const read = (value: number, interval: [number, number]): HistoryOperation =>
  done('read', {}, { value }, interval);
const write = (value: number, interval: [number, number]): HistoryOperation =>
  done('write', { value }, {}, interval);
const lostWrite = (value: number, callEvent: number): HistoryOperation =>
  indeterminate('write', { value }, callEvent);

test('a read that overlaps a write may see the value before or after it', () => {
  expect(registerVerdict([write(1, [0, 9]), read(0, [1, 2])])).toBe('ok');
  expect(registerVerdict([write(1, [0, 9]), read(1, [1, 2])])).toBe('ok');
});

test('two reads that follow one another may not see a write and then not', () => {
  expect(registerVerdict([write(1, [0, 9]), read(1, [1, 2]), read(0, [3, 4])])).toBe('illegal');
  expect(registerVerdict([write(1, [0, 9]), read(0, [1, 2]), read(1, [3, 4])])).toBe('ok');
});

test('a read after an acknowledged write sees it', () => {
  expect(registerVerdict([write(1, [0, 1]), read(0, [2, 3])])).toBe('illegal');
});

test('a lost write may take effect at any later time, or never, and once only', () => {
  expect(registerVerdict([lostWrite(1, 0), read(0, [1, 2]), read(0, [3, 4])])).toBe('ok');
  expect(registerVerdict([lostWrite(1, 0), read(0, [1, 2]), read(1, [3, 4])])).toBe('ok');
  const twice = [
    lostWrite(1, 0),
    read(1, [1, 2]),
    write(2, [3, 4]),
    read(2, [5, 6]),
    read(1, [7, 8]),
  ];
  expect(registerVerdict(twice)).toBe('illegal');
  expect(registerVerdict([...twice, lostWrite(1, 9)])).toBe('illegal');
  expect(registerVerdict([lostWrite(1, -1), ...twice])).toBe('ok');
});

test('a lost write has no effect before it was called', () => {
  expect(registerVerdict([read(1, [0, 1]), lostWrite(1, 2)])).toBe('illegal');
});

test('what failed for certain must not be seen', () => {
  const failed = { ...lostWrite(1, 0), outcome: 'fail' as const };
  expect(registerVerdict([failed, read(1, [1, 2])])).toBe('illegal');
  expect(registerVerdict([failed, read(0, [1, 2])])).toBe('ok');
});

test('an ok whose reply is not known took effect before it returned', () => {
  const resolved = without(write(1, [0, 3]), 'output');
  expect(registerVerdict([resolved, read(0, [4, 5])])).toBe('illegal');
  expect(registerVerdict([resolved, read(1, [4, 5])])).toBe('ok');
});

test('a failed compare-and-set is an observation', () => {
  const cas = (swapped: boolean): HistoryOperation =>
    done('cas', { expected: 0, value: 2 }, { swapped }, [2, 3]);
  expect(registerVerdict([write(1, [0, 1]), cas(false), read(1, [4, 5])])).toBe('ok');
  expect(registerVerdict([write(1, [0, 1]), cas(true)])).toBe('illegal');
  expect(registerVerdict([cas(false)])).toBe('illegal');
});

test('attempts with one idempotency key are one command', () => {
  const model = keyValueModel();
  const put = { key: 'k', value: 1 };
  const history = [
    indeterminate('put', put, 0, { idempotencyKey: 'a' }),
    done('get', { key: 'k' }, { value: 1 }, [1, 2]),
    done('delete', { key: 'k' }, {}, [3, 4]),
    done('put', put, {}, [5, 6], { idempotencyKey: 'a', retryOf: 0 }),
    done('get', { key: 'k' }, { value: null }, [7, 8]),
  ];
  expect(checkLinearizability(model, history).verdict).toBe('ok');
  const separate = history.map((operation) => without(operation, 'idempotencyKey'));
  expect(checkLinearizability(model, separate).verdict).toBe('illegal');
});

test('a repeated command took effect before its first acknowledgement', () => {
  const put = { key: 'k', value: 1 };
  const history = (between: number | null): HistoryOperation[] => [
    done('put', put, {}, [0, 1], { idempotencyKey: 'a' }),
    done('get', { key: 'k' }, { value: between }, [2, 3]),
    done('put', put, {}, [4, 5], { idempotencyKey: 'a', retryOf: 0 }),
  ];
  expect(checkLinearizability(keyValueModel(), history(1)).verdict).toBe('ok');
  expect(checkLinearizability(keyValueModel(), history(null)).verdict).toBe('illegal');
  const [first, read, second] = history(null);
  expect(checkLinearizability(keyValueModel(), [second!, read!, first!]).verdict).toBe('illegal');
});

test('a queue gives each element once, the oldest first', () => {
  const enqueue = (value: number, interval: [number, number]): HistoryOperation =>
    done('enqueue', { value }, {}, interval);
  const dequeue = (value: number | null, interval: [number, number]): HistoryOperation =>
    done('dequeue', {}, { value }, interval);
  const verdict = (history: HistoryOperation[]): string =>
    checkLinearizability(queueModel(), history).verdict;
  const both = [enqueue(1, [0, 1]), enqueue(2, [2, 3])];
  expect(verdict([...both, dequeue(1, [4, 5]), dequeue(2, [6, 7]), dequeue(null, [8, 9])])).toBe(
    'ok',
  );
  expect(verdict([...both, dequeue(2, [4, 5])])).toBe('illegal');
  expect(verdict([...both, dequeue(1, [4, 6]), dequeue(1, [5, 7])])).toBe('illegal');
  expect(verdict([enqueue(1, [0, 3]), enqueue(2, [1, 2]), dequeue(2, [4, 5])])).toBe('ok');
});

test('no evidence is unknown', () => {
  expect(registerVerdict([])).toBe('unknown');
  expect(checkLinearizability(registerModel(), [lostWrite(1, 0)])).toMatchObject({
    verdict: 'unknown',
    cause: 'no-evidence',
  });
});

test('partitions are independent, and an illegal one outweighs an undecided one', () => {
  const elsewhere = (history: HistoryOperation[]): HistoryOperation[] =>
    history.map((operation) => ({ ...operation, partition: 'other' }));
  const illegal = [write(1, [0, 1]), read(0, [2, 3])];
  expect(registerVerdict([write(1, [0, 1]), ...elsewhere([read(0, [2, 3])])])).toBe('ok');
  const bounds = { maxEntries: 3 };
  const hard = elsewhere(puzzle());
  expect(registerVerdict(hard, bounds)).toBe('unknown');
  expect(registerVerdict([...hard, ...illegal], bounds)).toBe('illegal');
});

test('an operation that the model does not know, or a return before its call, is an error', () => {
  expect(() => registerVerdict([done('pop', {}, {}, [0, 1])])).toThrow('does not know');
  expect(() => registerVerdict([read(0, [3, 1])])).toThrow('recorder is broken');
});

test('a model that calls an update a read is refused instead of believed', () => {
  const wrong = { ...registerModel(0), isRead: () => true };
  expect(() => checkLinearizability(wrong, [write(1, [0, 1])])).toThrow('calls "write" a read');
});

/** Many concurrent writes and then a value that nobody wrote: illegal, and only after every order has been tried. */
function puzzle(): HistoryOperation[] {
  const writes = Array.from({ length: 12 }, (_, index) => write(index, [index, 100 + index]));
  return [...writes, read(77, [300, 301])];
}

const boundCases: [string, CheckBounds][] = [
  ['entries', { maxEntries: 1000 }],
  ['entries', { maxMemoryBytes: 20_000 }],
  ['states', { maxStates: 3 }],
  ['deadline', { timeLimitMs: 0, nowMs: tickingClock() }],
];

test.each(boundCases)(
  'a bound on %s that is reached gives unknown, never illegal',
  (cause, bounds) => {
    expect(registerVerdict(puzzle())).toBe('illegal');
    const verdict = checkLinearizability(registerModel(0), puzzle(), bounds);
    expect(verdict).toMatchObject({ verdict: 'unknown', cause });
    expect(verdict.counts.mostEntries).toBeLessThanOrEqual(bounds.maxEntries ?? 20_000);
  },
);

test('the deadline is looked at while one partition is searched', () => {
  // The clock starts at 1; the check of the partition begins at 2; the search looks at 3.
  const verdict = checkLinearizability(registerModel(0), puzzle(), {
    timeLimitMs: 2.5,
    nowMs: tickingClock(),
  });
  expect(verdict).toMatchObject({ verdict: 'unknown', cause: 'deadline' });
  expect(verdict.counts.mostEntries).toBeGreaterThan(1000);
});

function tickingClock(): () => number {
  let now = 0;
  return () => ++now;
}

/** Tiny histories over few values, so that about half are legal. */
function tinyHistory(
  command: fc.Arbitrary<{ operation: string; input: JsonObject; output: JsonObject }>,
): fc.Arbitrary<HistoryOperation[]> {
  const one = fc.record({
    command,
    outcome: fc.constantFrom('ok', 'ok', 'ok', 'info', 'fail'),
    call: fc.integer({ min: 0, max: 12 }),
    length: fc.integer({ min: 0, max: 8 }),
  });
  return fc.array(one, { minLength: 1, maxLength: 6 }).map(
    (drawn) =>
      drawn.map(({ command: { operation, input, output }, outcome, call, length }, id) => ({
        ...(outcome === 'ok'
          ? done(operation, input, output, [call, call + length])
          : { ...indeterminate(operation, input, call), outcome }),
        id,
      })) as HistoryOperation[],
  );
}

const value = fc.constantFrom(0, 1, 2);
const registerCommand = fc.oneof(
  value.map((it) => ({ operation: 'read', input: {}, output: { value: it } })),
  value.map((it) => ({ operation: 'write', input: { value: it }, output: {} })),
  fc.tuple(value, value, fc.boolean()).map(([expected, it, swapped]) => ({
    operation: 'cas',
    input: { expected, value: it },
    output: { swapped },
  })),
);
const keyValueCommand = fc.oneof(
  fc.constantFrom(0, 1, null).map((it) => ({
    operation: 'get',
    input: { key: 'k' },
    output: { value: it },
  })),
  value.map((it) => ({ operation: 'put', input: { key: 'k', value: it }, output: {} })),
  fc.constant({ operation: 'delete', input: { key: 'k' }, output: {} }),
);
const queueCommand = fc.oneof(
  value.map((it) => ({ operation: 'enqueue', input: { value: it }, output: {} })),
  fc.constantFrom(0, 1, 2, null).map((it) => ({
    operation: 'dequeue',
    input: {},
    output: { value: it },
  })),
);

test.each([
  ['register', registerModel(0) as Model<unknown>, registerCommand],
  ['key-value', keyValueModel() as Model<unknown>, keyValueCommand],
  ['queue', queueModel() as Model<unknown>, queueCommand],
])('on tiny histories of a %s it agrees with trying every order', (_, model, command) => {
  const seen = { ok: 0, illegal: 0, unknown: 0 };
  fc.assert(
    fc.property(tinyHistory(command), (history) => {
      const hasEvidence = history.some(({ outcome }) => outcome === 'ok');
      fc.pre(hasEvidence);
      const { verdict } = checkLinearizability(model, history);
      seen[verdict]++;
      expect(verdict).toBe(isLinearizableByBruteForce(model, history) ? 'ok' : 'illegal');
    }),
    { numRuns: 6000, seed: 1 },
  );
  expect(seen.ok).toBeGreaterThan(600);
  expect(seen.illegal).toBeGreaterThan(600);
});

test('a history that is linearizable by construction is never accused', () => {
  const verdicts = { ok: 0, illegal: 0, unknown: 0 };
  for (let seed = 1; seed <= 600; seed++) {
    const random = seededRandom(seed);
    const options = {
      partition: 'p',
      operations: 10 + Math.floor(random() * 50),
      clients: 1 + Math.floor(random() * 8),
      indeterminateShare: random() * 0.3,
      random,
    };
    const bounds = { maxEntries: 20_000 };
    const register = generatedHistory(registerObject, options);
    verdicts[checkLinearizability(registerModel(), register, bounds).verdict]++;
    const store = generatedHistory(keyValueObject('p'), options);
    verdicts[checkLinearizability(keyValueModel(), store, bounds).verdict]++;
    const short = { ...options, operations: 24, clients: 4 };
    const queue = generatedHistory(queueObject(), short);
    verdicts[checkLinearizability(queueModel(), queue, bounds).verdict]++;
  }
  expect(verdicts.illegal).toBe(0);
  expect(verdicts.ok).toBeGreaterThan(1700);
});
