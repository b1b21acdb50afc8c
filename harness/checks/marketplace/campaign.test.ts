/** The judge of campaigns on trial: markets whose guilt is known. `npm run bench:marketplace-campaign-judge` tries more seeds. */
import { expect, test } from 'vitest';
import fc from 'fast-check';
import { campaign } from './campaign.ts';
import type { MarketView } from './campaign/view.ts';
import { campaignDefects } from './testing/campaignDefects.ts';
import {
  accusedSeeds,
  falseAccusations,
  seedsFrom,
  violationsOf,
} from './testing/campaignRates.ts';
import { DEFAULT_FREEDOMS, FREEDOMS, chooseFreedoms } from './testing/freedoms.ts';
import { playCampaign } from './testing/marketCampaign.ts';
import type { PlayedCampaign } from './testing/marketCampaign.ts';

const SEEDS = 15;
const SEEDS_PER_CHOICE = 5;
const SEEDS_WITH_ANY_FREEDOM = 20;
const SEEDS_PER_DEFECT = 4;
const TIMEOUT_MS = 60_000;

test(
  `an honest market under faults is not accused in ${SEEDS} seeds`,
  async () => {
    expect(await falseAccusations(DEFAULT_FREEDOMS, seedsFrom(1, SEEDS))).toEqual([]);
  },
  TIMEOUT_MS,
);

test.each([1, 2])(
  'nor is one that takes every freedom the other way (choice %i)',
  async (choice) => {
    const freedoms = chooseFreedoms((_name, choices) => Math.min(choice, choices - 1));
    expect(await falseAccusations(freedoms, seedsFrom(1, SEEDS_PER_CHOICE))).toEqual([]);
  },
  TIMEOUT_MS,
);

test(
  `nor is one that takes its freedoms as they come, in ${SEEDS_WITH_ANY_FREEDOM} seeds`,
  async () => {
    for (const seed of seedsFrom(1, SEEDS_WITH_ANY_FREEDOM)) {
      const picks = fc.sample(fc.nat(), { seed, numRuns: Object.keys(FREEDOMS).length });
      const freedoms = chooseFreedoms(() => picks.pop() ?? 0);
      expect(await falseAccusations(freedoms, [seed]), JSON.stringify(freedoms)).toEqual([]);
    }
  },
  TIMEOUT_MS,
);

test(
  'there was something to be wrong about: every fault struck, and what clauses count happened',
  async () => {
    const struck = new Map<string, number>();
    const hits = new Map<string, number>();
    let unknown = 0;
    for (const seed of seedsFrom(1, 5)) {
      const { history, finals, kills, faults } = await play(seed);
      unknown += history.operations.filter(({ outcome }) => outcome === 'info').length;
      expect(finals.due?.reservations.size).toBeGreaterThan(0);
      for (const [fate, count] of Object.entries(faults)) {
        struck.set(fate, (struck.get(fate) ?? 0) + count);
      }
      for (const finding of campaign.judge({ history, finals, kills, killsOnReply: 1 })) {
        for (const [name, count] of Object.entries(finding.hits)) {
          hits.set(name, (hits.get(name) ?? 0) + count);
        }
      }
    }
    expect(Math.min(...struck.values())).toBeGreaterThan(5);
    expect(hits.get('products')).toBeGreaterThan(30);
    expect(hits.get('acknowledged')).toBeGreaterThan(100);
    expect(hits.get('orders')).toBeGreaterThan(30);
    expect(unknown).toBeGreaterThan(20);
  },
  TIMEOUT_MS,
);

test('a campaign is a function of its seed', async () => {
  const told = async (seed: number) => {
    const { history } = await play(seed);
    return history.operations.map(({ operation, outcome, callEvent, callNs, error }) => ({
      ...{ operation, outcome, callEvent, callNs, error },
    }));
  };
  const [one, same, other] = [await told(3), await told(3), await told(4)];
  expect(same).toEqual(one);
  expect(other).not.toEqual(one);
});

test.each(campaignDefects.map((defect) => [defect.name, defect] as const))(
  'a market that %s is accused as often as published',
  async (_, defect) => {
    const accused = await accusedSeeds(defect, seedsFrom(1, SEEDS_PER_DEFECT));
    expect(accused / SEEDS_PER_DEFECT).toBeGreaterThanOrEqual(defect.leastRate);
  },
  TIMEOUT_MS,
);

test('each defect has a minimum that a judge without teeth would miss, and every clause has several', () => {
  const perClause = Map.groupBy(campaignDefects, ({ clause }) => clause);
  expect(perClause.size).toBe(4);
  expect(Math.min(...[...perClause.values()].map((those) => those.length))).toBeGreaterThan(2);
  expect(Math.min(...campaignDefects.map(({ leastRate }) => leastRate))).toBeGreaterThanOrEqual(
    0.5,
  );
});

test('adjustments that may have been carried out stand on either side, others do not', async () => {
  const played = await play(1);
  const adjusted = played.history.operations.find(
    ({ operation, outcome }) => operation === 'adjustStock' && outcome === 'ok',
  );
  const key = adjusted?.idempotencyKey ?? '';
  const without = (isAsked: boolean): PlayedCampaign => ({
    ...played,
    history: {
      operations: played.history.operations.flatMap((each) =>
        each.idempotencyKey === key ? (isAsked ? [unanswered(each)] : []) : [each],
      ),
      faults: [],
    },
    finals: { ...played.finals, ...withoutKey(played, key) },
  });
  expect(violationsOf(without(true))).toEqual([]);
  expect(violationsOf(without(false)).join('\n')).toContain('MKT-INV-02.c');
});

test('what was still sent while the final state was read leaves nothing to judge', async () => {
  const played = await play(2);
  const finals = { ...played.finals, lastEvent: played.finals.lastEvent - 1 };
  const judged = campaign.judge({ ...played, finals, killsOnReply: 0 });
  expect(judged.flatMap(({ violations }) => violations)).toEqual([]);
  expect(judged.flatMap(({ hits }) => Object.values(hits))).toEqual([0, 0, 0, 0]);
});

test('a version that goes back between two readings is told, although the counts are right', async () => {
  const played = await play(1);
  const { before, after } = played.finals;
  const [productId, stock] = [...after!.stocks].find(([, each]) => each !== null)!;
  const withVersion = (view: MarketView, version: number): MarketView => ({
    ...view,
    stocks: new Map([...view.stocks, [productId, { ...stock!, version }]]),
  });
  const violationsWith = (version: number): readonly string[] =>
    violationsOf({
      ...played,
      finals: { ...played.finals, before: withVersion(before!, version) },
    });
  expect(violationsWith(stock!.version)).toEqual([]);
  expect(violationsWith(stock!.version + 1).join('\n')).toContain(
    `the stock of ${productId} has version`,
  );
});

function play(seed: number): Promise<PlayedCampaign> {
  return playCampaign(seed, { freedoms: DEFAULT_FREEDOMS });
}

type Operation = PlayedCampaign['history']['operations'][number];

function unanswered({ output: _output, ...rest }: Operation): Operation {
  return { ...rest, outcome: 'info' };
}

/** Nobody was told of it. */
function withoutKey({ finals }: PlayedCampaign, key: string): Partial<PlayedCampaign['finals']> {
  const views = (['before', 'after'] as const).flatMap((name) => {
    const view = finals[name];
    if (!view) return [];
    return [[name, { ...view, keys: new Map([...view.keys].filter(([each]) => each !== key)) }]];
  });
  return Object.fromEntries(views) as Partial<PlayedCampaign['finals']>;
}
