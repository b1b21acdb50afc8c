/** A fleet that a check drives: it remembers what it was told and what it answered, so that each reply can be held against the table. */
import type { Evaluation, InstanceCount, PutFleet } from '../../../spec/marketplace/messages.d.ts';
import { CouldNotRun } from '../check.ts';
import type { CheckContext } from '../check.ts';
import {
  decide,
  isForetold,
  maxRps,
  observedRps,
  requiredRps,
  stabilizedRps,
} from './fleetModel.ts';
import type { Decision, EarlierEvaluation } from './fleetModel.ts';
import { MAX_INSTANCES, capacityRps } from './instanceMix.ts';
import type { Market } from './market.ts';

export interface LoadSample {
  readonly atMs: number;
  readonly rps: number;
}

/** An evaluation, what was before it, and what the table says to it; each value follows from those of the reply before it in the table. */
export interface Step {
  readonly config: PutFleet;
  readonly nowMs: number;
  readonly reply: Evaluation;
  readonly expected: {
    readonly observedRps: number | null;
    readonly isForetold: boolean;
    /** Undefined: free. */
    readonly requiredRps: number | undefined;
    readonly stabilizedRps: number;
    readonly currentRps: number;
    readonly maxRps: number;
    readonly decision: Decision;
  };
}

export interface DrivenFleet {
  record(samples: readonly LoadSample[]): Promise<void>;
  evaluate(nowMs: number): Promise<Step>;
}

export const MINUTE_MS = 60_000;
export const HOUR_MS = 60 * MINUTE_MS;
export const DAY_MS = 24 * HOUR_MS;
/** More samples than this are sent in several calls. */
const MAX_SAMPLES = 10_000;

/** @param config whose `maxRps` is so low that no fleet needs more instances of a type than a message can have */
export async function driveFleet(
  market: Market,
  config: Omit<PutFleet, 'fleetId'>,
): Promise<DrivenFleet> {
  const put: PutFleet = { ...config, fleetId: market.freshKey() };
  const { fleetId } = put;
  const samples = new Map<number, number>();
  const earlier: EarlierEvaluation[] = [];
  let instances: readonly InstanceCount[] = put.instances;
  const smallestRps = Math.min(...put.instanceTypes.map(({ rps }) => rps));
  if (put.maxRps > MAX_INSTANCES * smallestRps) {
    throw new Error(`A fleet of ${put.maxRps} rps may need more than ${MAX_INSTANCES} instances.`);
  }
  await market.call('putFleet', put);

  return {
    async record(added) {
      for (let start = 0; start < added.length; start += MAX_SAMPLES) {
        const part = added.slice(start, start + MAX_SAMPLES);
        await market.call('recordLoad', { fleetId, samples: part });
      }
      for (const { atMs, rps } of added) samples.set(atMs, rps);
    },
    async evaluate(nowMs) {
      const reply = await market.call<Evaluation>('evaluateFleet', { fleetId, nowMs });
      const currentRps = capacityRps(put.instanceTypes, instances);
      const grounds = { ...reply, nowMs, currentRps };
      const before = [...earlier];
      const step: Step = {
        config: put,
        ...{ nowMs, reply },
        expected: {
          observedRps: observedRps(samples, nowMs),
          isForetold: isForetold(put, samples, nowMs),
          requiredRps: requiredRps(put, reply.observedRps, reply.predictedRps),
          stabilizedRps: stabilizedRps(put, before, grounds),
          currentRps,
          maxRps: maxRps(put, reply.requiredRps),
          // When it is asked for: of a reply that was not held yet it could be a search without an end.
          get decision() {
            return decide(put, before, grounds);
          },
        },
      };
      earlier.push({ nowMs, requiredRps: reply.requiredRps, action: reply.action });
      instances = reply.instances;
      return step;
    },
  };
}

/** A fleet whose instances carry one request a second each, so that every capacity can be had; the target utilisation adds nothing. */
export function unitFleet(
  currentRps: number,
  more: Partial<Omit<PutFleet, 'fleetId'>> = {},
): Omit<PutFleet, 'fleetId'> {
  return {
    instanceTypes: [{ name: 'unit', rps: 1, costPerHourMinor: 1 }],
    instances: [{ name: 'unit', count: currentRps }],
    ...{ minRps: 1, maxRps: 100_000, targetUtilizationPct: 100 },
    ...more,
  };
}

/** The first midnight (UTC) after the clock's start. */
export function midnightMs({ target: { startClockMs } }: CheckContext): number {
  if (!Number.isFinite(startClockMs)) throw new CouldNotRun('The clock’s start is not known.');
  return Math.ceil(startClockMs / DAY_MS) * DAY_MS;
}

/** Samples at an even distance, the last one at `untilMs`. */
export function sampled(
  { untilMs, spanMs, everyMs }: { untilMs: number; spanMs: number; everyMs: number },
  rpsAt: (atMs: number) => number,
): LoadSample[] {
  const count = Math.floor(spanMs / everyMs) + 1;
  return Array.from({ length: count }, (_, index) => {
    const atMs = untilMs - (count - 1 - index) * everyMs;
    return { atMs, rps: Math.round(rpsAt(atMs)) };
  });
}

/** An hour of the same load, minute by minute: enough for a forecast by default, which is this load. */
export function steadyHour(untilMs: number, rps: number): LoadSample[] {
  return sampled({ untilMs, spanMs: HOUR_MS, everyMs: MINUTE_MS }, () => rps);
}
