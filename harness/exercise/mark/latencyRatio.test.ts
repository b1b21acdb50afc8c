import { describe, expect, test } from 'vitest';
import type { ConversationEntry } from '../../run/event.ts';
import { callTimesOf, compareLatency, mergeTimes, shareOfRatio } from './latencyRatio.ts';

const US = 1000;

function call(what: string, startUs: number, endUs: number, kind = 'ok'): ConversationEntry {
  const answer = { kind, output: {}, reason: '' } as unknown as ConversationEntry['answer'];
  return { session: 's', what, answer: answer!, startNs: startUs * US, endNs: endUs * US };
}

const all = (): boolean => true;

describe('what a ratio is worth', () => {
  test.each([
    [0.1, 1],
    [1, 1],
    [2, 1],
    [2.01, 0.75],
    [4, 0.75],
    [4.01, 0.5],
    [8, 0.5],
    [8.01, 0.25],
    [15.99, 0.25],
    [16, 0],
    [1000, 0],
  ])('%d times the reference is worth %d', (ratio, share) => {
    expect(shareOfRatio(ratio)).toBe(share);
  });
});

describe('the calls of a clause', () => {
  test('leave out what waited for the start of the process, and what had no answer', () => {
    const times = callTimesOf(
      [
        call('add', 0, 300),
        call('get', 100, 301),
        call('add', 310, 320),
        call('get', 330, 350),
        call('get', 360, 5_000, 'indeterminate'),
      ],
      all,
    );
    expect(times).toEqual(
      new Map([
        ['add', [10]],
        ['get', [20]],
      ]),
    );
  });

  test('wait anew for a process that was started again', () => {
    const restart: ConversationEntry = { session: 's', what: 'restart', startNs: 25, endNs: 30 };
    const times = callTimesOf(
      [
        call('add', 0, 10),
        call('add', 11, 20),
        restart,
        call('add', 31, 400),
        call('add', 401, 408),
      ],
      all,
    );
    expect(times.get('add')).toEqual([9, 7]);
  });

  test('are only those of interest', () => {
    const entries = [call('add', 0, 1), call('clock', 2, 3), call('add', 4, 6)];
    const times = callTimesOf(entries, (operation) => operation !== 'clock');
    expect([...times.keys()]).toEqual(['add']);
  });

  test('add up over clauses', () => {
    const merged = mergeTimes([new Map([['add', [1, 2]]]), new Map([['add', [3]]])]);
    expect(merged.get('add')).toEqual([1, 2, 3]);
  });
});

describe('the comparison', () => {
  const five = (us: number): number[] => [us, us, us, us, us * 100];

  test('takes the ratio of the medians, and their geometric mean', () => {
    const found = compareLatency(
      ['add', 'get'],
      new Map([
        ['add', five(10)],
        ['get', five(20)],
      ]),
      new Map([
        ['add', five(160)],
        ['get', five(20)],
      ]),
    );
    expect(found.operations.map(({ ratio }) => ratio)).toEqual([16, 1]);
    expect(found.ratio).toBeCloseTo(4);
    expect(found.unmeasured).toEqual([]);
    expect(found.share).toBe(0.75);
  });

  test('gives nothing for operations that no passing clause used', () => {
    const found = compareLatency(
      ['add', 'get', 'list', 'drop'],
      new Map([
        ['add', five(10)],
        ['get', five(10)],
        ['list', five(10)],
      ]),
      new Map([
        ['add', five(10)],
        ['get', [10, 10, 10, 10]],
      ]),
    );
    expect(found.unmeasured).toEqual(['get', 'list', 'drop']);
    expect(found.share).toBe(0.25);
  });

  test('of nothing is worth nothing', () => {
    const nothing = { operations: [], unmeasured: ['add'], ratio: null, share: 0 };
    expect(compareLatency(['add'], new Map(), new Map())).toEqual(nothing);
  });
});
