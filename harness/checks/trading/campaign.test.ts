/** The judge of campaigns on trial: venues whose guilt is known. `npm run bench:campaign-judge` tries more seeds. */
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
import { soundParts } from './testing/campaignVenue.ts';
import { DEFAULT_FREEDOMS, FREEDOMS, chooseFreedoms } from './testing/freedoms.ts';
import { playCampaign } from './testing/tradingCampaign.ts';

const SEEDS = sampleOf(25, 200);
const SEEDS_PER_CHOICE = sampleOf(4, 8);
/** A defect that is seldom accused needs more of them to be accused at all. */
const seedsPerDefect = (leastRate: number): number => sampleOf(leastRate < 0.1 ? 12 : 4, 12);

test(`an honest venue under faults is not accused in ${SEEDS} seeds`, async () => {
  expect(await falseAccusations(DEFAULT_FREEDOMS, seedsFrom(1, SEEDS))).toEqual([]);
});

test.each([1, 2])(
  'nor is one that takes every freedom the other way (choice %i)',
  async (choice) => {
    const freedoms = chooseFreedoms((_name, choices) => Math.min(choice, choices - 1));
    expect(await falseAccusations(freedoms, seedsFrom(1, SEEDS_PER_CHOICE))).toEqual([]);
  },
);

test('nor is one that takes its freedoms as they come', async () => {
  for (const seed of seedsFrom(1, SEEDS_PER_CHOICE)) {
    const picks = fc.sample(fc.nat(), { seed, numRuns: Object.keys(FREEDOMS).length });
    const freedoms = chooseFreedoms(() => picks.pop() ?? 0);
    expect(await falseAccusations(freedoms, [seed]), JSON.stringify(freedoms)).toEqual([]);
  }
});

test('there was something to be wrong about: every fault struck, and left commands without a reply', async () => {
  const struck = new Map<string, number>();
  let unknown = 0;
  let trades = 0;
  for (const seed of seedsFrom(1, 10)) {
    const { history, finals, kills, faults } = await playCampaign(seed, soundParts, {
      freedoms: DEFAULT_FREEDOMS,
    });
    for (const [fate, count] of Object.entries(faults)) {
      struck.set(fate, (struck.get(fate) ?? 0) + count);
    }
    const [finding] = campaign.judge({ history, finals, kills, killsOnReply: 0 });
    unknown += finding?.hits['unknown'] ?? 0;
    trades += finals.view.symbols.reduce((sum, each) => sum + each.trades.length, 0);
    expect(finals.replayedEvents).toBe(finals.journal.length);
  }
  expect(Math.min(...struck.values())).toBeGreaterThan(10);
  expect(unknown).toBeGreaterThan(20);
  expect(trades).toBeGreaterThan(50);
});

test('a campaign is a function of its seed', async () => {
  const play = (seed: number) => playCampaign(seed, soundParts, { freedoms: DEFAULT_FREEDOMS });
  const [one, same, other] = [await play(3), await play(3), await play(4)];
  expect(same).toEqual(one);
  expect(other.history).not.toEqual(one.history);
});

test.each(campaignDefects.map((defect) => [defect.name, defect] as const))(
  'a venue that %s is accused as often as published',
  async (_, defect) => {
    const seeds = seedsFrom(1, seedsPerDefect(defect.leastRate));
    const accused = await accusedSeeds(defect, seeds);
    expect(accused / seeds.length).toBeGreaterThanOrEqual(defect.leastRate);
  },
);

test('each defect has a minimum that a judge without teeth would miss', () => {
  expect(campaignDefects.length).toBeGreaterThanOrEqual(12);
  expect(Math.min(...campaignDefects.map(({ leastRate }) => leastRate))).toBeGreaterThan(0);
});

test('numbers that contradict the times of the calls are told', async () => {
  const played = await playCampaign(5, soundParts, { freedoms: DEFAULT_FREEDOMS });
  const { operations } = played.history;
  const last = operations.findLast(({ outcome, witnessSeq, operation }) => {
    return outcome === 'ok' && witnessSeq !== undefined && operation === 'submitOrder';
  });
  // The last order, as if it had been sent and acknowledged before everything else.
  const moved = operations.map((operation) =>
    operation === last ? { ...operation, callEvent: 0.1, returnEvent: 0.2 } : operation,
  );
  const violations = violationsOf({ ...played, history: { operations: moved, faults: [] } });
  expect(violations.join('\n')).toContain('although it was sent when that had been acknowledged');
});
