/** The highest rate at which the strictest latency target of the scenario is still met: a search by open-loop steps. */
import type { LoadBench } from '../bench.types.ts';
import { calibrate } from '../calibration.ts';
import type { Calibration } from '../calibration.ts';
import { intendedStarts } from '../intendedStarts.ts';
import { percentileOf } from '../latencyHistogram.ts';
import { figureRow, latencyRows, throughputRow } from '../rows.ts';
import type { RowContext } from '../rows.ts';
import { sampleLog } from '../sampleLog.ts';
import { searchCapacity } from '../scale/searchCapacity.ts';
import type { Capacity, ProbeVerdict } from '../scale/searchCapacity.ts';
import { tallyOf } from '../tally.ts';
import type { Tally } from '../tally.ts';
import { strictestLatencyUs, tell, tellNote, tellProgress } from '../tell.ts';
import {
  backlogGrowth,
  commonReasons,
  loopReasons,
  stretchReasons,
  validityOf,
} from '../validity.ts';
import type { CapacityScenario } from '../workloadFile.ts';
import { NotMeasured, verify, withImplementation } from './withImplementation.ts';

/** Few enough that the warm-up leaves no mountain of work behind. */
const WARM_UP_CONNECTIONS = 2;
/** At the rate itself, before it counts. */
const SETTLE_S = 1;
/** Percentile that a latency target without one would be about; all that there are name theirs. */
const PERCENTILE = 99;

export async function capacityScenario(
  bench: LoadBench,
  scenario: CapacityScenario,
): Promise<void> {
  const targetUs = strictestLatencyUs(bench.caseStudy, scenario.scenario);
  if (targetUs === undefined) {
    throw new NotMeasured(
      `capacity is the highest rate that meets a latency target, and targets.json has none for "${scenario.scenario}"`,
    );
  }
  tellProgress(bench, `capacity: ceiling of this machine`);
  const calibration = await calibrate(bench, { connections: scenario.connections });
  const { ceiling } = calibration;
  // The generator's own ceiling bounds what can be asked of anybody.
  const highRps = Math.max(scenario.lowPerS, Math.min(scenario.highPerS, ceiling.achievedRps / 2));
  let last: Probed | undefined;
  let best: Probed | undefined;
  const found = await searchCapacity({
    lowRps: scenario.lowPerS,
    highRps,
    maxSteps: scenario.maxSteps,
    tolerance: scenario.tolerance,
    async probe(ratePerS) {
      last = await probe(bench, scenario, ratePerS, targetUs, calibration);
      // A machine that others use misses a target by chance, and meets none by chance.
      if (last.verdict === 'missed')
        last = await probe(bench, scenario, ratePerS, targetUs, calibration);
      if (last.verdict === 'met') best = last;
      return last.verdict;
    },
    onStep({ ratePerS, verdict }) {
      const p99 = percentileOf(last!.tally.response, PERCENTILE).valueUs;
      tellProgress(
        bench,
        `capacity: ${Math.round(ratePerS)} requests/s ${verdict}: p${PERCENTILE} ${p99} us, target ${targetUs} us${verdict === 'invalid' ? ` (${last!.reasons[0]})` : ''}`,
      );
    },
  });
  if (found.capacityRps !== null) bench.capacityRps.set(scenario.scenario, found.capacityRps);
  tellCapacity(bench, scenario, found, best ?? last!, calibration);
}

interface Probed {
  readonly verdict: ProbeVerdict;
  readonly tally: Tally;
  readonly reasons: readonly string[];
  readonly context: RowContext;
}

/** One rate, on an instance of its own: what an earlier rate left waiting does not count against this one. */
async function probe(
  bench: LoadBench,
  scenario: CapacityScenario,
  ratePerS: number,
  targetUs: number,
  calibration: Calibration,
): Promise<Probed> {
  const { warmupS, stepS, connections, maxInFlight, timeoutMs } = scenario;
  const durationS = SETTLE_S + stepS;
  const startsMs = intendedStarts({
    segments: [{ shape: 'poisson', fromPerS: ratePerS, toPerS: ratePerS, durationS }],
    seed: bench.seed,
  });
  return withImplementation(bench, scenario, startsMs, async (running) => {
    const { generator, pacing } = bench;
    const log = sampleLog([...bench.caseStudy.operations.keys()], startsMs);
    const countFromMs = SETTLE_S * 1000;
    // As fast as it answers: at a low rate an implementation that compiles itself would stay cold.
    await generator.closedLoop({
      connections: WARM_UP_CONNECTIONS,
      warmupS: 0,
      durationS: warmupS,
    });
    const end = await generator.openLoop(
      { log, connections, maxInFlight, timeoutMs, pacing, countFromMs },
      running.watch.onWindow,
    );
    const stretch = { fromMs: countFromMs, toMs: durationS * 1000 };
    const tally = tallyOf(log, stretch);
    const { broken, verified } = await verify(bench, running);
    const cpu = running.watch.cpu();
    const { ok, refused, error: errors } = tally.counts;
    const spoiled = [
      ...loopReasons(end),
      ...commonReasons({ ok, refused, errors }, end.errorSamples, {
        load: bench.load,
        file: bench.file,
        cpu,
        broken,
      }),
    ];
    const overloaded = stretchReasons(tally, backlogGrowth(log, stretch), targetUs, calibration);
    const p99 = percentileOf(tally.response, PERCENTILE).valueUs;
    return {
      verdict: verdictOf(spoiled, overloaded, p99, targetUs),
      tally,
      reasons: [...spoiled, ...overloaded],
      context: {
        scenario: `capacity/${scenario.scenario}`,
        seed: bench.seed,
        generator: `casemark open loop, plan ${running.work.digest}`,
        pacing,
        arrival: 'poisson',
        connections,
        warmupS,
        placement: bench.placement.text,
        cpu,
        verified,
        validity: validityOf(spoiled, bench.load),
        validityReasons: spoiled,
      },
    };
  });
}

/** A generator that is late because the implementation takes its core away, or a load that is not carried, is a miss, not noise. */
function verdictOf(
  spoiled: readonly string[],
  overloaded: readonly string[],
  p99Us: number,
  targetUs: number,
): ProbeVerdict {
  if (spoiled.length > 0) return 'invalid';
  return overloaded.length === 0 && p99Us < targetUs ? 'met' : 'missed';
}

function tellCapacity(
  bench: LoadBench,
  scenario: CapacityScenario,
  { capacityRps, failedRps, steps, reason }: Capacity,
  { tally, context }: Probed,
  calibration: Calibration,
): void {
  const reasons = reason === undefined ? [] : [reason];
  const settled: RowContext = {
    ...context,
    validity: validityOf(reasons, bench.load),
    validityReasons: reasons,
  };
  tell(
    bench,
    figureRow(settled, {
      metric: 'capacity',
      unit: 'ops/s',
      direction: 'higher-is-better',
      value: capacityRps ?? 0,
      ciLow: capacityRps,
      ciHigh: failedRps,
      n: steps.length,
      floor: calibration.ceiling.achievedRps,
    }),
  );
  for (const row of latencyRows('all', tally, {}, context, null)) tell(bench, row);
  tell(bench, throughputRow(tally, calibration, context));
  const upTo = failedRps === null ? 'no higher rate was tried' : `${Math.round(failedRps)} is not`;
  const carried =
    capacityRps === null
      ? `not even ${scenario.lowPerS} requests/s are carried within the target`
      : `${Math.round(capacityRps)} requests/s are carried within the target, ${upTo}`;
  tellNote(
    bench,
    `capacity of ${scenario.scenario}: ${carried}${reason === undefined ? '' : `; ${reason}`}`,
  );
}
