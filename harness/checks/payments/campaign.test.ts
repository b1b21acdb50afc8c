/** The judge of campaigns on trial: platforms whose guilt is known. `npm run bench:payments-campaign-judge` tries more seeds. */
import { expect, test } from 'vitest';
import fc from 'fast-check';
import { sampleOf } from '../testing/sample.ts';
import { campaign } from './campaign.ts';
import { campaignDefects } from './testing/campaignDefects.ts';
import {
  accusedSeeds,
  falseAccusations,
  seedsFrom,
  violationsOf,
} from './testing/campaignRates.ts';
import { soundParts } from './testing/campaignPlatform.ts';
import { DEFAULT_FREEDOMS, FREEDOMS, chooseFreedoms } from './testing/freedoms.ts';
import { playCampaign } from './testing/paymentsCampaign.ts';

const SEEDS = sampleOf(4, 20);
const SEEDS_PER_CHOICE = sampleOf(3, 12);
const SEEDS_WITH_ANY_FREEDOM = sampleOf(5, 20);
/** Fewest with which every defect reaches its rate. */
const SEEDS_PER_DEFECT = sampleOf(5, 10);
const TIMEOUT_MS = 60_000;

test(
  `an honest platform under faults is not accused in ${SEEDS} seeds`,
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

test('there was something to be wrong about: every fault struck, and what clauses count happened', async () => {
  const struck = new Map<string, number>();
  const hits = new Map<string, number>();
  let unknown = 0;
  for (const seed of seedsFrom(1, 10)) {
    const played = await playCampaign(seed, soundParts, { freedoms: DEFAULT_FREEDOMS });
    const { history, finals, kills, faults } = played;
    unknown += history.operations.filter(({ outcome }) => outcome === 'info').length;
    for (const [fate, count] of Object.entries(faults)) {
      struck.set(fate, (struck.get(fate) ?? 0) + count);
    }
    for (const finding of campaign.judge({ history, finals, kills, killsOnReply: 1 })) {
      for (const [name, count] of Object.entries(finding.hits)) {
        hits.set(name, (hits.get(name) ?? 0) + count);
      }
    }
  }
  expect(Math.min(...struck.values())).toBeGreaterThan(10);
  expect(Math.min(...hits.values())).toBeGreaterThanOrEqual(10);
  expect(hits.get('charges')).toBeGreaterThan(200);
  expect(hits.get('retried')).toBeGreaterThan(100);
  expect(unknown).toBeGreaterThan(20);
});

test('a campaign is a function of its seed', async () => {
  const play = async (seed: number) => {
    const { history } = await playCampaign(seed, soundParts, { freedoms: DEFAULT_FREEDOMS });
    return history.operations.map(({ operation, outcome, callEvent, callNs, error }) => ({
      ...{ operation, outcome, callEvent, callNs, error },
    }));
  };
  const [one, same, other] = [await play(3), await play(3), await play(4)];
  expect(same).toEqual(one);
  expect(other).not.toEqual(one);
});

test.each(campaignDefects.map((defect) => [defect.name, defect] as const))(
  'a platform that %s is accused as often as published',
  async (_, defect) => {
    const accused = await accusedSeeds(defect, seedsFrom(1, SEEDS_PER_DEFECT));
    expect(accused / SEEDS_PER_DEFECT).toBeGreaterThanOrEqual(defect.leastRate);
  },
  TIMEOUT_MS,
);

test('each defect has a minimum that a judge without teeth would miss, and every clause has several', () => {
  const perClause = Map.groupBy(campaignDefects, ({ clause }) => clause);
  expect(perClause.size).toBe(3);
  expect(Math.min(...[...perClause.values()].map((those) => those.length))).toBeGreaterThan(2);
  expect(Math.min(...campaignDefects.map(({ leastRate }) => leastRate))).toBeGreaterThanOrEqual(
    0.5,
  );
});

const play = () => playCampaign(5, soundParts, { freedoms: DEFAULT_FREEDOMS });

test('a charge that the scorer was asked about for nobody’s device is told', async () => {
  const played = await play();
  const isPossible = ({ operation }: { operation: string }) => operation !== 'createPayment';
  const history = { operations: played.history.operations.filter(isPossible), faults: [] };
  expect(violationsOf({ ...played, history }).join('\n')).toContain('which nobody named');
});

test('where the scorer’s calls are forgotten, a charge without a reply belongs to a like command, or to nobody', async () => {
  const played = await play();
  const forgotten = { ...played, finals: { ...played.finals, devices: new Map<string, string>() } };
  expect(violationsOf(forgotten)).toEqual([]);
  const unanswered = played.history.operations.map((each) =>
    each.operation === 'createPayment' && each.outcome === 'ok'
      ? (({ output: _output, ...rest }) => ({ ...rest, outcome: 'info' as const }))(each)
      : each,
  );
  expect(violationsOf({ ...forgotten, history: { operations: unanswered, faults: [] } })).toEqual(
    [],
  );
  const others = unanswered.map((each) => ({ ...each, input: { ...each.input, currency: 'USD' } }));
  const told = violationsOf({ ...forgotten, history: { operations: others, faults: [] } });
  expect(told.join('\n')).toContain('belongs to no key');
});
