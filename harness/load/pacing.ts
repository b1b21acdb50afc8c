/** How exactly the starts of requests have to be met, and at what price. */
import type { CaseStudy } from '../contract/caseStudy.ts';
import type { Binding } from '../target/target.ts';
import type { Pacing } from './openLoop.ts';
import { IN_PROCESS_SCENARIO } from './rows.ts';

/** One core for the implementation, one for the generator that spins. */
const MIN_CORES_TO_SPIN = 2;
/** A target of this or more leaves room for the millisecond by which a timer is late. */
const TIMER_TARGET_US = 20_000;

export interface PacingFor {
  readonly binding: Binding;
  readonly generatorThreads: number;
  readonly cores: number;
}

/**
 * The outside services run beside the generator: one that spins all the time would keep them from answering. An implementation in
 * the generator's own thread would doze with it.
 */
export function pacingOf(
  { targets, world }: Pick<CaseStudy, 'targets' | 'world'>,
  { binding, generatorThreads, cores }: PacingFor,
): Pacing {
  if (cores < Math.max(MIN_CORES_TO_SPIN, generatorThreads + 1)) return 'timer';
  const latencies = targets
    .filter(({ metric, unit }) => metric === 'latency' && unit === 'us')
    .filter(({ profile }) => profile !== IN_PROCESS_SCENARIO)
    .map(({ value }) => value);
  if (Math.min(...latencies) >= TIMER_TARGET_US && latencies.length > 0) return 'timer';
  return world && binding !== 'module' ? 'nap' : 'spin';
}
