/**
 * How throughput grows with concurrency, and latency with load: a sweep of closed loops for the Universal Scalability Law, a sweep of
 * open loops up to its knee, and the arithmetic from that knee to the case's headline.
 */
import type { LoadBench } from '../bench.types.ts';
import { calibrate } from '../calibration.ts';
import type { Calibration } from '../calibration.ts';
import type { CpuShares } from '../cpuUsage.ts';
import type { ClosedLoopResult } from '../generator/generator.ts';
import { deriveSeed } from '../../run/deriveSeed.ts';
import { closedLoopCounts, closedLoopRow, figureRow } from '../rows.ts';
import type { Figure, RowContext } from '../rows.ts';
import { scalabilityText } from '../scale/scalabilityText.ts';
import { fitScalability } from '../scale/universalScalability.ts';
import type { Estimate, ScalabilityFit, ScalabilityPoint } from '../scale/universalScalability.ts';
import { seededRandom } from '../seededRandom.ts';
import { tell, tellNote, tellProgress } from '../tell.ts';
import { commonReasons, validityOf } from '../validity.ts';
import type { OpenLoopScenario, ScaleScenario } from '../workloadFile.ts';
import { openLoopScenario } from './openLoopScenario.ts';
import { tellHeadline } from './tellHeadline.ts';
import { verify, withImplementation } from './withImplementation.ts';
import type { Running } from './withImplementation.ts';

export async function scaleScenario(bench: LoadBench, scenario: ScaleScenario): Promise<void> {
  tellProgress(bench, 'scale: ceiling of this machine');
  const calibration = await calibrate(bench, { connections: Math.max(...scenario.concurrency) });
  const points = await withImplementation(bench, scenario, new Float64Array(0), (running) =>
    sweep(bench, scenario, calibration, running),
  );
  const fit = fitScalability(points);
  for (const line of scalabilityText(fit)) tellNote(bench, line);
  if (fit.kind === 'refused') return;
  tellFit(bench, scenario, fit);
  tellHeadline(bench, fit.knee?.throughputPerS.value ?? fit.lambda.value * fit.highestConcurrency);
  if (fit.knee) await sweepLoads(bench, scenario, fit.knee.throughputPerS.value);
}

/** Every concurrency so many times, in an order drawn by the seed: what drifts with time then hits all of them. */
async function sweep(
  bench: LoadBench,
  scenario: ScaleScenario,
  calibration: Calibration,
  running: Running,
): Promise<ScalabilityPoint[]> {
  const { concurrency, repeats, stepS, warmupS } = scenario;
  const order = shuffled(
    Array.from({ length: repeats }, (_, slot) =>
      concurrency.map((connections) => ({ slot, connections })),
    ).flat(),
    bench.seed,
  );
  await bench.generator.closedLoop({
    connections: Math.max(...concurrency),
    warmupS,
    durationS: stepS,
  });
  const measured: Point[] = [];
  for (const [done, { slot, connections }] of order.entries()) {
    tellProgress(
      bench,
      `scale: ${connections} connections, measurement ${done + 1} of ${order.length}`,
    );
    // Connections open and the first replies come before it counts.
    const run = { connections, warmupS: stepS / 4, durationS: stepS };
    const result = await bench.generator.closedLoop(run, running.watch.onWindow);
    measured.push({ connections, slot, result, cpu: running.watch.cpu() });
  }
  const verdict = await verify(bench, running);
  for (const point of measured) tellPoint(bench, scenario, point, calibration, verdict);
  return measured.map(({ connections, result }) => ({
    concurrency: connections,
    throughputPerS: result.achievedRps,
  }));
}

interface Point {
  readonly connections: number;
  readonly slot: number;
  readonly result: ClosedLoopResult;
  readonly cpu: CpuShares | undefined;
}

function tellPoint(
  bench: LoadBench,
  { scenario, stepS }: ScaleScenario,
  { connections, slot, result, cpu }: Point,
  calibration: Calibration,
  { broken, verified }: Awaited<ReturnType<typeof verify>>,
): void {
  const evidence = { load: bench.load, file: bench.file, cpu, broken };
  const reasons = commonReasons(result, result.errorSamples, evidence);
  const context: RowContext = {
    scenario: `${scenario}/concurrency-${connections}`,
    seed: bench.seed,
    generator: 'casemark closed loop',
    pacing: 'closed-loop',
    arrival: 'closed-loop',
    connections,
    warmupS: stepS / 4,
    placement: bench.placement.text,
    cpu,
    verified,
    validity: validityOf(reasons, bench.load),
    validityReasons: reasons,
  };
  tell(bench, { ...closedLoopRow(result, calibration, context), slot });
  if (!result.service) return;
  for (const percentile of [50, 99]) {
    const figure: Figure = {
      metric: 'service-time',
      unit: 'us',
      percentile,
      value: result.service.getValueAtPercentile(percentile),
      n: result.service.totalCount,
    };
    tell(bench, { ...figureRow(context, figure), ...closedLoopCounts(result), slot });
  }
}

function tellFit(
  bench: LoadBench,
  { scenario, warmupS }: ScaleScenario,
  fit: ScalabilityFit,
): void {
  const context: RowContext = {
    scenario,
    seed: bench.seed,
    generator: 'casemark closed loop, Universal Scalability Law',
    pacing: 'closed-loop',
    arrival: 'closed-loop',
    connections: fit.highestConcurrency,
    warmupS,
    placement: bench.placement.text,
    cpu: undefined,
    verified: '',
    validity: bench.load.validity,
    validityReasons: [],
  };
  for (const { estimate, ...figure } of fitFigures(fit)) {
    const { value, low, high } = estimate;
    tell(bench, figureRow(context, { ...figure, value, ciLow: low, ciHigh: high, n: fit.n }));
  }
}

type FitFigure = Pick<Figure, 'metric' | 'unit' | 'direction'> & { readonly estimate: Estimate };

/** More throughput is better, and so is a knee that comes later; contention and crosstalk are losses. */
export function fitFigures({
  lambda,
  sigma,
  kappa,
  knee,
}: Pick<ScalabilityFit, 'lambda' | 'sigma' | 'kappa' | 'knee'>): FitFigure[] {
  const gain = (metric: string, unit: string, estimate: Estimate): FitFigure => ({
    ...{ metric, unit, direction: 'higher-is-better', estimate },
  });
  const loss = (metric: string, estimate: Estimate): FitFigure => ({
    ...{ metric, unit: 'ratio', direction: 'lower-is-better', estimate },
  });
  return [
    gain('usl-lambda', 'ops/s', lambda),
    loss('usl-sigma', sigma),
    loss('usl-kappa', kappa),
    ...(knee
      ? [
          gain('knee-throughput', 'ops/s', knee.throughputPerS),
          gain('knee-concurrency', 'connections', knee.concurrency),
        ]
      : []),
  ];
}

/** Latency against offered load: one open-loop scenario, a phase a load, from low to high. */
async function sweepLoads(
  bench: LoadBench,
  scenario: ScaleScenario,
  kneePerS: number,
): Promise<void> {
  const { connections, maxInFlight, timeoutMs, stepS, warmupS } = scenario;
  for (const load of scenario.loads) {
    const sweepScenario: OpenLoopScenario = {
      kind: 'open-loop',
      scenario: `${scenario.scenario}/load-${Math.round(100 * load)}`,
      warmupS,
      connections,
      maxInFlight,
      timeoutMs,
      phases: [
        {
          name: 'load',
          arrival: 'poisson',
          ratePerS: Math.max(1, Math.round(load * kneePerS)),
          durationS: stepS,
          purpose: 'judged',
        },
      ],
    };
    await openLoopScenario(bench, sweepScenario);
  }
}

/** Fisher and Yates. */
function shuffled<T>(items: T[], seed: number): T[] {
  const random = seededRandom(deriveSeed(seed, 'scale'));
  for (let last = items.length - 1; last > 0; last -= 1) {
    const at = Math.floor(random() * (last + 1));
    [items[last], items[at]] = [items[at]!, items[last]!];
  }
  return items;
}
