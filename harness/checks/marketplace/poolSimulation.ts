/**
 * A discrete-event simulation, in virtual time, of requests over a pool of backends: they come at random (Poisson), and each takes its own
 * time on whatever backend it was given to, ten times as long on the slow one. Who chooses the backend is the caller's affair, so that one
 * workload, by its seed, can be had with different rules.
 */
import { seededRandom } from '../../load/seededRandom.ts';
import type { Random } from '../../load/seededRandom.ts';

export const BACKENDS = 10;
export const SLOW_BACKEND = 3;
const SLOWNESS = 10;
const REQUESTS = 2_200;
/** Not in the figures: the pool fills. */
const WARM_UP_REQUESTS = 200;
/** Requests that come in the mean time of service of a quick backend: about 13 in flight on each of ten that are equally full. */
const REQUESTS_A_SERVICE = 120;
/** Virtual: a quick backend’s mean. */
const SERVICE_US = 100_000;
/** To either side of the mean: little enough that a rule that weighs latencies learns them from a few requests. */
const SERVICE_SPREAD = 0.3;

export interface Chooser<T> {
  /** @returns the index of the backend, and what `complete` is told of the request */
  pick(): Promise<{ backend: number; request: T }>;
  complete(request: T, latencyUs: number): Promise<void>;
}

export interface PoolFigures {
  readonly picks: number;
  /** Of the backends, averaged over the arrivals after the warm-up. */
  readonly meanInFlight: number;
  /** The fullest backend’s requests in flight by the mean of all, averaged in the same way. */
  readonly fullestToMean: number;
  /** The slow backend’s picks by those of an equal share. */
  readonly slowShare: number;
}

interface InFlight<T> {
  readonly endsUs: number;
  readonly latencyUs: number;
  readonly backend: number;
  readonly request: T;
}

export async function simulatePool<T>(seed: number, chooser: Chooser<T>): Promise<PoolFigures> {
  const random = seededRandom(seed);
  const load = new Array<number>(BACKENDS).fill(0);
  let inFlight: InFlight<T>[] = [];
  let nowUs = 0;
  let slowPicks = 0;
  const ratios: number[] = [];
  const means: number[] = [];

  const completeUntil = async (untilUs: number): Promise<void> => {
    const ended = inFlight.filter(({ endsUs }) => endsUs <= untilUs);
    inFlight = inFlight.filter(({ endsUs }) => endsUs > untilUs);
    for (const { backend, request, latencyUs } of ended.sort((a, b) => a.endsUs - b.endsUs)) {
      load[backend] = (load[backend] ?? 0) - 1;
      await chooser.complete(request, latencyUs);
    }
  };

  for (let arrival = 0; arrival < REQUESTS; arrival += 1) {
    nowUs += exponential(random, SERVICE_US / REQUESTS_A_SERVICE);
    const serviceUs = SERVICE_US * (1 + SERVICE_SPREAD * (2 * random() - 1));
    await completeUntil(nowUs);
    const { backend, request } = await chooser.pick();
    const latencyUs = Math.ceil(backend === SLOW_BACKEND ? SLOWNESS * serviceUs : serviceUs);
    inFlight.push({ endsUs: nowUs + latencyUs, latencyUs, backend, request });
    load[backend] = (load[backend] ?? 0) + 1;
    if (backend === SLOW_BACKEND) slowPicks += 1;
    if (arrival < WARM_UP_REQUESTS) continue;
    const mean = inFlight.length / BACKENDS;
    means.push(mean);
    ratios.push(Math.max(...load) / mean);
  }
  await completeUntil(Infinity);
  return {
    picks: REQUESTS,
    meanInFlight: average(means),
    fullestToMean: average(ratios),
    slowShare: slowPicks / (REQUESTS / BACKENDS),
  };
}

/** The same workload, each backend drawn with the same chance. */
export function simulateDrawing(seed: number): Promise<PoolFigures> {
  const random = seededRandom(~seed);
  return simulatePool(seed, {
    pick: async () => ({ backend: Math.floor(random() * BACKENDS), request: undefined }),
    complete: async () => undefined,
  });
}

function exponential(random: Random, mean: number): number {
  return -mean * Math.log(1 - random());
}

function average(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
