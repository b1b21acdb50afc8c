/** MKT-AS-06: capacity for a ramp that the history foretells is there before the ramp, in a simulated fleet. */
import type { Check } from '../check.ts';
import { hold } from '../kit/hold.ts';
import { DAY_MS, HOUR_MS, MINUTE_MS, driveFleet, midnightMs, sampled } from './drivenFleet.ts';
import { simulateFleet } from './fleetSimulation.ts';
import { openMarket } from './market.ts';
import { RAMP, dailyRamp, withNoise } from './syntheticLoad.ts';

const HISTORY_MS = 7 * DAY_MS;
const EVALUATE_FROM_MS = RAMP.startMs - 2 * HOUR_MS;
const EVALUATE_UNTIL_MS = RAMP.startMs + 1.5 * HOUR_MS;
/** The rise and half an hour after it: a fleet that only follows the load loses about 4 % of these requests. */
const COUNTED_MS = RAMP.riseMs + 30 * MINUTE_MS;
const LOST_SHARE = 0.01;
/** Too little at first, by more than the band: there is something to do before the ramp, too. */
const FIRST_RPS = 1_000;

const rampIsCovered: Check = {
  id: 'ramp-is-covered',
  isolation: 'shared',
  deadlineMs: 30_000,
  async run(context) {
    const startMs = midnightMs(context);
    const load = withNoise(dailyRamp, context.seed);
    const fleet = await driveFleet(openMarket(context.session()), {
      instanceTypes: [{ name: 'small', rps: 50, costPerHourMinor: 10 }],
      instances: [{ name: 'small', count: FIRST_RPS / 50 }],
      ...{ minRps: 50, maxRps: 100_000, targetUtilizationPct: 80 },
    });
    const fromMs = startMs + EVALUATE_FROM_MS;
    await fleet.record(
      sampled({ untilMs: fromMs - MINUTE_MS, spanMs: HISTORY_MS, everyMs: MINUTE_MS }, load),
    );
    const rampMs = startMs + RAMP.startMs;
    const simulated = simulateFleet(FIRST_RPS, rampMs);
    for (let nowMs = fromMs; nowMs <= startMs + EVALUATE_UNTIL_MS; nowMs += MINUTE_MS) {
      if (nowMs < rampMs + COUNTED_MS) simulated.carryMinute(nowMs, load(nowMs));
      await fleet.record([{ atMs: nowMs, rps: Math.round(load(nowMs)) }]);
      const { reply } = await fleet.evaluate(nowMs);
      simulated.resize(nowMs, reply.newRps);
      if (reply.action === 'UP') context.hit('up');
      context.hit('evaluations');
    }
    const { requests, withoutCapacity, minutesAbove100Pct } = simulated.figures();
    const share = withoutCapacity / requests;
    hold(
      share <= LOST_SHARE,
      `In a simulated fleet (virtual time, instances need 5 minutes to start) a daily ramp from ${RAMP.baseRps} to ${RAMP.peakRps} rps, seen seven times before, finds ${Math.round(withoutCapacity)} of ${Math.round(requests)} requests (${(100 * share).toFixed(2)} %) of its first ${COUNTED_MS / MINUTE_MS} minutes without capacity, with ${minutesAbove100Pct} minutes above a utilisation of 100 %; at most 1 % is allowed.`,
      LOST_SHARE,
      { requests, withoutCapacity, minutesAbove100Pct },
    );
  },
};

export const ramp: readonly Check[] = [rampIsCovered];
