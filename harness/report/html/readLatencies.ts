/** What the plots of a page need of the kept histograms of a run. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { decodeFromCompressedBase64 } from 'hdr-histogram-js';
import type { Histogram } from 'hdr-histogram-js';
import { encodeHistogram, latencyHistogram } from '../../load/latencyHistogram.ts';
import { readHistogramLog } from '../../load/histogramLog.ts';
import type { KeptCell } from '../../load/histogramLog.ts';
import type { Report } from '../report.ts';

/** In us. */
export interface Distribution {
  readonly n: number;
  /** Percentile 0..100 and the value there, rising, the maximum last. */
  readonly curve: readonly (readonly [percentile: number, us: number])[];
  /** At the percentiles of TOLD_PERCENTILES; null where the samples are too few for it. */
  readonly told: readonly (number | null)[];
}

export interface LatencyStretch {
  /** Seconds since the beginning of the measurement. */
  readonly fromS: number;
  readonly toS: number;
  readonly n: number;
  readonly p50Us: number;
  readonly p99Us: number;
  readonly maxUs: number;
  /** Of the generator; null without a request that was sent. */
  readonly lagP99Us: number | null;
  readonly lagMaxUs: number | null;
}

export interface ScenarioLatencies {
  readonly scenario: string;
  readonly histRef: string;
  /** By operation, `all` for all of them together. */
  readonly response: ReadonlyMap<string, Distribution>;
  readonly service: ReadonlyMap<string, Distribution>;
  /** In order, each a second, or several where there are very many. */
  readonly stretches: readonly LatencyStretch[];
}

export interface Latencies {
  readonly scenarios: readonly ScenarioLatencies[];
  /** Sentences on histograms that could not be read. */
  readonly problems: readonly string[];
}

export const TOLD_PERCENTILES = [50, 90, 99, 99.9, 99.99, 100] as const;
/** More are narrower than what can be seen. */
const MAX_STRETCHES = 240;
/** One takes up to a millisecond to decode: nobody waits minutes for a page. */
const MAX_CELLS = 20_000;
/** So many points a nine: the curve is as smooth as the eye can tell. */
const POINTS_PER_NINE = 24;
/** Fewer samples beyond a percentile than one, and it is the maximum under another name. */
const LEAST_BEYOND = 1;

/** The histograms that the report's measurements name, in that order. A file that is missing or broken costs its plots, not the page. */
export function readLatencies(report: Report, outDir: string): Latencies {
  const refs = [...new Set(report.measurements.flatMap(({ histRef }) => histRef ?? []))];
  const scenarios: ScenarioLatencies[] = [];
  const problems: string[] = [];
  for (const ref of refs) {
    const file = join(outDir, ref);
    if (!existsSync(file)) {
      problems.push(`${ref} is not beside the record.`);
      continue;
    }
    try {
      const { header, cells } = readHistogramLog(file);
      if (cells.length > MAX_CELLS) {
        problems.push(
          `${ref} has ${cells.length} histograms, too many for a page: ask for percentiles with casemark report DIR --percentiles 99,99.9.`,
        );
        continue;
      }
      if (cells.length > 0) scenarios.push(latenciesOf(header.scenario, ref, cells));
    } catch (error) {
      problems.push((error as Error).message);
    }
  }
  return { scenarios, problems };
}

export function latenciesOf(
  scenario: string,
  histRef: string,
  cells: readonly KeptCell[],
): ScenarioLatencies {
  const seconds = 1 + cells.reduce((last, { second }) => Math.max(last, second), 0);
  const widthS = Math.ceil(seconds / MAX_STRETCHES);
  const totals = { response: new Map<string, Histogram>(), service: new Map<string, Histogram>() };
  const stretches: LatencyStretch[] = [];
  const byStretch = Map.groupBy(cells, ({ second }) => Math.floor(second / widthS));
  for (const [index, of] of [...byStretch].sort(([one], [other]) => one - other)) {
    const [response, lag] = [emptyHistogram(), emptyHistogram()];
    for (const cell of of) {
      const histogram = decodeFromCompressedBase64(cell.hdr, BITS);
      if (cell.measure === 'send-lag') {
        lag.add(histogram);
        continue;
      }
      if (cell.measure === 'response') response.add(histogram);
      addTo(totals[cell.measure], cell.operation, histogram);
    }
    const toS = Math.min(seconds, (index + 1) * widthS);
    if (response.totalCount > 0) stretches.push(stretchOf(index * widthS, toS, response, lag));
  }
  return {
    ...{ scenario, histRef, stretches },
    response: distributions(totals.response),
    service: distributions(totals.service),
  };
}

function stretchOf(
  fromS: number,
  toS: number,
  response: Histogram,
  lag: Histogram,
): LatencyStretch {
  const hasLag = lag.totalCount > 0;
  return {
    ...{ fromS, toS, n: response.totalCount },
    p50Us: response.getValueAtPercentile(50),
    p99Us: response.getValueAtPercentile(99),
    maxUs: response.getValueAtPercentile(100),
    lagP99Us: hasLag ? lag.getValueAtPercentile(99) : null,
    lagMaxUs: hasLag ? lag.getValueAtPercentile(100) : null,
  };
}

function distributions(totals: ReadonlyMap<string, Histogram>): Map<string, Distribution> {
  const all = emptyHistogram();
  for (const histogram of totals.values()) all.add(histogram as AddedHistogram);
  return new Map(
    [['all', all] as const, ...totals]
      .filter(([, { totalCount }]) => totalCount > 0)
      .map(([operation, histogram]) => [operation, distributionOf(histogram)]),
  );
}

function distributionOf(histogram: Histogram): Distribution {
  const n = histogram.totalCount;
  const nines = Math.log10(n);
  const curve: (readonly [number, number])[] = [];
  for (let step = 0; step / POINTS_PER_NINE < nines; step += 1) {
    const percentile = 100 * (1 - 10 ** (-step / POINTS_PER_NINE));
    curve.push([percentile, histogram.getValueAtPercentile(percentile)]);
  }
  curve.push([100, histogram.getValueAtPercentile(100)]);
  return {
    ...{ n, curve },
    told: TOLD_PERCENTILES.map((percentile) =>
      percentile < 100 && n * (1 - percentile / 100) < LEAST_BEYOND
        ? null
        : histogram.getValueAtPercentile(percentile),
    ),
  };
}

type AddedHistogram = Parameters<Histogram['add']>[0];

/** A sum of 32-bit counts would wrap around. */
const BITS = 64;

function addTo(totals: Map<string, Histogram>, operation: string, histogram: Histogram): void {
  const total = totals.get(operation) ?? emptyHistogram();
  totals.set(operation, total);
  total.add(histogram as AddedHistogram);
}

function emptyHistogram(): Histogram {
  return decodeFromCompressedBase64(encodeHistogram(latencyHistogram()), BITS);
}
