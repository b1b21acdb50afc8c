/** Rows from measurements.csv. A file that is broken, or of another version, is refused with the line and what to do. */
import { existsSync, readFileSync, statSync } from 'node:fs';
import { displayPath } from '../contract/readDataFile.ts';
import { SpecError } from '../contract/specError.ts';
import type { Direction, MeasurementVerdict, Validity } from '../report/measurement.ts';
import { scenarioOf } from '../load/tell.ts';
import { RESULTS_SCHEMA_VERSION } from '../report/measurementsCsv.ts';
import { csvRecords } from './csvRecords.ts';
import { readPlace } from './seriesPlace.ts';
import type { ResultRow } from './resultRow.ts';

/** About 300 000 rows: a larger file is something else. */
const MAX_RESULTS_BYTES = 256 * 1024 * 1024;

const REQUIRED = [
  ...['schema_version', 'spec_id', 'spec_version', 'spec_sha256', 'impl_name', 'impl_version'],
  ...[
    'git_sha',
    'binding',
    'run_id',
    'slot',
    'started_utc',
    'env_fingerprint',
    'cpu_model',
    'cores',
    'os',
  ],
  ...['runtime', 'placement', 'generator', 'pacing', 'arrival', 'offered_rps', 'connections'],
  ...['warmup_s', 'scenario', 'operation', 'metric', 'percentile', 'unit', 'direction', 'value'],
  ...['n', 'target_id', 'target', 'verdict', 'validity', 'validity_reasons', 'floor_ratio'],
] as const;
type Column = (typeof REQUIRED)[number];

const DIRECTIONS = ['lower-is-better', 'higher-is-better'];
const VALIDITIES = ['valid', 'indicative', 'invalid'];

/** @throws SpecError naming the file, the line, and what to do */
export function readResults(file: string): ResultRow[] {
  const shown = displayPath(file);
  const text = textOf(file, shown);
  const rows: ResultRow[] = [];
  let indexOf: ReadonlyMap<string, number> | undefined;
  for (const cells of recordsOf(text, shown)) {
    if (indexOf) rows.push(rowOf(shown, rows.length + 2, indexOf, cells));
    else indexOf = columnsOf(cells, shown);
  }
  if (!indexOf) throw new SpecError(`${shown} is empty: name the measurements.csv of a bench.`);
  if (rows.length === 0) {
    throw new SpecError(`${shown} has no rows: the bench measured nothing. Run it again.`);
  }
  const found = new Set(rows.flatMap(foundBy));
  return rows.map((row) =>
    found.has(scenarioOfRun(row, scenarioOf(row.scenario))) ? { ...row, isRateFound: true } : row,
  );
}

function columnsOf(header: readonly string[], shown: string): ReadonlyMap<string, number> {
  const missing = REQUIRED.filter((column) => !header.includes(column));
  if (missing.length > 0) {
    throw new SpecError(
      `${shown} has no column ${missing.join(', ')}: is it a measurements.csv? Its columns are described in spec/schema/results.schema.json.`,
    );
  }
  return new Map(header.map((column, index) => [column, index]));
}

/** Of the folders of results that a shell's pattern names, some hold tables of another kind. */
export function looksLikeResults(file: string): boolean {
  const shown = displayPath(file);
  const [header = ''] = textOf(file, shown).split('\n', 1);
  return header.startsWith(`${REQUIRED[0]},`);
}

/** The scenarios whose rates come from this figure: `capacity/spike` finds those of its own steps and of `spike`. */
function foundBy(row: ResultRow): string[] {
  const { metric, scenario } = row;
  if (metric === 'knee-throughput') return [scenarioOfRun(row, scenario)];
  if (metric !== 'capacity') return [];
  const [own, ...carried] = scenario.split('/');
  return [own!, carried.join('/')].map((name) => scenarioOfRun(row, name));
}

function scenarioOfRun({ run }: ResultRow, scenario: string): string {
  return JSON.stringify([run, scenario]);
}

function textOf(file: string, shown: string): string {
  if (!existsSync(file)) {
    throw new SpecError(`${shown} does not exist: name a measurements.csv, as bench writes it.`);
  }
  if (!statSync(file).isFile()) {
    throw new SpecError(`${shown} is a folder: name the measurements.csv in it.`);
  }
  if (statSync(file).size > MAX_RESULTS_BYTES) {
    throw new SpecError(`${shown} is larger than ${MAX_RESULTS_BYTES} bytes: is it a result?`);
  }
  return readFileSync(file, 'utf8');
}

function* recordsOf(text: string, shown: string): Generator<string[]> {
  // Every row that was written whole ends its line: also one that was cut within its last cell shows here.
  if (text !== '' && !text.endsWith('\n')) {
    throw new SpecError(
      `${shown} is cut off in line ${text.split('\n').length}: copy it again, or take that line out to compare what is left.`,
    );
  }
  try {
    yield* csvRecords(text);
  } catch (error) {
    throw new SpecError(
      `${shown} is not a table: ${(error as Error).message}. Copy it again, or take that line out.`,
    );
  }
}

function rowOf(
  shown: string,
  line: number,
  indexOf: ReadonlyMap<string, number>,
  cells: readonly string[],
): ResultRow {
  const cell = (column: string): string => cells[indexOf.get(column) ?? -1] ?? '';
  const text = (column: Column): string => cell(column);
  const number = (column: Column): number | null => {
    const value = text(column) === '' ? null : Number(text(column));
    if (value === null || Number.isFinite(value)) return value;
    throw broken(column, 'a number');
  };
  const count = (column: Column): number => {
    const value = number(column);
    if (value !== null && Number.isSafeInteger(value) && value >= 0) return value;
    throw broken(column, 'a whole number');
  };
  const oneOf = <T extends string>(column: Column, allowed: readonly string[]): T => {
    if (allowed.includes(text(column))) return text(column) as T;
    throw broken(column, allowed.join(' or '));
  };
  const broken = (column: Column, expected: string): SpecError =>
    new SpecError(
      `${shown}, row ${line}: ${column} is "${text(column)}", and must be ${expected}. Copy the file again, or take that row out.`,
    );

  if (number('schema_version') !== RESULTS_SCHEMA_VERSION) {
    throw new SpecError(
      `${shown}, row ${line}: schema_version is ${text('schema_version') || 'empty'}, and this casemark reads ${RESULTS_SCHEMA_VERSION}: measure again with this version, or compare with that one.`,
    );
  }
  if (text('run_id') === '') throw broken('run_id', 'the id of a run');
  const place = readPlace(cell, `${shown}, row ${line}`);
  return {
    file: shown,
    caseId: text('spec_id'),
    specVersion: text('spec_version'),
    specSha256: text('spec_sha256'),
    implName: text('impl_name'),
    implVersion: text('impl_version'),
    gitSha: text('git_sha'),
    binding: text('binding'),
    run: text('run_id'),
    startedUtc: text('started_utc'),
    machine: machineOf(cell),
    placement: text('placement'),
    generator: text('generator'),
    pacing: text('pacing'),
    arrival: text('arrival'),
    seed: cell('seed'),
    offeredRps: number('offered_rps'),
    isRateFound: false,
    connections: number('connections'),
    warmupS: number('warmup_s'),
    scenario: text('scenario'),
    operation: text('operation'),
    metric: text('metric'),
    percentile: number('percentile'),
    unit: text('unit'),
    direction: oneOf<Direction>('direction', DIRECTIONS),
    value: number('value'),
    n: count('n'),
    targetId: text('target_id'),
    target: number('target'),
    verdict: text('verdict') as MeasurementVerdict,
    validity: oneOf<Validity>('validity', VALIDITIES),
    validityReasons: text('validity_reasons'),
    floorRatio: number('floor_ratio'),
    place,
  };
}

/** The columns and not their fingerprint, which is another one for each version of casemark. */
function machineOf(cell: (column: string) => string): string {
  const limit = cell('container_cpus');
  return [
    ...[cell('cpu_model'), `${cell('cores')} cores`, `${cell('mem_bytes')} bytes of memory`],
    ...[cell('os'), cell('runtime').replace(/^casemark \S+ on /, '')],
    ...(limit === '' ? [] : [`limited to ${limit} cores`]),
    cell('virtualised'),
  ]
    .filter((part) => part !== '')
    .join(', ');
}
