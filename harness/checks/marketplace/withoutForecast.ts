/** MKT-AS-05: without a forecast the fleet follows the load, and without a load it never shrinks. */
import type { PutFleet } from '../../../spec/marketplace/messages.d.ts';
import type { Check, CheckContext } from '../check.ts';
import { hold, holdSame } from '../kit/hold.ts';
import {
  HOUR_MS,
  MINUTE_MS,
  driveFleet,
  midnightMs,
  sampled,
  steadyHour,
  unitFleet,
} from './drivenFleet.ts';
import type { LoadSample, Step } from './drivenFleet.ts';
import { holdDecision, holdFleet, holdNeed } from './fleetHolds.ts';
import { OBSERVATION_MS } from './fleetModel.ts';
import type { Action } from './fleetModel.ts';
import { openMarket } from './market.ts';
import type { Market } from './market.ts';

const AT_ONCE = { stabilizationMs: 0, cooldownMs: 0 };

interface Fallback {
  readonly currentRps: number;
  readonly rps: number;
  readonly action: Action;
  readonly more?: Partial<PutFleet>;
}

/** The tolerance stands for upPct, which is far away from it here; downPct stays. */
const FALLBACKS: readonly Fallback[] = [
  { currentRps: 100, rps: 110, action: 'HOLD' },
  { currentRps: 100, rps: 111, action: 'UP' },
  { currentRps: 100, rps: 119, action: 'UP', more: { upPct: 300 } },
  { currentRps: 40, rps: 50, action: 'HOLD', more: { tolerancePct: 25, upPct: 100 } },
  { currentRps: 40, rps: 51, action: 'UP', more: { tolerancePct: 25 } },
  { currentRps: 100, rps: 101, action: 'UP', more: { tolerancePct: 0 } },
  { currentRps: 100, rps: 70, action: 'HOLD' },
  { currentRps: 100, rps: 69, action: 'DOWN' },
];

const reactiveFallback: Check = {
  id: 'reactive-fallback',
  isolation: 'shared',
  async run(context) {
    const market = openMarket(context.session());
    await holdPublished(context, market);
    for (const { currentRps, rps, action, more } of FALLBACKS) {
      const nowMs = midnightMs(context);
      const fleet = await driveFleet(market, unitFleet(currentRps, { ...AT_ONCE, ...more }));
      await fleet.record([{ atMs: nowMs, rps }]);
      const step = await fleet.evaluate(nowMs);
      holdFallback(context, step);
      holdSame(
        step.reply.action,
        action,
        `Without a forecast ${rps} required of ${currentRps} should be ${action} (${JSON.stringify(more ?? {})}), and is ${step.reply.action}.`,
      );
    }
    await holdEdgeOfHistory(context, market);
  },
};

/** KEP-4951: 50 instances at 90 where 75 is wanted become 60. */
async function holdPublished(context: CheckContext, market: Market): Promise<void> {
  const fleet = await driveFleet(market, {
    ...unitFleet(50, { targetUtilizationPct: 75 }),
    instanceTypes: [{ name: 'unit', rps: 100, costPerHourMinor: 7 }],
  });
  const nowMs = midnightMs(context);
  await fleet.record([{ atMs: nowMs, rps: 4_500 }]);
  const step = await fleet.evaluate(nowMs);
  holdFallback(context, step);
  hold(
    step.reply.newRps === 6_000,
    `50 instances of 100 rps at a utilisation of 90 % where 75 % is wanted should become 60, and carry ${step.reply.newRps} rps.`,
    6_000,
    step.reply,
  );
}

/** A millisecond short of the history that a forecast needs by default, and no longer. */
async function holdEdgeOfHistory(context: CheckContext, market: Market): Promise<void> {
  for (const missingMs of [1, 0]) {
    const nowMs = midnightMs(context);
    const fleet = await driveFleet(market, unitFleet(100, AT_ONCE));
    const [first, ...rest] = steadyHour(nowMs, 115);
    await fleet.record([{ atMs: (first?.atMs ?? 0) + missingMs, rps: 115 }, ...rest]);
    const step = await fleet.evaluate(nowMs);
    if (missingMs > 0) holdFallback(context, step);
    holdNeed(step);
    holdDecision(step);
  }
}

function holdFallback(context: CheckContext, step: Step): void {
  holdNeed(step);
  holdDecision(step);
  holdFleet(step);
  context.hit('fallbacks');
}

/** What a fleet of 100 rps has seen until nowMs, and whether that is something to shrink on. */
const SEEN: readonly {
  readonly name: string;
  readonly samples: (nowMs: number) => LoadSample[];
  readonly isObserved: boolean;
}[] = [
  { name: 'nothing', samples: () => [], isObserved: false },
  {
    name: 'one sample, 5 minutes and 1 ms ago',
    samples: (nowMs) => [{ atMs: nowMs - OBSERVATION_MS - 1, rps: 10 }],
    isObserved: false,
  },
  {
    name: 'one sample, 5 minutes ago',
    samples: (nowMs) => [{ atMs: nowMs - OBSERVATION_MS, rps: 10 }],
    isObserved: true,
  },
  {
    name: 'a steady hour of 10 rps that ended 5 minutes and 1 ms ago',
    samples: (nowMs) => steadyHour(nowMs - OBSERVATION_MS - 1, 10),
    isObserved: false,
  },
  {
    name: 'a steady hour of 10 rps that ended 5 minutes ago',
    samples: (nowMs) => steadyHour(nowMs - OBSERVATION_MS, 10),
    isObserved: true,
  },
  {
    name: 'three hours of a falling load that ended 20 minutes ago',
    samples: (nowMs) => {
      const untilMs = nowMs - 20 * MINUTE_MS;
      return sampled(
        { untilMs, spanMs: 3 * HOUR_MS, everyMs: MINUTE_MS },
        (atMs) => 20 - (10 * (atMs - untilMs)) / HOUR_MS,
      );
    },
    isObserved: false,
  },
];

const neverShrinksBlind: Check = {
  id: 'no-metrics-no-shrinking',
  isolation: 'shared',
  async run(context) {
    const market = openMarket(context.session());
    for (const { name, samples, isObserved } of SEEN) {
      const nowMs = midnightMs(context);
      const fleet = await driveFleet(market, unitFleet(100, AT_ONCE));
      const seen = samples(nowMs);
      if (seen.length > 0) await fleet.record(seen);
      const step = await fleet.evaluate(nowMs);
      holdNeed(step);
      const due = isObserved ? 'DOWN' : 'HOLD';
      holdSame(
        step.reply.action,
        due,
        `A fleet of 100 rps that has seen ${name} should ${due === 'DOWN' ? 'shrink' : 'stay'}, and its action is ${step.reply.action}.`,
      );
      holdDecision(step);
      holdFleet(step);
      if (!isObserved) context.hit('missing');
    }
    await holdWithAForecast(context, market);
  },
};

/** Much is foretold and nothing is observed: UP is possible, and DOWN is not. */
async function holdWithAForecast(context: CheckContext, market: Market): Promise<void> {
  const nowMs = midnightMs(context);
  const fleet = await driveFleet(market, unitFleet(100, AT_ONCE));
  await fleet.record(steadyHour(nowMs - 2 * OBSERVATION_MS, 500));
  const { reply } = await fleet.evaluate(nowMs);
  hold(
    reply.action !== 'DOWN' && reply.newRps >= 100,
    `Nothing was observed, and a fleet of 100 rps has become one of ${reply.newRps}.`,
    'UP or HOLD',
    reply,
  );
  context.hit('missing');
}

export const withoutForecast: readonly Check[] = [reactiveFallback, neverShrinksBlind];
