/** How long an implementation needs after an overload until it answers as it should again. */
import { firstDue, outcomeOf } from '../sampleLog.ts';
import type { SampleLog } from '../sampleLog.ts';
import type { Stretch } from '../tally.ts';

/** It has recovered when it has kept to the target for so long. */
const STEADY_MS = 1000;
/** Looked at in such steps. */
const STEP_MS = 100;
/** Share of the requests of a window that has to be in time: as a p99 asks. */
const IN_TIME_SHARE = 0.99;
/** Where the case states no latency target for the scenario, a reply within this counts as in time. */
const DEFAULT_IN_TIME_US = 100_000;

/**
 * @returns from the start of the stretch to the start of the first second in which 99 % of what was due was answered within the
 * target; undefined when there is none
 */
export function recoveredAfterMs(
  log: SampleLog,
  { fromMs, toMs }: Stretch,
  targetUs: number = DEFAULT_IN_TIME_US,
): number | undefined {
  for (let at = fromMs; at + STEADY_MS <= toMs; at += STEP_MS) {
    const end = firstDue(log, at + STEADY_MS);
    let inTime = 0;
    const begin = firstDue(log, at);
    for (let index = begin; index < end; index += 1) {
      const outcome = outcomeOf(log, index);
      const answered = outcome === 'ok' || outcome === 'refused';
      if (answered && log.endUs[index]! <= targetUs) inTime += 1;
    }
    if (end > begin && inTime / (end - begin) >= IN_TIME_SHARE) return at - fromMs;
  }
  return undefined;
}
