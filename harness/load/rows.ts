/** Rows of measurements.csv from what the generators counted. */
import type { Measurement } from '../report/measurement.ts';
import type { Calibration } from './calibration.ts';
import type { CpuShares } from './cpuUsage.ts';
import type { ClosedLoopResult } from './generator/generator.ts';
import type { InProcessRow } from './inProcess.ts';
import { percentileOf } from './latencyHistogram.ts';
import type { Tally } from './tally.ts';

/** A row before its targets have been looked at. */
export type Row = Omit<Measurement, 'targetId' | 'target' | 'verdict' | 'value'> & {
  readonly value: number;
};

/** How a scenario was measured: what all its rows have in common. */
export interface RowContext {
  readonly scenario: string;
  readonly seed: number;
  readonly generator: string;
  readonly pacing: string;
  readonly arrival: string;
  readonly connections: number;
  readonly warmupS: number;
  readonly placement: string;
  readonly cpu: CpuShares | undefined;
  readonly verified: string;
  readonly validity: Measurement['validity'];
  readonly validityReasons: readonly string[];
}

/** A number that a scenario comes to, whatever it is. */
export type Figure = Pick<Row, 'metric' | 'unit' | 'value' | 'n'> &
  Partial<Pick<Row, 'operation' | 'percentile' | 'direction' | 'ciLow' | 'ciHigh' | 'floor'>>;

const PERCENTILES = [50, 90, 99, 99.9, 100];
/** Fewer samples have no p99.9 worth the name: it would be the tenth from the end, or less. */
const MIN_SAMPLES_P999 = 10_000;

/** Latency and service time of one operation, or of all. */
export function latencyRows(
  operation: string,
  tally: Tally,
  { floor, disk }: Partial<Pick<Calibration, 'floor' | 'disk'>>,
  context: RowContext,
  histRef: string | null,
): Row[] {
  return (['latency', 'service-time'] as const).flatMap((metric) => {
    const pick = ({ response, service }: Tally) => (metric === 'latency' ? response : service);
    const histogram = pick(tally);
    const n = histogram.totalCount;
    if (n === 0) return [];
    return PERCENTILES.filter((each) => each !== 99.9 || n >= MIN_SAMPLES_P999).map((each) => {
      const { valueUs, lowUs, highUs } = percentileOf(histogram, each);
      return {
        ...openLoopRow(tally, context, {
          metric,
          percentile: each,
          operation,
          unit: 'us',
          value: valueUs,
          ciLow: lowUs,
          ciHigh: highUs,
          n,
          floor: floor
            ? pick(floor).getValueAtPercentile(each) + (disk?.getValueAtPercentile(each) ?? 0)
            : null,
        }),
        histRef,
      };
    });
  });
}

export function throughputRow(tally: Tally, calibration: Calibration, context: RowContext): Row {
  const { ok, refused } = tally.counts;
  return openLoopRow(tally, context, {
    metric: 'throughput',
    unit: 'ops/s',
    direction: 'higher-is-better',
    value: tally.achievedRps,
    n: ok + refused,
    floor: calibration.ceiling.achievedRps,
  });
}

/** A figure of a stretch of an open loop, with the stretch's own counts beside it. */
export function openLoopRow(tally: Tally, context: RowContext, figure: Figure): Row {
  const { ok, refused, shed, error, timeout, missed } = tally.counts;
  const lag = (percentile: number): number => tally.sendLag.getValueAtPercentile(percentile);
  return {
    ...figureRow(context, figure),
    offeredRps: round(tally.offeredRps),
    achievedRps: round(tally.achievedRps),
    durationS: round(tally.elapsedS),
    // Expected refusals are answers: they count as ok here, and were held to their share before.
    ok: ok + refused,
    errors: error + shed,
    timeouts: timeout,
    missed,
    sendlagP50Us: lag(50),
    sendlagP99Us: lag(99),
    sendlagMaxUs: lag(100),
  };
}

export function closedLoopRow(
  result: ClosedLoopResult,
  calibration: Pick<Calibration, 'ceiling'> | undefined,
  context: RowContext,
): Row {
  return {
    ...figureRow(context, {
      metric: 'throughput',
      unit: 'ops/s',
      direction: 'higher-is-better',
      value: result.achievedRps,
      n: result.ok + result.refused,
      floor: calibration?.ceiling.achievedRps ?? null,
    }),
    ...closedLoopCounts(result),
  };
}

export function closedLoopCounts({
  ok,
  refused,
  errors,
  timeouts,
  achievedRps,
  elapsedS,
}: ClosedLoopResult) {
  return {
    ok: ok + refused,
    errors,
    timeouts,
    achievedRps: round(achievedRps),
    durationS: round(elapsedS),
  };
}

/** Of targets.json: what the implementation's own program measured inside. */
export const IN_PROCESS_SCENARIO = 'inproc';

export function inProcessRow(
  row: InProcessRow,
  command: string,
  elapsedS: number,
  seed: number,
): Row {
  const isThroughput = row.metric === 'throughput' || row.metric === 'success-rate';
  return {
    ...BLANK,
    ...row,
    scenario: IN_PROCESS_SCENARIO,
    direction: isThroughput ? 'higher-is-better' : 'lower-is-better',
    generator: command,
    pacing: 'none',
    arrival: 'in-process',
    seed,
    durationS: round(elapsedS),
    ok: row.n,
    // No gate of the harness watched over it.
    validity: 'indicative',
    verified: 'declared by the implementation',
  };
}

/** A figure that is about the scenario as a whole. */
export function figureRow(context: RowContext, figure: Figure): Row {
  const { cpu, ...rest } = context;
  return {
    ...BLANK,
    ...rest,
    genCpu: roundOrNull(cpu?.generator),
    sutCpu: roundOrNull(cpu?.implementation),
    foreignCpu: roundOrNull(cpu?.foreign),
    steal: roundOrNull(cpu?.steal),
    throttled: roundOrNull(cpu?.throttled),
    operation: 'all',
    percentile: null,
    direction: 'lower-is-better',
    ciLow: null,
    ciHigh: null,
    floor: null,
    ...figure,
    value: round(figure.value),
  };
}

const BLANK: Row = {
  scenario: '',
  operation: '',
  metric: '',
  percentile: null,
  unit: '',
  direction: 'lower-is-better',
  value: 0,
  ciLow: null,
  ciHigh: null,
  n: 0,
  floor: null,
  generator: '',
  pacing: '',
  arrival: '',
  seed: 0,
  offeredRps: null,
  achievedRps: null,
  connections: null,
  warmupS: null,
  durationS: 0,
  placement: 'shared',
  slot: 0,
  ok: 0,
  errors: 0,
  timeouts: 0,
  missed: 0,
  sendlagP50Us: null,
  sendlagP99Us: null,
  sendlagMaxUs: null,
  genCpu: null,
  sutCpu: null,
  foreignCpu: null,
  steal: null,
  throttled: null,
  validity: 'valid',
  validityReasons: [],
  verified: '',
  histRef: null,
};

function roundOrNull(value: number | null | undefined): number | null {
  return value === null || value === undefined ? null : round(value);
}

/** Three decimals: more are noise in any of these. */
function round(value: number): number {
  return Math.round(value * 1000) / 1000;
}
