/** MKT-AS-02: the fleet changes only when the need leaves the band. */
import fc from 'fast-check';
import type { PutFleet } from '../../../spec/marketplace/messages.d.ts';
import type { Check, CheckContext } from '../check.ts';
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
import { holdDecision, holdNeed, holdRequired } from './fleetHolds.ts';
import { openMarket } from './market.ts';
import type { Market } from './market.ts';

/** Nothing but the band decides. */
const AT_ONCE = { stabilizationMs: 0, cooldownMs: 0 };

interface Band {
  readonly currentRps: number;
  readonly upPct?: number;
  readonly downPct?: number;
}

/** The published case first: 119, 120, 121 and 69, 70, 71 of 100. The third has edges between integers, the fourth none but its own capacity. */
const BANDS: readonly Band[] = [
  { currentRps: 100 },
  { currentRps: 200, upPct: 150, downPct: 50 },
  { currentRps: 50, upPct: 115, downPct: 33 },
  { currentRps: 1_000, upPct: 100, downPct: 100 },
];
const randomBands = fc.record({
  currentRps: fc.integer({ min: 20, max: 4_000 }),
  upPct: fc.integer({ min: 100, max: 300 }),
  downPct: fc.integer({ min: 20, max: 100 }),
});

const hysteresis: Check = {
  id: 'hysteresis',
  isolation: 'shared',
  async run(context) {
    for (const band of BANDS) await holdBand(context, openMarket(context.session()), band);
    await context.property(
      randomBands,
      (band, session) => holdBand(context, openMarket(session), band),
      { runs: 5 },
    );
  },
};

/** Around both edges, each time with a fleet of its own. */
async function holdBand(context: CheckContext, market: Market, band: Band): Promise<void> {
  const { currentRps, upPct = 120, downPct = 70 } = band;
  const up = Math.floor((currentRps * upPct) / 100);
  const down = Math.ceil((currentRps * downPct) / 100);
  for (const rps of new Set([up - 1, up, up + 1, down - 1, down, down + 1])) {
    const step = await evaluatedAtSteady(context, market, { ...band, ...AT_ONCE }, rps);
    holdRequired(step, rps, 'Observed and foretold are');
    holdDecision(step);
    if (step.reply.action === 'UP') context.hit('up');
    if (step.reply.action === 'DOWN') context.hit('down');
    if (rps * 100 === currentRps * upPct || rps * 100 === currentRps * downPct) {
      context.hit('equal');
    }
  }
}

async function evaluatedAtSteady(
  context: CheckContext,
  market: Market,
  { currentRps, ...more }: Band & Partial<PutFleet>,
  rps: number,
): Promise<Step> {
  const fleet = await driveFleet(market, unitFleet(currentRps, more));
  const nowMs = midnightMs(context);
  await fleet.record(steadyHour(nowMs, rps));
  return fleet.evaluate(nowMs);
}

/** What was seen until nowMs. */
const HISTORIES: Readonly<Record<string, (nowMs: number, rps: number) => LoadSample[]>> = {
  'a steady hour': steadyHour,
  'a rising hour': (nowMs, rps) =>
    sampled(
      { untilMs: nowMs, spanMs: HOUR_MS, everyMs: MINUTE_MS },
      (atMs) => rps * (1 + (atMs - nowMs) / (2 * HOUR_MS)),
    ),
  'a falling hour': (nowMs, rps) =>
    sampled(
      { untilMs: nowMs, spanMs: HOUR_MS, everyMs: MINUTE_MS },
      (atMs) => rps * (1 - (atMs - nowMs) / HOUR_MS),
    ),
  'a single sample': (nowMs, rps) => [{ atMs: nowMs, rps }],
  'a sample that is replaced': (nowMs, rps) => [{ atMs: nowMs, rps: 3 * rps }],
  'an hour that ended three minutes ago': (nowMs, rps) => steadyHour(nowMs - 3 * MINUTE_MS, rps),
};

const needs = fc.record({
  rps: fc.oneof(fc.integer({ min: 1, max: 200 }), fc.integer({ min: 1, max: 20_000 })),
  targetUtilizationPct: fc.oneof(fc.integer({ min: 1, max: 100 }), fc.constantFrom(70, 75, 80)),
  minRps: fc.oneof(fc.constant(1), fc.integer({ min: 1, max: 30_000 })),
});

const requiredHasHeadroom: Check = {
  id: 'required-has-headroom',
  isolation: 'shared',
  run: (context) =>
    context.property(
      needs,
      async ({ rps, targetUtilizationPct, minRps }, session) => {
        const market = openMarket(session);
        const nowMs = midnightMs(context);
        for (const [name, historyOf] of Object.entries(HISTORIES)) {
          const config = { targetUtilizationPct, minRps };
          const fleet = await driveFleet(market, unitFleet(1, config));
          await fleet.record(historyOf(nowMs, rps));
          if (name === 'a sample that is replaced') await fleet.record([{ atMs: nowMs, rps }]);
          holdNeed(await fleet.evaluate(nowMs));
          context.hit('evaluations');
        }
      },
      { runs: 6 },
    ),
};

export const hysteresisBand: readonly Check[] = [hysteresis, requiredHasHeadroom];
