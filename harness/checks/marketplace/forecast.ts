/** MKT-AS-01: the load in fifteen minutes is foretold from the history. By which method is free: only how far off it is counts. */
import type { Check, CheckContext } from '../check.ts';
import { Violation } from '../check.ts';
import { hold, holdSame } from '../kit/hold.ts';
import {
  DAY_MS,
  HOUR_MS,
  MINUTE_MS,
  driveFleet,
  midnightMs,
  sampled,
  steadyHour,
  unitFleet,
} from './drivenFleet.ts';
import type { Step } from './drivenFleet.ts';
import { holdDecision, holdFleet, holdNeed } from './fleetHolds.ts';
import { openMarket } from './market.ts';
import { dailySeason, withNoise } from './syntheticLoad.ts';
import type { Load } from './syntheticLoad.ts';

const HORIZON_MS = 900_000;
const SAMPLE_MS = 5 * MINUTE_MS;

const SEASON_DAYS = 7;

/** Recorded for a second fleet in other portions, but in the same order. Each decision is held against the table, so that it is one. */
const sameHistory: Check = {
  id: 'same-history-same-decision',
  isolation: 'shared',
  async run(context) {
    const market = openMarket(context.session());
    const load = withNoise(dailySeason, context.seed);
    const startMs = midnightMs(context);
    const config = {
      ...unitFleet(1_500, { targetUtilizationPct: 70 }),
      instanceTypes: [
        { name: 'unit', rps: 1, costPerHourMinor: 1 },
        { name: 'dozen', rps: 12, costPerHourMinor: 11 },
      ],
    };
    const fleets = [await driveFleet(market, config), await driveFleet(market, config)];
    const history = sampled(
      { untilMs: startMs, spanMs: SEASON_DAYS * DAY_MS, everyMs: SAMPLE_MS },
      load,
    );
    await fleets[0]?.record(history);
    await fleets[1]?.record(history.slice(0, 100));
    await fleets[1]?.record(history.slice(100));
    const foretold = new Set<number>();
    for (let nowMs = startMs + HOUR_MS; nowMs <= startMs + DAY_MS; nowMs += HOUR_MS) {
      const fresh = sampled({ untilMs: nowMs, spanMs: HOUR_MS, everyMs: SAMPLE_MS }, load);
      const decisions: object[] = [];
      for (const fleet of fleets) {
        await fleet.record(fresh);
        const step = await fleet.evaluate(nowMs);
        holdNeed(step);
        holdDecision(step);
        holdFleet(step);
        foretold.add(foretoldBy(step));
        decisions.push({ ...step.reply, fleetId: undefined });
        context.hit('evaluations');
      }
      const [one, other] = decisions;
      holdSame(
        other,
        one,
        'Two fleets of the same configuration, samples and evaluations decide differently.',
      );
    }
    hold(
      foretold.size > 1,
      `On a daily season from 400 to 2 300 rps every forecast of a day is ${[...foretold].join(', ')}.`,
      'forecasts that follow the season',
      [...foretold],
    );
  },
};

interface Trend {
  readonly name: string;
  readonly spanMs: number;
  readonly everyMs: number;
  readonly fromRps: number;
  readonly toRps: number;
}

/** The newest sample alone is 7 to 40 % off on the short ones, the same time of yesterday far off on the long ones. */
const TRENDS: readonly Trend[] = [
  { name: 'rising for an hour', spanMs: HOUR_MS, everyMs: MINUTE_MS, fromRps: 300, toRps: 3_000 },
  {
    name: 'rising for 2 hours',
    spanMs: 2 * HOUR_MS,
    everyMs: MINUTE_MS,
    fromRps: 50,
    toRps: 5_000,
  },
  {
    name: 'falling for 2 hours',
    spanMs: 2 * HOUR_MS,
    everyMs: MINUTE_MS,
    fromRps: 6_000,
    toRps: 2_000,
  },
  {
    name: 'falling for 3 hours',
    spanMs: 3 * HOUR_MS,
    everyMs: MINUTE_MS,
    fromRps: 9_000,
    toRps: 2_500,
  },
  {
    name: 'rising for 26 hours',
    spanMs: 26 * HOUR_MS,
    everyMs: SAMPLE_MS,
    fromRps: 1_000,
    toRps: 30_000,
  },
  {
    name: 'falling for 3 days',
    spanMs: 3 * DAY_MS,
    everyMs: SAMPLE_MS,
    fromRps: 50_000,
    toRps: 20_000,
  },
];
const FORECASTS_A_TREND = 4;
const TREND_ERROR = 0.05;
const CONSTANTS_RPS = [1, 137, 25_000];

const linearTrend: Check = {
  id: 'linear-trend',
  isolation: 'shared',
  async run(context) {
    for (const trend of TRENDS) await holdTrend(context, trend);
    const market = openMarket(context.session());
    for (const rps of CONSTANTS_RPS) {
      const fleet = await driveFleet(market, unitFleet(10));
      const nowMs = midnightMs(context);
      await fleet.record(steadyHour(nowMs, rps));
      const foretold = foretoldBy(await fleet.evaluate(nowMs));
      holdSame(foretold, rps, `The load was ${rps} for an hour, and ${foretold} is foretold.`);
      context.hit('forecasts');
    }
  },
};

/** The line goes on while samples arrive, minute by minute or so. */
async function holdTrend(context: CheckContext, trend: Trend): Promise<void> {
  const { spanMs, everyMs, fromRps, toRps } = trend;
  const startMs = midnightMs(context);
  const load: Load = (atMs) => toRps + ((toRps - fromRps) * (atMs - startMs)) / spanMs;
  const fleet = await driveFleet(openMarket(context.session()), unitFleet(100));
  await fleet.record(sampled({ untilMs: startMs, spanMs, everyMs }, load));
  for (let forecast = 0; forecast < FORECASTS_A_TREND; forecast += 1) {
    const nowMs = startMs + forecast * 2 * everyMs;
    await fleet.record(sampled({ untilMs: nowMs, spanMs: everyMs, everyMs }, load));
    const foretold = foretoldBy(await fleet.evaluate(nowMs));
    const error = errorOf(foretold, load(nowMs + HORIZON_MS));
    hold(
      error <= TREND_ERROR,
      `On a linear trend (${trend.name}, ${fromRps} to ${toRps} rps) ${foretold} is foretold and ${Math.round(load(nowMs + HORIZON_MS))} comes: ${percent(error)} off, and at most 5 % is allowed.`,
      load(nowMs + HORIZON_MS),
      foretold,
    );
    context.hit('forecasts');
  }
}

const SEASON_ERROR = 0.15;
const FORECAST_EVERY_MS = 30 * MINUTE_MS;

const dailySeasonForecasts: Check = {
  id: 'daily-season',
  isolation: 'shared',
  async run(context) {
    const startMs = midnightMs(context);
    const load = withNoise(dailySeason, context.seed);
    const fleet = await driveFleet(openMarket(context.session()), unitFleet(1_000));
    const spanMs = SEASON_DAYS * DAY_MS;
    await fleet.record(sampled({ untilMs: startMs, spanMs, everyMs: SAMPLE_MS }, load));
    const errors: number[] = [];
    for (let nowMs = startMs; nowMs < startMs + DAY_MS; nowMs += FORECAST_EVERY_MS) {
      const fresh = { untilMs: nowMs, spanMs: FORECAST_EVERY_MS - SAMPLE_MS, everyMs: SAMPLE_MS };
      await fleet.record(sampled(fresh, load));
      const foretold = foretoldBy(await fleet.evaluate(nowMs));
      errors.push(errorOf(foretold, load(nowMs + HORIZON_MS)));
      context.hit('forecasts');
    }
    const mean = errors.reduce((sum, error) => sum + error, 0) / errors.length;
    hold(
      mean <= SEASON_ERROR,
      `On the eighth day of a daily season (seed ${context.seed}) ${errors.length} forecasts are ${percent(mean)} off on average, and at most 15 % is allowed.`,
      SEASON_ERROR,
      errors,
    );
  },
};

/** @throws Violation when nothing is foretold, though the history is long enough */
function foretoldBy({ reply }: Step): number {
  if (reply.predictedRps !== null) return reply.predictedRps;
  throw new Violation(
    'The samples span minHistoryMs, and predictedRps is null.',
    'a forecast',
    reply,
  );
}

function errorOf(foretold: number, actual: number): number {
  return Math.abs(foretold - actual) / actual;
}

function percent(share: number): string {
  return `${(100 * share).toFixed(1)} %`;
}

export const forecast: readonly Check[] = [sameHistory, linearTrend, dailySeasonForecasts];
