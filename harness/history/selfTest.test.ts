/** The recorder and both checkers together, against servers whose guilt is known. */
import { expect, test } from 'vitest';
import { detectionRates, judgeCampaign } from './testing/judgeCampaign.ts';
import { storeCampaign } from './testing/storeCampaign.ts';
import { storeDefects } from './testing/storeDefects.ts';
import { soundParts } from './testing/storeServer.ts';

/** More of them with CASEMARK_TEST_ALL=1. */
const [SEEDS, SEEDS_PER_DEFECT] =
  process.env['CASEMARK_TEST_ALL'] === undefined ? [250, 40] : [1000, 100];

test(`a linearizable server under faults is not accused in ${SEEDS} seeds`, async () => {
  const verdicts = new Map<string, number>();
  const struck = new Map<string, number>();
  let info = 0;
  let resolved = 0;
  for (let seed = 1; seed <= SEEDS; seed++) {
    const campaign = await storeCampaign(seed, soundParts);
    const { linearizability, witnessOrder } = judgeCampaign(campaign);
    const both = `${linearizability} ${witnessOrder}`;
    verdicts.set(both, (verdicts.get(both) ?? 0) + 1);
    for (const [fate, count] of Object.entries(campaign.faults)) {
      struck.set(fate, (struck.get(fate) ?? 0) + count);
    }
    info += campaign.history.operations.filter(({ outcome }) => outcome === 'info').length;
    resolved += campaign.history.operations.filter(
      (it) => it.gaveUpNs !== undefined && it.outcome === 'ok',
    ).length;
  }
  expect(Object.fromEntries(verdicts)).toEqual({ 'ok ok': SEEDS });
  // That it had something to be wrong about: every fault struck, and left calls without an outcome.
  expect(Math.min(...struck.values())).toBeGreaterThan(SEEDS);
  expect(info).toBeGreaterThan(SEEDS);
  expect(resolved).toBeGreaterThan(SEEDS);
});

test('a campaign is a function of its seed', async () => {
  const [one, same, other] = [
    await storeCampaign(3, soundParts),
    await storeCampaign(3, soundParts),
    await storeCampaign(4, soundParts),
  ];
  expect(same).toEqual(one);
  expect(other).not.toEqual(one);
});

test.each(storeDefects.map((defect) => [defect.name, defect] as const))(
  'a server that %s is accused as often as published',
  async (_, defect) => {
    const { detected } = await detectionRates(defect, SEEDS_PER_DEFECT);
    expect(detected).toBeGreaterThanOrEqual(defect.leastRate);
  },
);

test('each defect has a minimum that a checker without teeth would miss', () => {
  expect(storeDefects.length).toBeGreaterThanOrEqual(12);
  expect(Math.min(...storeDefects.map(({ leastRate }) => leastRate))).toBeGreaterThan(0);
});
