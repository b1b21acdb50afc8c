/** Rows of measurements.csv from what the generators counted. */
import type { Measurement } from '../report/measurement.ts';
import type { ClosedLoopResult } from './closedLoop.ts';
import type { CpuShares } from './cpuUsage.ts';
import type { InProcessRow } from './inProcess.ts';
import { percentileOf } from './latencyHistogram.ts';
import type { OpenLoopResult, Pacing } from './openLoop.ts';
import type { Tally } from './tally.ts';
import type { LoadProfile } from './workloadFile.ts';

/** A row before its targets have been looked at. */
export type Row = Omit<Measurement, 'targetId' | 'target' | 'verdict'>;

/** What a scenario's rows have in common. */
export interface RowContext {
  readonly profile: LoadProfile;
  readonly seed: number;
  readonly pacing: Pacing;
  readonly digest: string;
  readonly cpu: CpuShares | undefined;
  readonly verified: string;
  readonly validity: Measurement['validity'];
  readonly validityReasons: readonly string[];
}

const PERCENTILES = [50, 90, 99, 99.9, 100];
/** Fewer samples have no p99.9 worth the name: it would be the tenth from the end, or less. */
const MIN_SAMPLES_P999 = 10_000;

export function openLoopRows(
  result: OpenLoopResult,
  floor: OpenLoopResult | undefined,
  context: RowContext,
  histRef: string | null,
): Row[] {
  const { profile } = context;
  const lag = (percentile: number): number => result.sendLag.getValueAtPercentile(percentile);
  const rowOf = (
    tally: Tally,
    rest: Partial<Row> & Pick<Row, 'operation' | 'metric' | 'value'>,
  ) => ({
    ...blank(context),
    scenario: profile.openLoop.scenario,
    generator: `casemark open loop, plan ${context.digest}`,
    pacing: context.pacing,
    arrival: profile.openLoop.arrival,
    offeredRps: round(result.offeredRps),
    achievedRps: round(result.achievedRps),
    connections: profile.openLoop.connections,
    warmupS: profile.openLoop.warmupS,
    durationS: round(result.elapsedS),
    ...counts(tally),
    missed: result.missed,
    sendlagP50Us: lag(50),
    sendlagP99Us: lag(99),
    sendlagMaxUs: lag(100),
    ...rest,
  });
  const latencies = (operation: string, tally: Tally): Row[] =>
    (['latency', 'service-time'] as const).flatMap((metric) => {
      const histogram = metric === 'latency' ? tally.response : tally.service;
      const n = histogram.totalCount;
      if (n === 0) return [];
      const floorHistogram = metric === 'latency' ? floor?.all.response : floor?.all.service;
      return PERCENTILES.filter((each) => each !== 99.9 || n >= MIN_SAMPLES_P999).map((each) => {
        const { valueUs, lowUs, highUs } = percentileOf(histogram, each);
        return rowOf(tally, {
          operation,
          metric,
          percentile: each,
          unit: 'us',
          direction: 'lower-is-better',
          value: valueUs,
          ciLow: lowUs,
          ciHigh: highUs,
          n,
          floor: floorHistogram?.getValueAtPercentile(each) ?? null,
          histRef: operation === 'all' && metric === 'latency' ? histRef : null,
        });
      });
    });
  return [
    ...latencies('all', result.all),
    ...[...result.byOperation].flatMap(([operation, tally]) => latencies(operation, tally)),
    rowOf(result.all, {
      operation: 'all',
      metric: 'throughput',
      unit: 'ops/s',
      direction: 'higher-is-better',
      value: round(result.achievedRps),
      n: result.all.ok + result.all.refused,
    }),
  ];
}

export function closedLoopRow(result: ClosedLoopResult, context: RowContext): Row {
  const { closedLoop } = context.profile;
  return {
    ...blank(context),
    scenario: closedLoop.scenario,
    operation: 'all',
    metric: 'throughput',
    unit: 'ops/s',
    direction: 'higher-is-better',
    value: round(result.achievedRps),
    n: result.ok + result.refused,
    generator: 'autocannon',
    pacing: 'closed-loop',
    arrival: 'closed-loop',
    achievedRps: round(result.achievedRps),
    connections: closedLoop.connections,
    warmupS: closedLoop.warmupS,
    durationS: round(result.elapsedS),
    ...counts(result),
  };
}

/** Of targets.json: what the implementation's own program measured inside. */
export const IN_PROCESS_SCENARIO = 'inproc';

export function inProcessRow(
  row: InProcessRow,
  command: string,
  elapsedS: number,
  seed: number,
): Measurement {
  const isThroughput = row.metric === 'throughput' || row.metric === 'success-rate';
  return {
    ...blank(undefined),
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
    targetId: null,
    target: null,
    verdict: 'declared',
  };
}

function blank(context: RowContext | undefined): Row {
  return {
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
    seed: context?.seed ?? 0,
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
    genCpu: roundOrNull(context?.cpu?.generator),
    sutCpu: roundOrNull(context?.cpu?.implementation),
    foreignCpu: roundOrNull(context?.cpu?.foreign),
    steal: roundOrNull(context?.cpu?.steal),
    throttled: null,
    validity: context?.validity ?? 'valid',
    validityReasons: context?.validityReasons ?? [],
    verified: context?.verified ?? '',
    histRef: null,
  };
}

/** Expected refusals are answers: they count as ok here, and were held to their share before. */
function counts({ ok, refused, errors, timeouts }: Omit<Tally, 'response' | 'service'>) {
  return { ok: ok + refused, errors, timeouts };
}

function roundOrNull(value: number | null | undefined): number | null {
  return value === null || value === undefined ? null : round(value);
}

/** Three decimals: more are noise in any of these. */
function round(value: number): number {
  return Math.round(value * 1000) / 1000;
}
