/**
 * What this machine can do at this moment without the implementation: the same generator and the same binding against an
 * implementation that does nothing. The floor is its latency at the same rate, the ceiling its closed-loop throughput.
 */
import { launchTarget } from '../target/launchTarget.ts';
import type { Target } from '../target/target.ts';
import type { Histogram } from 'hdr-histogram-js';
import { measureDisk } from './diskFloor.ts';
import type { LoadBench } from './bench.types.ts';
import type { ClosedLoopResult, LoadPlan } from './generator/generator.ts';
import { rootOf } from './generator/localGenerator.ts';
import { NOTHING } from './generator/nothing.ts';
import { intendedStarts } from './intendedStarts.ts';
import { nothingImplementation } from './nothing/nothingImplementation.ts';
import { sampleLog } from './sampleLog.ts';
import { tallyOf } from './tally.ts';
import type { Tally } from './tally.ts';
import type { Call } from './workload.ts';
import type { OpenLoopLimits } from './workloadFile.ts';

export interface Calibration {
  /** Undefined where nothing was offered at a rate. */
  readonly floor?: Tally;
  /** What a durable write takes, where the replies wait for one. */
  readonly disk?: Histogram;
  readonly ceiling: ClosedLoopResult;
}

/** Of each measurement, for the server: its own first requests are slow. */
const WARM_UP_SHARE = 0.5;

export interface CalibrationOptions {
  readonly connections: number;
  /** For the floor; left out, only the ceiling is measured. */
  readonly openLoop?: OpenLoopLimits & { readonly ratePerS: number };
  readonly syncsToDisk?: boolean | undefined;
}

/** @throws LaunchError when even that does not start, which says nothing about the implementation */
export async function calibrate(
  bench: LoadBench,
  { connections, openLoop, syncsToDisk }: CalibrationOptions,
): Promise<Calibration> {
  const { caseStudy, generator, placement, load, implementation } = bench;
  const target = await launchTarget(caseStudy, nothingImplementation(implementation.binding));
  try {
    placement.place(target.processGroup);
    const floor = openLoop && (await floorOf(bench, target, openLoop));
    const { ceilingS } = load.calibration;
    await generator.load(planOf(bench, target, new Float64Array(0)), callOf(bench, target));
    const ceiling = await generator.closedLoop({
      connections,
      warmupS: ceilingS * WARM_UP_SHARE,
      durationS: ceilingS,
    });
    return {
      ceiling,
      ...(floor && { floor }),
      ...(syncsToDisk && { disk: measureDisk(load.calibration.floorS) }),
    };
  } finally {
    await target.close();
  }
}

async function floorOf(
  bench: LoadBench,
  target: Target,
  openLoop: OpenLoopLimits & { readonly ratePerS: number },
): Promise<Tally> {
  const { generator, load, pacing, seed } = bench;
  const { ratePerS } = openLoop;
  const { floorS } = load.calibration;
  const warmUpS = floorS * WARM_UP_SHARE;
  const durationS = warmUpS + floorS;
  const startsMs = intendedStarts({
    segments: [{ shape: 'poisson', fromPerS: ratePerS, toPerS: ratePerS, durationS }],
    seed,
  });
  await generator.load(planOf(bench, target, startsMs), callOf(bench, target));
  const log = sampleLog([NOTHING.operation], startsMs);
  await generator.openLoop({ ...openLoop, log, pacing, countFromMs: warmUpS * 1000 });
  return tallyOf(log, { fromMs: warmUpS * 1000, toMs: durationS * 1000 });
}

function planOf(
  { caseStudy, file, seed }: LoadBench,
  target: Target,
  startsMs: Float64Array,
): LoadPlan {
  return {
    caseId: caseStudy.id,
    root: rootOf(caseStudy.dir),
    file,
    seed,
    runToken: 'floor',
    startsMs,
    requests: 'nothing',
    address: target.address ?? null,
  };
}

/** Any operation will do: what does nothing does not look at it, but the binding needs one that the contract has. */
function callOf({ caseStudy }: LoadBench, target: Target): Call {
  const [anyOperation] = caseStudy.operations.keys();
  return (_operation, input) => target.call(anyOperation!, input);
}
