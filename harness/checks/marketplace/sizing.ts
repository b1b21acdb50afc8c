/** MKT-AS-03: the new fleet carries what is required, at the least cost. */
import fc from 'fast-check';
import type { InstanceType, PutFleet } from '../../../spec/marketplace/messages.d.ts';
import type { Check, CheckContext } from '../check.ts';
import { hold } from '../kit/hold.ts';
import { driveFleet, midnightMs, steadyHour, unitFleet } from './drivenFleet.ts';
import type { Step } from './drivenFleet.ts';
import { holdCheapest, holdDecision, holdFleet, holdRequired } from './fleetHolds.ts';
import { openMarket } from './market.ts';
import type { Market } from './market.ts';

/** One observation decides, at once: too little history for a forecast, no window, no cooldown, no tolerance. */
const ONE_OBSERVATION = {
  ...{ minRps: 1, targetUtilizationPct: 100, minHistoryMs: 604_800_000 },
  ...{ tolerancePct: 0, stabilizationMs: 0, cooldownMs: 0 },
};

async function evaluatedAt(
  context: CheckContext,
  market: Market,
  config: Omit<PutFleet, 'fleetId'>,
  rps: number,
): Promise<Step> {
  const fleet = await driveFleet(market, config);
  const nowMs = midnightMs(context);
  await fleet.record([{ atMs: nowMs, rps }]);
  return fleet.evaluate(nowMs);
}

function named(types: readonly Omit<InstanceType, 'name'>[]): InstanceType[] {
  return types.map((type, index) => ({ name: `t${index}`, ...type }));
}

/** Each about as expensive as it is large, so that no mix is much larger than what is needed. */
const fairlyPriced = fc
  .array(
    fc.record({
      rps: fc.integer({ min: 5, max: 400 }),
      pricePct: fc.integer({ min: 70, max: 130 }),
    }),
    {
      minLength: 1,
      maxLength: 5,
    },
  )
  .map((types) =>
    named(
      types.map(({ rps, pricePct }) => ({
        rps,
        costPerHourMinor: Math.ceil((rps * pricePct) / 100),
      })),
    ),
  );

const capacityCoversNeed: Check = {
  id: 'capacity-covers-need',
  isolation: 'shared',
  run: (context) =>
    context.property(
      fc.record({ types: fairlyPriced, rps: fc.integer({ min: 500, max: 5_000 }) }),
      async ({ types, rps }, session) => {
        const market = openMarket(session);
        const [first] = types;
        if (!first) return;
        const largestRps = Math.max(...types.map((type) => type.rps));
        const config = { ...ONE_OBSERVATION, instanceTypes: types, maxRps: rps + largestRps };
        const small = [{ name: first.name, count: 1 }];
        const large = [
          { name: first.name, count: Math.ceil((4 * (rps + largestRps)) / first.rps) },
        ];
        for (const instances of [small, large]) {
          const step = await evaluatedAt(context, market, { ...config, instances }, rps);
          holdRequired(step, rps, 'Observed are');
          holdDecision(step);
          holdFleet(step);
          context.hit(step.reply.action.toLowerCase());
        }
      },
      { runs: 22 },
    ),
};

interface Purchase {
  readonly types: readonly InstanceType[];
  readonly rps: number;
  readonly maxRps: number;
}

/** What a rule of thumb buys here (the best rate for the money first, the fewest instances, a single type, the least surplus) is not the cheapest, or too much. */
const PURCHASES: readonly Purchase[] = [
  {
    types: named([
      { rps: 100, costPerHourMinor: 10 },
      { rps: 250, costPerHourMinor: 22 },
    ]),
    rps: 300,
    maxRps: 10_000,
  },
  {
    types: named([
      { rps: 60, costPerHourMinor: 6 },
      { rps: 100, costPerHourMinor: 9 },
      { rps: 160, costPerHourMinor: 20 },
    ]),
    rps: 220,
    maxRps: 10_000,
  },
  {
    types: named([
      { rps: 100, costPerHourMinor: 50 },
      { rps: 500, costPerHourMinor: 60 },
    ]),
    rps: 120,
    maxRps: 10_000,
  },
  {
    types: named([
      { rps: 100, costPerHourMinor: 50 },
      { rps: 500, costPerHourMinor: 60 },
    ]),
    rps: 120,
    maxRps: 400,
  },
  {
    types: named([
      { rps: 70, costPerHourMinor: 8 },
      { rps: 90, costPerHourMinor: 9 },
    ]),
    rps: 150,
    maxRps: 165,
  },
];

/** The smallest type carries it with at most 12 instances, so no cheapest mix has more. */
const purchases = fc
  .record({
    types: fc.array(
      fc.record({
        rps: fc.integer({ min: 10, max: 120 }),
        costPerHourMinor: fc.integer({ min: 5, max: 80 }),
      }),
      { minLength: 2, maxLength: 3 },
    ),
    sharePct: fc.integer({ min: 15, max: 100 }),
    surplusPct: fc.constantFrom(5, 20, 1_000),
  })
  .map(({ types, sharePct, surplusPct }): Purchase => {
    const smallestRps = Math.min(...types.map(({ rps }) => rps));
    const rps = Math.ceil((12 * smallestRps * sharePct) / 100);
    return { types: named(types), rps, maxRps: Math.ceil((rps * (100 + surplusPct)) / 100) };
  });

const cheapest: Check = {
  id: 'cheapest-mix',
  isolation: 'shared',
  async run(context) {
    const market = openMarket(context.session());
    for (const purchase of PURCHASES) await holdPurchase(context, market, purchase);
    await context.property(
      purchases,
      (purchase, session) => holdPurchase(context, openMarket(session), purchase),
      { runs: 40 },
    );
  },
};

/** Bought by a fleet without an instance. */
async function holdPurchase(
  context: CheckContext,
  market: Market,
  { types, rps, maxRps }: Purchase,
): Promise<void> {
  const instances = [{ name: types[0]?.name ?? '', count: 0 }];
  const config = { ...ONE_OBSERVATION, instanceTypes: [...types], instances, maxRps };
  const step = await evaluatedAt(context, market, config, rps);
  holdRequired(step, rps, 'Observed are');
  holdDecision(step);
  holdFleet(step);
  holdCheapest(step);
  if (!step.expected.decision.reasons.includes('AT_MAX')) context.hit('fleets');
}

interface Clamped {
  readonly typesRps: readonly number[];
  readonly currentRps: number;
  readonly rps: number;
  readonly maxRps: number;
  readonly maxBufferPct?: number;
  readonly newRps: number;
}

/** `currentRps` is a multiple of the first type. Published (AWS predictive scaling): a forecast of 50 with a buffer of 10 % makes a maximum of 40 one of 55. */
const CLAMPED: readonly Clamped[] = [
  { typesRps: [1], currentRps: 30, rps: 50, maxRps: 40, newRps: 40 },
  { typesRps: [1], currentRps: 40, rps: 50, maxRps: 40, newRps: 40 },
  { typesRps: [30], currentRps: 30, rps: 95, maxRps: 100, newRps: 90 },
  { typesRps: [30, 45], currentRps: 30, rps: 150, maxRps: 140, newRps: 135 },
  { typesRps: [30, 40], currentRps: 30, rps: 150, maxRps: 100, newRps: 100 },
  { typesRps: [1], currentRps: 1_000, rps: 200, maxRps: 100, newRps: 100 },
  { typesRps: [1], currentRps: 30, rps: 50, maxRps: 40, maxBufferPct: 10, newRps: 50 },
  { typesRps: [11], currentRps: 11, rps: 50, maxRps: 40, maxBufferPct: 10, newRps: 55 },
  { typesRps: [56], currentRps: 0, rps: 50, maxRps: 40, maxBufferPct: 10, newRps: 0 },
  { typesRps: [57], currentRps: 0, rps: 51, maxRps: 40, maxBufferPct: 10, newRps: 57 },
  { typesRps: [41], currentRps: 0, rps: 40, maxRps: 40, maxBufferPct: 100, newRps: 0 },
];

const clampedAtTheMaximum: Check = {
  id: 'clamped-at-the-maximum',
  isolation: 'shared',
  async run(context) {
    const market = openMarket(context.session());
    for (const { typesRps, currentRps, rps, newRps, ...limits } of CLAMPED) {
      const instanceTypes = named(typesRps.map((type) => ({ rps: type, costPerHourMinor: type })));
      const count = currentRps / (typesRps[0] ?? 1);
      const config = { ...unitFleet(0, { stabilizationMs: 0, ...limits }), instanceTypes };
      const fleet = await driveFleet(market, { ...config, instances: [{ name: 't0', count }] });
      const nowMs = midnightMs(context);
      // With a forecast: what raises the maximum is the forecast, and what is required.
      await fleet.record(steadyHour(nowMs, rps));
      const step = await fleet.evaluate(nowMs);
      holdRequired(step, rps, 'Observed and foretold are');
      holdDecision(step);
      holdFleet(step);
      hold(
        step.reply.newRps === newRps,
        `With instances of ${typesRps.join(' and ')} rps at ${currentRps}, ${rps} required, maxRps ${limits.maxRps} and ${limits.maxBufferPct === undefined ? 'no buffer' : `a buffer of ${limits.maxBufferPct} %`}, the fleet should carry ${newRps}, and carries ${step.reply.newRps}.`,
        newRps,
        step.reply,
      );
      if (step.expected.decision.reasons.includes('AT_MAX')) context.hit('clamped');
    }
  },
};

export const sizing: readonly Check[] = [capacityCoversNeed, cheapest, clampedAtTheMaximum];
