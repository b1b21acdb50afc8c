/** measurements.csv: long form, one row a scenario x operation x metric, joined with what the run as a whole was. */
import { stringify } from 'csv-stringify/sync';
import type { SeriesPlace } from '../compare/resultRow.ts';
import { pairId, runFolder } from '../compare/seriesPlace.ts';
import type { Measurement } from './measurement.ts';
import type { Report } from './report.ts';

/** Raised when a column changes its meaning or goes; a new column at the end does not raise it. */
export const RESULTS_SCHEMA_VERSION = 1;

type Cell = string | number | null;

/** In the order of the file; spec/schema/results.schema.json describes each. */
const COLUMNS: readonly (readonly [
  string,
  (report: Report, row: Measurement, place: SeriesPlace | null) => Cell,
])[] = [
  ['schema_version', () => RESULTS_SCHEMA_VERSION],
  ['suite_version', (report) => report.suiteVersion],
  ['spec_id', (report) => report.case.id],
  ['spec_version', (report) => report.case.specVersion],
  ['spec_sha256', (report) => report.case.sha256],
  ['impl_name', (report) => report.implementation.name],
  ['impl_version', (report) => report.implementation.version],
  ['git_sha', (report) => report.gitSha],
  ['binding', (report) => report.binding],
  ['run_id', (report) => report.runId],
  ['slot', (_, row, place) => (place ? place.pair - 1 : row.slot)],
  ['started_utc', (report) => report.startedUtc],
  ['env_fingerprint', (report) => report.environment.fingerprint],
  ['cpu_model', (report) => report.environment.cpuModel],
  ['cores', (report) => report.environment.cores],
  ['mem_bytes', (report) => report.environment.memBytes],
  ['os', (report) => report.environment.os],
  ['runtime', (report) => report.environment.runtime],
  ['placement', (_, row) => row.placement],
  ['generator', (_, row) => row.generator],
  ['pacing', (_, row) => row.pacing],
  ['arrival', (_, row) => row.arrival],
  ['seed', (_, row) => row.seed],
  ['offered_rps', (_, row) => row.offeredRps],
  ['achieved_rps', (_, row) => row.achievedRps],
  ['connections', (_, row) => row.connections],
  ['warmup_s', (_, row) => row.warmupS],
  ['duration_s', (_, row) => row.durationS],
  ['scenario', (_, row) => row.scenario],
  ['operation', (_, row) => row.operation],
  ['metric', (_, row) => row.metric],
  ['percentile', (_, row) => row.percentile],
  ['unit', (_, row) => row.unit],
  ['direction', (_, row) => row.direction],
  ['value', (_, row) => row.value],
  ['ci_low', (_, row) => row.ciLow],
  ['ci_high', (_, row) => row.ciHigh],
  ['n', (_, row) => row.n],
  ['floor', (_, row) => row.floor],
  ['target_id', (_, row) => row.targetId],
  ['target', (_, row) => row.target],
  ['verdict', (_, row) => row.verdict],
  ['ok', (_, row) => row.ok],
  ['errors', (_, row) => row.errors],
  ['timeouts', (_, row) => row.timeouts],
  ['missed', (_, row) => row.missed],
  ['sendlag_p50_us', (_, row) => row.sendlagP50Us],
  ['sendlag_p99_us', (_, row) => row.sendlagP99Us],
  ['sendlag_max_us', (_, row) => row.sendlagMaxUs],
  ['gen_cpu', (_, row) => row.genCpu],
  ['sut_cpu', (_, row) => row.sutCpu],
  ['foreign_cpu', (_, row) => row.foreignCpu],
  ['steal', (_, row) => row.steal],
  ['throttled', (_, row) => row.throttled],
  ['validity', (_, row) => row.validity],
  ['validity_reasons', (_, row) => row.validityReasons.join('; ')],
  ['verified', (_, row) => row.verified],
  ['hist_ref', (_, row, place) => histogramOf(row, place)],
  ['floor_ratio', (_, row) => ratioToFloor(row)],
  ['container_cpus', (report) => report.environment.containerCpus],
  ['virtualised', (report) => report.environment.virtualised],
  ['pair_id', (_report, _row, place) => place && pairId(place)],
  ['order', (_report, _row, place) => place && place.order],
  ['side', (_report, _row, place) => place && place.side],
];

/** Comparable between machines, as far as anything is: how many times the figure of an implementation that does nothing. */
function ratioToFloor({ value, floor }: Measurement): number | null {
  if (value === null || floor === null || floor === 0) return null;
  return Number((value / floor).toPrecision(4));
}

/** Relative to this file, which in a series stands above the folders of its runs. */
function histogramOf({ histRef }: Measurement, place: SeriesPlace | null): string | null {
  return histRef === null || place === null ? histRef : `${runFolder(place)}/${histRef}`;
}

/** @param place of a run in a series of `bench --ab`; null for one by itself */
export function measurementsCsv(report: Report, place: SeriesPlace | null = null): string {
  return stringify([COLUMNS.map(([name]) => name)]) + measurementLines(report, place);
}

/** Without the header: what a series appends, run by run. */
export function measurementLines(report: Report, place: SeriesPlace | null): string {
  return stringify(
    report.measurements.map((row) => COLUMNS.map(([, cell]) => cell(report, row, place))),
  );
}
