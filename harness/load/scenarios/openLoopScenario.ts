/** A scenario of scheduled arrivals: steady, a step, a ramp, a spike, a soak, or a recorded flow; each phase has rows of its own. */
import type { LoadBench } from '../bench.types.ts';
import { calibrate } from '../calibration.ts';
import type { Calibration } from '../calibration.ts';
import type { OpenLoopResult } from '../generator/generator.ts';
import { intendedStarts, recordedStarts } from '../intendedStarts.ts';
import type { RateSegment } from '../intendedStarts.ts';
import { latencyRows, openLoopRow, throughputRow } from '../rows.ts';
import type { RowContext } from '../rows.ts';
import { sampleLog } from '../sampleLog.ts';
import type { SampleLog } from '../sampleLog.ts';
import { operationsIn, tallyOf } from '../tally.ts';
import type { Stretch, Tally } from '../tally.ts';
import { strictestLatencyUs, tell, tellProgress } from '../tell.ts';
import {
  backlogGrowth,
  commonReasons,
  loopReasons,
  stretchReasons,
  validityOf,
} from '../validity.ts';
import { besideWorkload } from '../workloadFile.ts';
import type { OpenLoopScenario, Phase } from '../workloadFile.ts';
import { driftRows } from './drift.ts';
import { keepHistograms } from './keepHistograms.ts';
import { recoveredAfterMs } from './recovery.ts';
import { resolveRates } from './resolveRates.ts';
import type { ResolvedScenario } from './resolveRates.ts';
import { streamReasons, streamRows } from './streamRows.ts';
import { usageRows } from './usageRows.ts';
import { verify, withImplementation } from './withImplementation.ts';
import type { Running } from './withImplementation.ts';

/** Where the phases of a scenario lie, the warm-up before the first. */
interface Timeline {
  readonly startsMs: Float64Array;
  readonly stretches: readonly (Stretch & { readonly phase: Phase })[];
  readonly countFromMs: number;
}

export async function openLoopScenario(bench: LoadBench, given: OpenLoopScenario): Promise<void> {
  const scenario = resolveRates(given, bench.capacityRps.get(given.scenario));
  const timeline = timelineOf(bench, scenario);
  const { ratePerS } = scenario.phases[0]!;
  tellProgress(
    bench,
    `${scenario.scenario}: floor and ceiling of this machine, against an implementation that does nothing`,
  );
  const { connections, maxInFlight, timeoutMs } = scenario;
  const calibration = await calibrate(bench, {
    connections,
    openLoop: { connections, maxInFlight, timeoutMs, ratePerS },
    syncsToDisk: scenario.syncsToDisk,
  });
  await withImplementation(bench, scenario, timeline.startsMs, (running) =>
    measure(bench, scenario, timeline, calibration, running),
  );
}

async function measure(
  bench: LoadBench,
  scenario: ResolvedScenario,
  { startsMs, stretches, countFromMs }: Timeline,
  calibration: Calibration,
  running: Running,
): Promise<void> {
  const { generator, pacing } = bench;
  tellProgress(bench, `${scenario.scenario}: ${describe(scenario)}`);
  const operations = [...bench.caseStudy.operations.keys()];
  const log = sampleLog(operations, startsMs);
  const { connections, maxInFlight, timeoutMs } = scenario;
  const end = await generator.openLoop(
    { log, connections, maxInFlight, timeoutMs, pacing, countFromMs },
    running.watch.onWindow,
  );
  const { broken, verified } = await verify(bench, running);
  const histRef = keepHistograms(bench, scenario.scenario, log, countFromMs);
  const measured = { log, end, calibration, broken, verified, histRef };
  for (const { phase, ...stretch } of stretches) {
    tellPhase(bench, scenario, phase, stretch, measured, running);
  }
  tellWhole(
    bench,
    scenario,
    { fromMs: countFromMs, toMs: stretches.at(-1)!.toMs },
    measured,
    running,
  );
}

interface Measured {
  readonly log: SampleLog;
  readonly end: OpenLoopResult;
  readonly calibration: Calibration;
  readonly broken: readonly string[];
  readonly verified: string;
  readonly histRef: string;
}

function tellPhase(
  bench: LoadBench,
  scenario: ResolvedScenario,
  phase: Phase,
  whole: Stretch,
  { log, end, calibration, broken, verified, histRef }: Measured,
  running: Running,
): void {
  const strictestUs = strictestLatencyUs(bench.caseStudy, scenario.scenario);
  const recoveredMs =
    phase.purpose === 'recovery' ? recoveredAfterMs(log, whole, strictestUs) : undefined;
  const stretch = { ...whole, fromMs: whole.fromMs + (recoveredMs ?? 0) };
  const tally = tallyOf(log, stretch);
  const carried =
    phase.purpose === 'overload'
      ? []
      : stretchReasons(tally, backlogGrowth(log, stretch), strictestUs, calibration);
  const name = scenario.phases.length === 1 ? '' : `/${phase.name}`;
  const measured = { end, broken, verified };
  const context = contextOf(bench, scenario, name, tally, carried, measured, running);
  // At another rate than the first phase's the floor would be another one.
  const floor = phase.ratePerS === scenario.phases[0]!.ratePerS ? calibration : {};
  for (const row of latencyRows('all', tally, floor, context, histRef)) tell(bench, row);
  for (const operation of operationsIn(log, stretch)) {
    const own = tallyOf(log, stretch, operation);
    for (const row of latencyRows(operation, own, floor, context, histRef)) tell(bench, row);
  }
  tell(bench, throughputRow(tally, calibration, context));
  if (phase.purpose === 'recovery') {
    tell(
      bench,
      openLoopRow(tally, context, {
        metric: 'recovery',
        unit: 'ms',
        // It had not by the end: then it took at least so long.
        value: recoveredMs ?? stretch.toMs - whole.fromMs,
        n: 1,
      }),
    );
  }
  if (phase.purpose === 'overload' && scenario.capacityRps !== undefined) {
    tell(
      bench,
      openLoopRow(tally, context, {
        metric: 'ratio',
        unit: 'of capacity',
        direction: 'higher-is-better',
        value: tally.achievedRps / scenario.capacityRps,
        n: tally.counts.ok + tally.counts.refused,
      }),
    );
  }
  for (const row of driftRows(log, stretch, context)) tell(bench, row);
}

/** What was watched from the first phase to the last, and cannot be told apart by phase. */
function tellWhole(
  bench: LoadBench,
  scenario: ResolvedScenario,
  whole: Stretch,
  measured: Measured,
  running: Running,
): void {
  const tally = tallyOf(measured.log, whole);
  const context = contextOf(bench, scenario, '', tally, [], measured, running);
  const { usage, cpu } = running.watch;
  for (const row of usageRows(usage(), cpu(), tally, context)) tell(bench, row);
  for (const row of streamRows(measured.end.stream, tally, context)) tell(bench, row);
}

/** @param carried what speaks against this stretch alone */
function contextOf(
  bench: LoadBench,
  scenario: ResolvedScenario,
  name: string,
  { counts }: Tally,
  carried: readonly string[],
  { end, broken, verified }: Pick<Measured, 'end' | 'broken' | 'verified'>,
  { work, watch }: Running,
): RowContext {
  const counted = { ok: counts.ok, refused: counts.refused, errors: counts.error };
  const evidence = { load: bench.load, file: bench.file, cpu: watch.cpu(), broken };
  const reasons = [
    ...loopReasons(end),
    ...streamReasons(end.stream),
    ...carried,
    ...commonReasons(counted, end.errorSamples, evidence),
  ];
  return {
    scenario: `${scenario.scenario}${name}`,
    seed: bench.seed,
    generator: `casemark open loop, plan ${work.digest}`,
    pacing: bench.pacing,
    arrival: scenario.recorded === undefined ? scenario.phases[0]!.arrival : 'recorded',
    connections: scenario.connections,
    warmupS: scenario.warmupS,
    placement: bench.placement.text,
    cpu: watch.cpu(),
    verified,
    validity: validityOf(reasons, bench.load),
    validityReasons: reasons,
  };
}

function timelineOf(bench: LoadBench, scenario: ResolvedScenario): Timeline {
  const countFromMs = scenario.warmupS * 1000;
  const [first] = scenario.phases;
  if (scenario.recorded !== undefined) {
    const startsMs = recordedStarts(besideWorkload(bench.caseStudy, scenario.recorded));
    const toMs = countFromMs + first!.durationS * 1000;
    return { startsMs, stretches: [{ phase: first!, fromMs: countFromMs, toMs }], countFromMs };
  }
  const warmUp = { ...first!, durationS: scenario.warmupS };
  const segments = [...(scenario.warmupS > 0 ? [warmUp] : []), ...scenario.phases].map(segmentOf);
  let fromMs = countFromMs;
  const stretches = scenario.phases.map((phase) => {
    const stretch = { phase, fromMs, toMs: fromMs + phase.durationS * 1000 };
    fromMs = stretch.toMs;
    return stretch;
  });
  return { startsMs: intendedStarts({ segments, seed: bench.seed }), stretches, countFromMs };
}

function segmentOf({ arrival, ratePerS, toRatePerS = ratePerS, durationS }: Phase): RateSegment {
  return { shape: arrival, fromPerS: ratePerS, toPerS: toRatePerS, durationS };
}

function describe({ phases, warmupS }: ResolvedScenario): string {
  const parts = phases.map(({ name, ratePerS, toRatePerS = ratePerS, durationS }) => {
    const rate = toRatePerS === ratePerS ? `${ratePerS}` : `${ratePerS} to ${toRatePerS}`;
    return `${name} ${rate} requests/s for ${durationS} s`;
  });
  return `${warmupS} s of warm-up, then ${parts.join(', ')}`;
}
