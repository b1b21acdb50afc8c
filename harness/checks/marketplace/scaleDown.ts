/** MKT-AS-04: the fleet grows at once, and shrinks on what the whole window allows. */
import fc from 'fast-check';
import type { PutFleet } from '../../../spec/marketplace/messages.d.ts';
import type { Check, CheckContext } from '../check.ts';
import { hold, holdSame } from '../kit/hold.ts';
import { HOUR_MS, MINUTE_MS, driveFleet, midnightMs, sampled, unitFleet } from './drivenFleet.ts';
import type { DrivenFleet, Step } from './drivenFleet.ts';
import { holdDecision, holdFleet, holdNeed, holdRequired, holdStabilized } from './fleetHolds.ts';
import type { Action } from './fleetModel.ts';
import { openMarket } from './market.ts';
import type { Market } from './market.ts';

/** Too little history for a forecast: what is observed is required, and any more than there is, is UP. */
const OBSERVED = { minHistoryMs: 604_800_000, tolerancePct: 0 };

/** Observed and evaluated at the same time. */
async function stepAt(fleet: DrivenFleet, nowMs: number, rps: number): Promise<Step> {
  await fleet.record([{ atMs: nowMs, rps }]);
  const step = await fleet.evaluate(nowMs);
  holdRequired(step, rps, 'Observed are');
  return step;
}

/** KEP-853: ten recommendations, the window's, keep the fleet at 10; with the eleventh it is 9. */
const RECOMMENDED = [10, 9, 8, 9, 9, 8, 9, 8, 9, 8, 7];
const SCALES = [1, 7, 100];

const stabilisedScaleDown: Check = {
  id: 'stabilised-scale-down',
  isolation: 'shared',
  async run(context) {
    const market = openMarket(context.session());
    for (const scale of SCALES) await holdPublished(context, market, scale);
    await holdEdgeOfWindow(context, market);
    await context.property(
      fc.record({
        stabilizationMs: fc.constantFrom(0, 120_000, 300_000),
        steps: fc.array(
          fc.record({
            waitMs: fc.constantFrom(30_000, 60_000, 120_000, 240_001),
            rps: fc.integer({ min: 20, max: 120 }),
          }),
          { minLength: 8, maxLength: 8 },
        ),
      }),
      async ({ stabilizationMs, steps }, session) => {
        const config = unitFleet(100, { ...OBSERVED, stabilizationMs, cooldownMs: 0 });
        const fleet = await driveFleet(openMarket(session), config);
        let nowMs = midnightMs(context);
        for (const { waitMs, rps } of steps) {
          nowMs += waitMs;
          holdStep(context, await stepAt(fleet, nowMs, rps));
        }
      },
      { runs: 6 },
    );
  },
};

async function holdPublished(context: CheckContext, market: Market, scale: number): Promise<void> {
  const everyMs = 30_000;
  const stabilizationMs = 9 * everyMs;
  const more = { ...OBSERVED, stabilizationMs, cooldownMs: 0, downPct: 100 };
  const fleet = await driveFleet(market, unitFleet(10 * scale, more));
  const startMs = midnightMs(context);
  for (const [index, recommended] of RECOMMENDED.entries()) {
    const step = await stepAt(fleet, startMs + index * everyMs, recommended * scale);
    holdStep(context, step);
    const due = (index < 10 ? 10 : 9) * scale;
    hold(
      step.reply.newRps === due,
      `After the recommendations ${RECOMMENDED.slice(0, index + 1).join(' ')} (x ${scale}) in a window of ten the fleet should carry ${due}, and carries ${step.reply.newRps}.`,
      due,
      step.reply,
    );
  }
}

/** An evaluation at the window's very beginning counts, one a millisecond before it does not. */
async function holdEdgeOfWindow(context: CheckContext, market: Market): Promise<void> {
  const fleet = await driveFleet(market, unitFleet(100, OBSERVED));
  const startMs = midnightMs(context);
  for (const [afterMs, rps] of [
    [0, 100],
    [150_000, 40],
    [300_000, 50],
    [300_001, 50],
  ] as const) {
    holdStep(context, await stepAt(fleet, startMs + afterMs, rps));
  }
}

function holdStep(context: CheckContext, step: Step): void {
  holdStabilized(step);
  holdDecision(step);
  if (step.expected.decision.reasons.includes('STABILIZING')) context.hit('holds');
  if (step.reply.action === 'DOWN') context.hit('down');
}

/** In cooldowns after the first action: what is required of the fleet then, and what it does. */
const COOLDOWN_STORY: readonly (readonly [
  cooldowns: number,
  moreMs: number,
  rps: number,
  Action,
])[] = [
  [0, 0, 200, 'UP'],
  [0, 1, 50, 'HOLD'],
  [1, -1, 50, 'HOLD'],
  [1, 0, 50, 'DOWN'],
  [1, 1, 10, 'HOLD'],
  [1, 2, 300, 'UP'],
  [2, 1, 60, 'HOLD'],
  [2, 2, 60, 'DOWN'],
  [3, 1, 10, 'HOLD'],
];

const cooldown: Check = {
  id: 'cooldown',
  isolation: 'shared',
  async run(context) {
    const market = openMarket(context.session());
    await holdCooldown(context, market, {}, 300_000);
    await holdCooldown(context, market, { cooldownMs: 45_000 }, 45_000);
    await holdNoCooldown(context, market);
  },
};

async function holdCooldown(
  context: CheckContext,
  market: Market,
  more: Partial<PutFleet>,
  cooldownMs: number,
): Promise<void> {
  const config = unitFleet(100, { ...OBSERVED, stabilizationMs: 0, ...more });
  const fleet = await driveFleet(market, config);
  const startMs = midnightMs(context);
  for (const [cooldowns, moreMs, rps, action] of COOLDOWN_STORY) {
    const afterMs = cooldowns * cooldownMs + moreMs;
    const step = await stepAt(fleet, startMs + afterMs, rps);
    holdDecision(step);
    holdSame(
      step.reply.action,
      action,
      `${afterMs} ms after the first action, with a cooldown of ${cooldownMs} ms: ${rps} required of ${step.expected.currentRps} should be ${action}, and is ${step.reply.action}.`,
    );
    if (step.expected.decision.reasons.includes('COOLDOWN')) context.hit('held');
    if (action !== 'HOLD') context.hit(action.toLowerCase());
  }
}

/** HOLD is no action: nothing has to cool down after it. */
async function holdNoCooldown(context: CheckContext, market: Market): Promise<void> {
  const fleet = await driveFleet(market, unitFleet(100, { ...OBSERVED, stabilizationMs: 0 }));
  const startMs = midnightMs(context);
  holdDecision(await stepAt(fleet, startMs, 90));
  holdDecision(await stepAt(fleet, startMs + 1, 60));
}

const SWING_RPS = 1_000;
const SWINGING_MS = 4 * HOUR_MS;
/** Fast enough to be noise, then slow enough that no forecast runs away with it. */
const SLOW_SWING_MS = 4 * HOUR_MS;

const noFlapping: Check = {
  id: 'no-flapping',
  isolation: 'shared',
  async run(context) {
    const startMs = midnightMs(context);
    const swing = (atMs: number): number =>
      atMs < startMs + SWINGING_MS / 2
        ? 1 - 2 * (Math.floor(atMs / MINUTE_MS) % 2)
        : Math.sin((2 * Math.PI * (atMs - startMs)) / SLOW_SWING_MS);
    const load = (atMs: number): number => SWING_RPS * (1 + 0.1 * swing(atMs));
    // Too small at first: one that never acts is not steady.
    const config = unitFleet(SWING_RPS, { targetUtilizationPct: 70 });
    const fleet = await driveFleet(openMarket(context.session()), config);
    await fleet.record(
      sampled({ untilMs: startMs, spanMs: 3 * HOUR_MS, everyMs: MINUTE_MS }, load),
    );
    const actionsMs: number[] = [];
    for (let nowMs = startMs; nowMs < startMs + SWINGING_MS; nowMs += MINUTE_MS) {
      await fleet.record([{ atMs: nowMs, rps: Math.round(load(nowMs)) }]);
      const step = await fleet.evaluate(nowMs);
      for (const holdRow of [holdNeed, holdStabilized, holdDecision, holdFleet]) holdRow(step);
      if (step.reply.action !== 'HOLD') actionsMs.push(nowMs);
      context.hit('evaluations');
    }
    // The first may be needed until the fleet fits the load.
    const [, ...later] = actionsMs;
    const tooSoon = later.filter(
      (atMs, index) => index > 0 && atMs - (later[index - 1] ?? 0) < HOUR_MS,
    );
    hold(
      tooSoon.length === 0,
      `A load that swings by 10 % about ${SWING_RPS} rps makes ${actionsMs.length} actions in ${SWINGING_MS / HOUR_MS} hours, in minutes ${actionsMs.map((atMs) => (atMs - startMs) / MINUTE_MS).join(', ')}: at most one an hour is allowed, after a first one.`,
      'at most one action an hour',
      actionsMs,
    );
  },
};

export const scaleDown: readonly Check[] = [stabilisedScaleDown, cooldown, noFlapping];
