/** What README.md says of the packages, held to what they do: a new version of one that behaves otherwise makes this fail. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { Report } from '../../harness/report/report.ts';
import { runCasemark } from '../acceptance/runCasemark.ts';
import * as demonstrations from './demonstrations.ts';
import type { Demonstration } from './demonstrations.ts';
import type { PackageBookClass } from './packageBook.ts';

const PLAIN_MATCHING = ['01', '02', '04', '05', '06', '07'].map((n) => `HFT-MATCH-${n}`);

/** Clauses that fail in both because of what the packages do, not because a part is not there. */
const FAIL_IN_BOTH = [
  'HFT-EXEC-01.a',
  'HFT-EXEC-02.b',
  'HFT-EXEC-03.a',
  'HFT-EXEC-03.b',
  'HFT-EXEC-03.c',
  'HFT-EXEC-05.b',
  'HFT-MATCH-08.a',
  'HFT-MATCH-08.f',
  'HFT-EXEC-01.f',
];

async function judged(
  name: string,
  verb: 'check' | 'smoke',
): Promise<{ code: number | null; report: Report }> {
  const out = mkdtempSync(join(tmpdir(), 'casemark-peer-'));
  try {
    const impl = join(import.meta.dirname, name);
    const { code, stdout, stderr } = await runCasemark([
      ...[verb, 'trading', '--impl', impl, '--out', out],
    ]);
    expect(code, stdout + stderr).not.toBeNull();
    const report = JSON.parse(readFileSync(join(out, 'report.json'), 'utf8')) as Report;
    return { code, report };
  } finally {
    rmSync(out, { recursive: true, force: true });
  }
}

describe.each([
  ['nodejs-order-book', []],
  ['hft-limit-order-book', ['b', 'c', 'd', 'e'].map((key) => `HFT-MATCH-08.${key}`)],
])('%s', (name, failHereToo) => {
  test('is wired where it is offered', async () => {
    const { code, report } = await judged(name, 'smoke');
    expect(code).toBe(0);
    expect(new Set(report.smoke.map(({ outcome }) => outcome))).toEqual(
      new Set(['wired', 'not-offered']),
    );
  });

  test('matches as an order book should, is no venue, and the judge says both', async () => {
    const { code, report } = await judged(name, 'check');
    expect(code).toBe(1);
    const passing = report.requirements.filter(({ verdict }) => verdict === 'pass');
    expect(passing.map(({ id }) => id)).toEqual(PLAIN_MATCHING);
    const failing = report.requirements.flatMap(({ id, clauses }) =>
      clauses.filter(({ verdict }) => verdict === 'fail').map(({ key }) => `${id}.${key}`),
    );
    expect(failing).toEqual(expect.arrayContaining([...FAIL_IN_BOTH, ...failHereToo]));
    expect(failing.filter((clause) => clause.startsWith('HFT-MATCH-08'))).toHaveLength(
      2 + failHereToo.length,
    );
    expect(
      report.requirements.filter(({ level, verdict }) => level === 'MUST' && verdict === 'fail'),
    ).toHaveLength(18);
  });
});

describe('called directly, without an adapter,', () => {
  const require = createRequire(import.meta.url);
  const load = (name: string) => (require(name) as { OrderBook: PackageBookClass }).OrderBook;
  const newer = load('nodejs-order-book');
  const older = load('hft-limit-order-book');
  const show = (OrderBook: PackageBookClass, { run }: Demonstration): unknown[] => {
    const came: unknown[] = [];
    run(new OrderBook(), (_, each) => came.push(each));
    return came;
  };

  test.each([
    ['nodejs-order-book', newer],
    ['hft-limit-order-book', older],
  ])('%s does what the README says', (_, OrderBook) => {
    const of = (demonstration: Demonstration): unknown[] => show(OrderBook, demonstration);
    expect(of(demonstrations.replaceLosesItsPlace)).toEqual([
      { done: [], partial: 'second, 5 filled' },
    ]);
    expect(of(demonstrations.resendIsANewOrder)).toEqual(['Order already exists', null, 10]);
    expect(of(demonstrations.cancelKnowsNoAccount)).toEqual([10]);
    expect(of(demonstrations.halvesAreAccepted)).toEqual([null, 10.5]);
    expect(of(demonstrations.refusedReplaceRemovesTheOrder)).toEqual([
      'Post-only limit order rejected because would execute immediately',
      null,
    ]);
    expect(of(demonstrations.marketHasNoCollar)).toEqual([
      { done: ['silly 1@1000000000'], partial: null },
    ]);
  });

  test('nodejs-order-book forgets accounts when it modifies, and fills a FOK in part', () => {
    expect(show(newer, demonstrations.replaceForgetsTheAccount)).toEqual([
      { done: ['a1 10@100', 'a2 10@100'], partial: null },
    ]);
    expect(show(newer, demonstrations.noSelfTradePrevention)).toEqual([
      { done: [], partial: null },
    ]);
    expect(show(newer, demonstrations.fokFillsInPart)).toEqual([
      { done: ['b1 4@100'], partial: null, err: 'Self-trade prevention triggered' },
    ]);
  });

  test('hft-limit-order-book has no self-trade prevention', () => {
    expect(show(older, demonstrations.noSelfTradePrevention)).toEqual([
      { done: ['a1 10@100', 'a2 10@100'], partial: null },
    ]);
  });
});
