import { describe, expect, test } from 'vitest';
import { loadCaseStudy } from '../contract/loadCaseStudy.ts';
import type { Answer, JsonObject } from '../target/target.ts';
import { checkInvariants } from './invariants.ts';
import type { LaneReply } from './lanes/lane.ts';
import { workload } from './workload.ts';
import type { Call, Workload } from './workload.ts';
import { profileOf, readWorkloadFile } from './workloadFile.ts';
import type { InvariantRow, WorkloadFile } from './workloadFile.ts';

const caseStudy = loadCaseStudy('trading');
const file = readWorkloadFile(caseStudy);

const STARTS = Float64Array.from({ length: 2000 }, (_, index) => index);

function make(rest: { file?: WorkloadFile; seed?: number } = {}): Workload {
  return workload({
    caseStudy,
    file,
    seed: 1,
    runToken: 'run',
    startsMs: STARTS,
    ...rest,
  });
}

function fake(call: (operation: string, input: JsonObject) => Answer): Call {
  return async (operation, input) => call(operation, input);
}

function reply(value: object, status = 200): LaneReply {
  return { kind: 'http', status, body: Buffer.from(JSON.stringify(value)) };
}

const open = {
  orderId: 'o1',
  clOrdId: 'c1',
  account: 'a',
  symbol: 's',
  side: 'BUY',
  ordStatus: 'NEW',
  execType: 'NEW',
  reason: null,
  orderQty: 5,
  cumQty: 0,
  leavesQty: 5,
  fills: [],
  auditSeq: 1,
  seq: 1,
  transactTimeMs: 0,
};

describe('the plan', () => {
  test('has the mix that the file says', () => {
    const work = make();
    const counts = new Map<string, number>();
    for (let index = 0; index < 2000; index += 1) {
      const request = work.planned(index);
      // Every order stays open: each cancel and replace finds one after the first few requests.
      request.judge(reply(open));
      counts.set(request.operation, (counts.get(request.operation) ?? 0) + 1);
    }
    const share = (operation: string): number => counts.get(operation)! / 2000;
    expect(share('submitOrder')).toBeGreaterThan(0.09);
    expect(share('submitOrder')).toBeLessThan(0.16);
    expect(share('replaceOrder')).toBeGreaterThan(0.75);
    expect(share('cancelOrder')).toBeGreaterThan(0.04);
  });

  test('is the same for the same seed and file, and says so by its digest', () => {
    const bodies = (seed: number): (string | undefined)[] => {
      const work = make({ seed });
      return Array.from({ length: 50 }, (_, index) => work.planned(index).http.body);
    };
    expect(bodies(1)).toEqual(bodies(1));
    expect(bodies(2)).not.toEqual(bodies(1));
    expect(make().digest).toBe(make().digest);
    expect(make({ seed: 2 }).digest).not.toBe(make().digest);
    expect(make({ file: { ...file, clients: 3 } }).digest).not.toBe(make().digest);
  });

  test('makes only requests that the contract allows', () => {
    const work = make();
    for (let index = 0; index < 500; index += 1) {
      const request = work.planned(index);
      const { validate } = caseStudy.operations.get(request.operation)!.request;
      const path = request.http.path.split('/');
      const fromPath = request.operation === 'submitOrder' ? {} : { orderId: path[3] };
      expect(validate({ ...fromPath, ...JSON.parse(request.http.body!) })).toBeUndefined();
      request.judge(reply(open));
    }
  });
});

describe('a client', () => {
  const cancels: WorkloadFile = {
    ...file,
    clients: 2,
    mix: file.mix
      .filter(({ name }) => ['new-bid', 'cancel-bid'].includes(name))
      .map((entry) => ({
        ...entry,
        weight: entry.name === 'cancel-bid' ? 1e6 : 1e-6,
      })),
  };

  test('cancels only what it was told is open, once, and nothing of another client', () => {
    const work = make({ file: cancels });
    const first = work.nextOf(0);
    expect(first.operation).toBe('submitOrder');
    expect(first.judge(reply({ ...open, orderId: 'mine' }))).toEqual({ kind: 'ok' });
    expect(work.nextOf(1).operation).toBe('submitOrder');
    const cancel = work.nextOf(0);
    expect(cancel.operation).toBe('cancelOrder');
    expect(cancel.http.path).toContain('/mine/');
    expect(work.nextOf(0).operation).toBe('submitOrder');
  });

  test('repeats its own newest request word for word', () => {
    const repeating: WorkloadFile = {
      ...file,
      clients: 2,
      mix: [
        ...file.mix.filter(({ name }) => name === 'new-bid'),
        { name: 'bid-again', weight: 1e9, repeats: 'new-bid' },
      ],
    };
    const work = make({ file: repeating });
    const first = work.nextOf(0);
    const other = work.nextOf(1);
    expect(other.input['clOrdId']).not.toBe(first.input['clOrdId']);
    const again = work.nextOf(0);
    expect(again.input).toEqual(first.input);
  });

  test('does not refer to an order that filled at once', () => {
    const work = make({ file: cancels });
    work.nextOf(0).judge(reply({ ...open, ordStatus: 'FILLED', cumQty: 5, leavesQty: 0 }));
    expect(work.nextOf(0).operation).toBe('submitOrder');
  });
});

describe('a reply', () => {
  const judge = (value: object, status?: number) => make().planned(0).judge(reply(value, status));

  test.each([
    ['an open order', open, 200, 'ok'],
    ['a rejected order', { ...open, ordStatus: 'REJECTED', leavesQty: 0 }, 200, 'refused'],
    ['a code that the load expects', { code: 'UNKNOWN_ORDER' }, 404, 'refused'],
    ['that code under another status', { code: 'UNKNOWN_ORDER' }, 400, 'error'],
    ['a code that sheds load', { code: 'OVERLOADED' }, 503, 'shed'],
    ['a code that it does not expect', { code: 'UNKNOWN_SYMBOL' }, 404, 'error'],
    ['no code', {}, 500, 'error'],
    ['another message', { hello: 'world' }, 200, 'error'],
  ])('of %s is judged', (_, value, status, kind) => {
    expect(judge(value, status).kind).toBe(kind);
  });

  test.each([
    ['an output', { kind: 'ok', output: open }, 'ok'],
    [
      'a refusal that the load expects',
      { kind: 'refused', problem: { code: 'UNKNOWN_ORDER' } },
      'refused',
    ],
    ['another refusal', { kind: 'refused', problem: { code: 'INTERNAL' } }, 'error'],
    ['a reply that was not the message', { kind: 'malformed', reason: 'no' }, 'error'],
    ['no reply', { kind: 'indeterminate', reason: 'gone' }, 'error'],
  ] as [string, Answer, string][])('by call: %s is judged', (_, answer, kind) => {
    expect(make().planned(0).judge({ kind: 'answer', answer }).kind).toBe(kind);
  });

  test('that is not JSON is an error', () => {
    const judged = make()
      .planned(0)
      .judge({ kind: 'http', status: 200, body: Buffer.from('<html>') });
    expect(judged).toEqual({ kind: 'error', reason: 'status 200 with a body that is not JSON' });
  });
});

describe('set-up and invariants', () => {
  test('set-up stops at the first refusal and says which', async () => {
    const target = fake((operation) =>
      operation === 'putLimits'
        ? { kind: 'refused', problem: { code: 'INTERNAL', detail: 'no' } }
        : { kind: 'ok', output: {} },
    );
    expect(await make().setUp(target)).toBe('putLimits: refused with INTERNAL (no)');
  });

  test('a client keeps what a step saves of its reply, and sends it itself', async () => {
    const saving: WorkloadFile = {
      ...file,
      clients: 3,
      setup: [
        {
          for: 'client',
          operation: 'getOrder',
          input: { clOrdId: '$client:acct' },
          save: { told: '/orderId' },
        },
      ],
      fill: [],
    };
    const place = (client: number) => ({ client, keys: {} });
    const work = make({ file: saving });
    const target = fake((_, input) => ({
      kind: 'ok',
      output: { orderId: `of ${String(input['clOrdId'])}` },
    }));
    expect(await work.setUp(target)).toBeUndefined();
    expect(work.inputFor(place(2), { a: '$saved:told' })).toEqual({ a: 'of acct2-run' });
    const silent = fake(() => ({ kind: 'ok', output: {} }));
    expect(await make({ file: saving }).setUp(silent)).toContain('nothing at /orderId');
  });

  test.each([
    ['sound', 99, [-5, 5], [], 0],
    [
      'crossed',
      101,
      [-5, 5],
      ['The best bid of each symbol is below its best ask: 101 < 100 is not so'],
      1,
    ],
    [
      'unbalanced',
      99,
      [-5, 4],
      ['What all accounts bought is what all accounts sold: -1 = 0 is not so'],
      1,
    ],
  ])('invariants of a %s state', async (_, bid, nets, sentences, count) => {
    const two: WorkloadFile = { ...file, clients: 2, invariants: file.invariants.slice(0, 2) };
    const target = fake((operation, input) =>
      operation === 'getBook'
        ? { kind: 'ok', output: { bids: [{ priceE4: bid }], asks: [{ priceE4: 100 }] } }
        : {
            kind: 'ok',
            output: { positions: [{ netQty: nets[input['account'] === 'acct0-run' ? 0 : 1]! }] },
          },
    );
    const verdict = await checkInvariants(target, make({ file: two }), two);
    expect(verdict).toEqual({ holding: 2 - count, broken: sentences });
  });

  test('a figure may be absent only where the file says what it is then', async () => {
    const crossing = file.invariants.slice(0, 1);
    const empty = fake(() => ({ kind: 'ok', output: { bids: [], asks: [] } }));
    const absent: WorkloadFile = { ...file, invariants: crossing };
    expect((await checkInvariants(empty, make({ file: absent }), absent)).broken).toEqual([]);
    const [{ left, ...row }] = crossing as [InvariantRow];
    const strict = { ...left };
    delete (strict as { absent?: number }).absent;
    const needed: WorkloadFile = { ...file, invariants: [{ ...row, left: strict }] };
    expect((await checkInvariants(empty, make({ file: needed }), needed)).broken).toEqual([
      'The best bid of each symbol is below its best ask: getBook has no number at /bids/0/priceE4',
    ]);
  });

  test('a figure may be the sum of several numbers of a reply', async () => {
    const [row] = file.invariants as [InvariantRow];
    const left = { ...row.left, sum: ['/available', '/held'] };
    const sums: WorkloadFile = { ...file, invariants: [{ ...row, left, relation: '=', right: 7 }] };
    const holding = fake(() => ({ kind: 'ok', output: { available: 4, held: 3 } }));
    expect((await checkInvariants(holding, make({ file: sums }), sums)).broken).toEqual([]);
    const leaking = fake(() => ({ kind: 'ok', output: { available: 4, held: 2 } }));
    expect((await checkInvariants(leaking, make({ file: sums }), sums)).broken).toEqual([
      'The best bid of each symbol is below its best ask: 6 = 7 is not so',
    ]);
  });

  test('an invariant of each key is broken by one of them', async () => {
    const one: WorkloadFile = { ...file, invariants: file.invariants.slice(0, 1) };
    const target = fake((_, input) => ({
      kind: 'ok',
      output: {
        bids: [{ priceE4: input['symbol'] === 'symbol5-run' ? 100 : 99 }],
        asks: [{ priceE4: 100 }],
      },
    }));
    const { broken } = await checkInvariants(target, make({ file: one }), one);
    expect(broken).toEqual([
      'The best bid of each symbol is below its best ask: 100 < 100 is not so',
    ]);
  });
});

describe('the keys', () => {
  test('are set up once each, and drawn by their popularity', async () => {
    const setUp: string[] = [];
    const work = make({ file: { ...file, fill: [] } });
    await work.setUp(
      fake((operation, input) => {
        if (operation === 'putSymbol') setUp.push(String(input['symbol']));
        return { kind: 'ok', output: {} };
      }),
    );
    expect(setUp).toEqual(Array.from({ length: 8 }, (_, key) => `symbol${key}-run`));
    const drawn = new Map<unknown, number>();
    for (let index = 0; index < 2000; index += 1) {
      const { symbol } = work.planned(index).input;
      drawn.set(symbol, (drawn.get(symbol) ?? 0) + 1);
    }
    const { a, b } = work.inputFor(work.placesFor('run')[0]!, {
      a: '$key:symbol',
      b: 'of {$key:symbol}',
    });
    expect(b).toBe(`of ${String(a)}`);
    const ratio = drawn.get('symbol0-run')! / drawn.get('symbol3-run')!;
    expect(ratio).toBeGreaterThan(3);
    expect(ratio).toBeLessThan(5.5);
  });
});

test('keys that are drawn evenly are as likely as each other', () => {
  const even: WorkloadFile = { ...file, keys: { symbol: { count: 8, drawn: 'evenly' } } };
  const work = make({ file: even });
  const drawn = Array.from({ length: 2000 }, (_, index) => work.planned(index).input['symbol']);
  for (let key = 0; key < 8; key += 1) {
    const times = drawn.filter((symbol) => symbol === `symbol${key}-run`).length;
    expect(times).toBeGreaterThan(180);
    expect(times).toBeLessThan(330);
  }
});

describe('shares', () => {
  test('have clients of their own and serials that never meet', () => {
    const of = (index: number): Workload =>
      workload({
        caseStudy,
        file,
        seed: 1,
        runToken: 'run',
        startsMs: STARTS,
        share: { index, of: 2 },
      });
    const seen = [0, 1].map((share) => {
      const work = of(share);
      const inputs = Array.from({ length: 500 }, (_, k) => work.planned(share + 2 * k).input);
      return {
        accounts: new Set(inputs.map(({ account }) => account)),
        serials: new Set(inputs.flatMap(({ clOrdId }) => clOrdId ?? [])),
      };
    });
    expect(seen[0]!.accounts.size).toBe(8);
    expect([...seen[0]!.accounts].filter((each) => seen[1]!.accounts.has(each))).toEqual([]);
    expect(seen[0]!.serials.size).toBeGreaterThan(20);
    expect([...seen[0]!.serials].filter((each) => seen[1]!.serials.has(each))).toEqual([]);
  });
});

test('a profile that the workload does not have is refused with those that it has', () => {
  expect(() => profileOf(file, 'fast')).toThrow('has quick, standard');
});
