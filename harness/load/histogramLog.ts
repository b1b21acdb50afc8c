/**
 * The kept histograms of a run, so that any percentile can be asked later and runs can be merged exactly: NDJSON, a header and then
 * one line a second x operation x outcome x measure, each with its HDR histogram (V2, compressed, base64: other HDR tools read it).
 */
import { closeSync, existsSync, openSync, readFileSync, statSync, writeSync } from 'node:fs';
import { decodeFromCompressedBase64 } from 'hdr-histogram-js';
import type { Histogram } from 'hdr-histogram-js';
import { displayPath } from '../contract/readDataFile.ts';
import { SpecError } from '../contract/specError.ts';
import { encodeHistogram, latencyHistogram, percentileOf } from './latencyHistogram.ts';
import type { Percentile } from './latencyHistogram.ts';

/** Response: intended start to last byte. Service: actual send to last byte. Send lag: intended start to the moment at which
 * the generator took it up, its own delay. */
export type Measure = 'response' | 'service' | 'send-lag';

export interface HistogramCell {
  /** Since the beginning of the measurement, by the intended start. */
  readonly second: number;
  readonly operation: string;
  readonly outcome: string;
  readonly measure: Measure;
  readonly histogram: Histogram | LatencyCounts;
}

/**
 * Latency in us -> how often. A run has thousands of cells of few samples each: as packed histograms they would cost six times the
 * time to record, and thirty times to encode.
 */
export type LatencyCounts = ReadonlyMap<number, number>;

/** A cell as it is kept: decoded only where it is asked for. */
export type KeptCell = Omit<HistogramCell, 'histogram'> & {
  readonly n: number;
  readonly hdr: string;
};

export interface HistogramHeader {
  readonly scenario: string;
  readonly startedUtc?: string;
  /** How many runs were merged into this; absent for one. */
  readonly runs?: number;
}

export interface HistogramLog {
  readonly header: HistogramHeader;
  readonly cells: readonly KeptCell[];
  /** The last line was not written to its end: the run was cut off, and what came before stands. */
  readonly isCutOff: boolean;
}

export interface HistogramQuery {
  readonly measure: Measure;
  /** Without it, all of them together. */
  readonly operation?: string;
  readonly outcome?: string;
  /** First second that counts, from 0. */
  readonly fromSecond?: number;
  /** First second that no longer counts. */
  readonly toSecond?: number;
  /** 0..100, as many as wanted. */
  readonly percentiles: readonly number[];
}

export interface HistogramRow extends Percentile {
  readonly scenario: string;
  readonly operation: string;
  readonly outcome: string;
  readonly measure: Measure;
  readonly percentile: number;
  readonly n: number;
}

const FORMAT = 'casemark-histograms';
const VERSION = 1;
const UNIT = 'us';
const MEASURES: readonly string[] = ['response', 'service', 'send-lag'] satisfies Measure[];

/** Below the longest string of V8. A minute of 4 operations x 3 outcomes x 3 measures takes a few MB. */
const MAX_LOG_BYTES = 500_000_000;

/** Above what a name or a histogram takes; a longer text in an error would hide the rest of it. */
const MAX_SHOWN = 60;

/** Writes line by line, so that a crash leaves a log that can be read. Empty histograms are left out. */
export function writeHistogramLog(
  file: string,
  header: HistogramHeader,
  cells: Iterable<HistogramCell | KeptCell>,
): void {
  const descriptor = openSync(file, 'w');
  try {
    const { scenario, ...rest } = header;
    writeLine(descriptor, { format: FORMAT, version: VERSION, scenario, unit: UNIT, ...rest });
    const scratch = emptyHistogram();
    for (const cell of cells) {
      const kept = 'hdr' in cell ? cell : keep(cell, scratch);
      if (kept.n > 0) writeLine(descriptor, kept);
    }
  } finally {
    closeSync(descriptor);
  }
}

/** @throws SpecError naming the line and what is wrong with it */
export function readHistogramLog(file: string): HistogramLog {
  const shown = displayPath(file);
  if (!existsSync(file)) {
    throw new SpecError(
      `${shown} does not exist: a benchmark run writes it beside its measurements.`,
    );
  }
  if (statSync(file).size > MAX_LOG_BYTES) {
    throw new SpecError(`${shown} is larger than ${MAX_LOG_BYTES} bytes: is it the right file?`);
  }
  const lines = readFileSync(file, 'utf8').split('\n');
  const header = readHeader(lines[0]!, shown);
  const cells: KeptCell[] = [];
  for (const [index, line] of lines.entries()) {
    if (index === 0 || line === '') continue;
    const value = parse(line);
    // Every complete line ends with a newline, so only text after the last of them can be half a line.
    if (value === undefined && index === lines.length - 1) return { header, cells, isCutOff: true };
    cells.push(cellOf(value, `${shown}:${index + 1}`));
  }
  return { header, cells, isCutOff: false };
}

/**
 * As if all the runs had been recorded into one: histograms of the same second, operation, outcome and measure are added, count by count.
 * @throws SpecError when they are not of one scenario
 */
export function mergeHistogramLogs(logs: readonly HistogramLog[]): HistogramLog {
  const scenario = scenarioOf(logs);
  const groups = Map.groupBy(
    logs.flatMap(({ cells }) => cells),
    ({ second, operation, outcome, measure }) =>
      JSON.stringify([second, operation, outcome, measure]),
  );
  const runs = logs.reduce((total, { header }) => total + (header.runs ?? 1), 0);
  const scratch = emptyHistogram();
  return {
    header: { scenario, runs },
    // One at a time: decoded, a histogram takes some 150 kB.
    cells: [...groups.values()].map((same) =>
      same.length === 1 ? same[0]! : keep({ ...same[0]!, histogram: add(same) }, scratch),
    ),
    isCutOff: logs.some(({ isCutOff }) => isCutOff),
  };
}

/** @returns one row a percentile, none when nothing was recorded there. @throws SpecError when the logs are not of one scenario */
export function queryHistograms(
  logs: readonly HistogramLog[],
  query: HistogramQuery,
): HistogramRow[] {
  const scenario = scenarioOf(logs);
  const { measure, operation, outcome, fromSecond = 0, toSecond = Infinity, percentiles } = query;
  const wrong = percentiles.find((each) => !(each >= 0 && each <= 100));
  if (wrong !== undefined) throw new RangeError(`A percentile of ${wrong}: give 0 to 100.`);
  const histogram = add(
    logs.flatMap(({ cells }) =>
      cells.filter(
        (cell) =>
          cell.measure === measure &&
          (operation === undefined || cell.operation === operation) &&
          (outcome === undefined || cell.outcome === outcome) &&
          cell.second >= fromSecond &&
          cell.second < toSecond,
      ),
    ),
  );
  const n = histogram.totalCount;
  if (n === 0) return [];
  return percentiles.map((percentile) => ({
    scenario,
    operation: operation ?? 'all',
    outcome: outcome ?? 'all',
    measure,
    percentile,
    n,
    ...percentileOf(histogram, percentile),
  }));
}

/** @param scratch empty afterwards as before */
function keep(
  { second, operation, outcome, measure, histogram }: HistogramCell,
  scratch: Histogram,
): KeptCell {
  const filled = histogram instanceof Map ? fill(scratch, histogram) : (histogram as Histogram);
  const n = filled.totalCount;
  const hdr = n > 0 ? encodeHistogram(filled) : '';
  scratch.reset();
  return { second, operation, outcome, measure, n, hdr };
}

/** Held to the range of the histogram, as recordMs does. */
function fill(scratch: Histogram, counts: LatencyCounts): Histogram {
  for (const [us, count] of counts) {
    const held = Math.min(scratch.highestTrackableValue, Math.max(1, Math.round(us)));
    scratch.recordValueWithCount(held, count);
  }
  return scratch;
}

/** With the settings of every other, but of plain counts, which are read thirty times as fast as packed ones. */
function emptyHistogram(): Histogram {
  return decodeFromCompressedBase64(encodeHistogram(latencyHistogram()), 64);
}

function add(cells: readonly KeptCell[]): Histogram {
  const sum = emptyHistogram();
  for (const cell of cells) sum.add(decode(cell));
  return sum;
}

/** Counts of 64 bits: a sum of 32-bit ones would wrap around without a word. */
function decode({ hdr, n, ...cell }: KeptCell): Histogram {
  const place = `The histogram of ${cell.measure}, ${cell.operation}, ${cell.outcome}, second ${cell.second}`;
  let histogram: Histogram;
  try {
    histogram = decodeFromCompressedBase64(hdr, 64);
  } catch (error) {
    throw new SpecError(
      `${place} cannot be read: ${(error as Error).message}. The log was changed; take it from the run again.`,
    );
  }
  if (histogram.totalCount === n) return histogram;
  throw new SpecError(
    `${place} holds ${histogram.totalCount} samples where its line says ${n}. The log was changed; take it from the run again.`,
  );
}

function scenarioOf(logs: readonly HistogramLog[]): string {
  const scenarios = [...new Set(logs.map(({ header }) => header.scenario))];
  if (scenarios.length === 1) return scenarios[0]!;
  throw new SpecError(
    scenarios.length === 0
      ? 'There is no histogram log to read: give at least one.'
      : `The histogram logs are of ${scenarios.join(' and ')}: only runs of one scenario can be added.`,
  );
}

function writeLine(descriptor: number, value: object): void {
  writeSync(descriptor, `${JSON.stringify(value)}\n`);
}

function parse(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}

function readHeader(line: string, shown: string): HistogramHeader {
  const header = (parse(line) ?? {}) as Partial<Record<string, unknown>>;
  if (header['format'] !== FORMAT) {
    throw new SpecError(`${shown}:1 is not the header of a ${FORMAT} file: is it the right file?`);
  }
  if (header['version'] !== VERSION || header['unit'] !== UNIT) {
    throw new SpecError(
      `${shown}:1 says version ${header['version']} in ${header['unit']}, but this casemark reads version ${VERSION} in ${UNIT}: ` +
        'read it with the casemark that wrote it.',
    );
  }
  const { scenario, startedUtc, runs } = header;
  if (typeof scenario !== 'string') throw new SpecError(`${shown}:1 names no scenario.`);
  return {
    scenario,
    ...(typeof startedUtc === 'string' && { startedUtc }),
    ...(typeof runs === 'number' && { runs }),
  };
}

function cellOf(value: unknown, place: string): KeptCell {
  const cell = (value ?? {}) as Partial<KeptCell>;
  const wrong = (
    [
      ['second', Number.isInteger(cell.second) && cell.second! >= 0],
      ['operation', typeof cell.operation === 'string'],
      ['outcome', typeof cell.outcome === 'string'],
      ['measure', MEASURES.includes(String(cell.measure))],
      ['n', Number.isInteger(cell.n) && cell.n! > 0],
      ['hdr', typeof cell.hdr === 'string'],
    ] as const
  ).find(([, holds]) => !holds);
  if (!wrong) return cell as KeptCell;
  const [name] = wrong;
  const is = value === undefined ? 'is not JSON' : `has a wrong ${name}: ${shorten(cell[name])}`;
  throw new SpecError(`${place} ${is}. The log was changed; take it from the run again.`);
}

function shorten(value: unknown): string {
  return (JSON.stringify(value) ?? 'none').slice(0, MAX_SHOWN);
}
