/** What a set-up sends at the same time, and what it does when it is refused. */
import { afterEach, describe, expect, test, vi } from 'vitest';
import { loadCaseStudy } from '../contract/loadCaseStudy.ts';
import type { Answer, JsonObject } from '../target/target.ts';
import { workload } from './workload.ts';
import type { Call } from './workload.ts';
import { readWorkloadFile } from './workloadFile.ts';
import type { WorkloadFile } from './workloadFile.ts';

const caseStudy = loadCaseStudy('trading');

const file: WorkloadFile = {
  ...readWorkloadFile(caseStudy),
  clients: 50,
  keys: { symbol: { count: 200 } },
  setup: [
    { for: 'client', operation: 'getOrder', input: { clOrdId: '$client:acct' } },
    { for: 'symbol', operation: 'putSymbol', input: { symbol: '$key:symbol', a: '$serial:s' } },
    { for: 'symbol', operation: 'getBook', input: { symbol: '$key:symbol' } },
  ],
  fill: [],
};

interface Seen {
  readonly sent: { readonly operation: string; readonly input: JsonObject }[];
  /** In flight together, of each operation. */
  readonly most: Map<string, number>;
  /** Operations that were in flight beside another one. */
  readonly beside: Set<string>;
}

/** Answers a little later. */
function slowly(answer: (operation: string, input: JsonObject) => Answer): [Call, Seen] {
  const seen: Seen = { sent: [], most: new Map(), beside: new Set() };
  const inFlight = new Map<string, number>();
  const call: Call = async (operation, input) => {
    seen.sent.push({ operation, input });
    const now = (inFlight.get(operation) ?? 0) + 1;
    inFlight.set(operation, now);
    seen.most.set(operation, Math.max(seen.most.get(operation) ?? 0, now));
    if ([...inFlight].some(([each, count]) => each !== operation && count > 0))
      seen.beside.add(operation);
    await new Promise((wake) => setImmediate(wake));
    inFlight.set(operation, inFlight.get(operation)! - 1);
    return answer(operation, input);
  };
  return [call, seen];
}

function setUp(call: Call): Promise<string | undefined> {
  const startsMs = new Float64Array(0);
  return workload({ caseStudy, file, seed: 1, runToken: 'run', startsMs }).setUp(call);
}

describe('a set-up', () => {
  afterEach(() => void vi.useRealTimers());

  test('sends for keys 32 at a time, for clients one by one, and each step after the one before it', async () => {
    const [call, { sent, most, beside }] = slowly(() => ({ kind: 'ok', output: {} }));
    expect(await setUp(call)).toBeUndefined();
    expect(Object.fromEntries(most)).toEqual({ getOrder: 1, putSymbol: 32, getBook: 32 });
    expect([...beside]).toEqual([]);
    const put = sent.filter(({ operation }) => operation === 'putSymbol');
    expect(put.map(({ input }) => input['symbol'])).toEqual(
      Array.from({ length: 200 }, (_, key) => `symbol${key}-run`),
    );
    expect(sent).toHaveLength(450);
  });

  test('that is refused for a key says so, and sends nothing more', async () => {
    const [call, { sent }] = slowly((operation, { symbol }) =>
      operation === 'putSymbol' && symbol === 'symbol40-run'
        ? { kind: 'refused', problem: { code: 'INTERNAL', detail: 'no' } }
        : { kind: 'ok', output: {} },
    );
    expect(await setUp(call)).toBe('putSymbol: refused with INTERNAL (no)');
    const put = sent.filter(({ operation }) => operation === 'putSymbol');
    expect(put.length).toBeLessThan(41 + 32);
    expect(sent.some(({ operation }) => operation === 'getBook')).toBe(false);
  });

  test('that is turned away for a key is sent again word for word', async () => {
    const asked = new Map<unknown, JsonObject[]>();
    const [call] = slowly((operation, input) => {
      if (operation !== 'putSymbol') return { kind: 'ok', output: {} };
      const tries = [...(asked.get(input['symbol']) ?? []), input];
      asked.set(input['symbol'], tries);
      return input['symbol'] === 'symbol7-run' && tries.length < 4
        ? {
            kind: 'refused',
            problem: { code: tries.length < 2 ? 'OVERLOADED' : 'AUDIT_UNAVAILABLE' },
          }
        : { kind: 'ok', output: {} };
    });
    expect(await setUp(call)).toBeUndefined();
    const [first, ...again] = asked.get('symbol7-run')!;
    expect(again).toEqual([first, first, first]);
    expect(asked.get('symbol8-run')).toHaveLength(1);
  });

  test('that is turned away again and again is refused in the end', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'setImmediate'] });
    const [call, { sent }] = slowly((operation) =>
      operation === 'putSymbol'
        ? { kind: 'refused', problem: { code: 'OVERLOADED' } }
        : { kind: 'ok', output: {} },
    );
    const told = setUp(call);
    await vi.advanceTimersByTimeAsync(60_000);
    expect(await told).toBe('putSymbol: refused with OVERLOADED');
    expect(sent.filter(({ operation }) => operation === 'putSymbol')).toHaveLength(32 * 20);
  });

  test('that is refused for a client ends at once', async () => {
    const [call, { sent }] = slowly(() => ({ kind: 'refused', problem: { code: 'INTERNAL' } }));
    expect(await setUp(call)).toBe('getOrder: refused with INTERNAL');
    expect(sent).toHaveLength(1);
  });
});
