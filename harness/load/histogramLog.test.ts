import {
  appendFileSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import type { Histogram } from 'hdr-histogram-js';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import {
  mergeHistogramLogs,
  queryHistograms,
  readHistogramLog,
  writeHistogramLog,
} from './histogramLog.ts';
import type { HistogramCell, HistogramLog, Measure } from './histogramLog.ts';
import { latencyHistogram, percentileOf, recordMs } from './latencyHistogram.ts';

interface Sample {
  readonly second: number;
  readonly operation: string;
  readonly outcome: string;
  readonly us: number;
}

let dir: string;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'casemark-histograms-'));
});
afterEach(() => rmSync(dir, { recursive: true }));

const file = (name = 'a'): string => join(dir, `${name}.ndjson`);

function histogramOf(samples: readonly Sample[]): Histogram {
  const histogram = latencyHistogram();
  for (const { us } of samples) recordMs(histogram, us / 1000);
  return histogram;
}

function cellsOf(samples: readonly Sample[], measure: Measure = 'response'): HistogramCell[] {
  const groups = Map.groupBy(
    samples,
    ({ second, operation, outcome }) => `${second} ${operation} ${outcome}`,
  );
  return [...groups.values()].map((same) => ({
    ...same[0]!,
    measure,
    histogram: histogramOf(same),
  }));
}

function logOf(samples: readonly Sample[], name?: string): HistogramLog {
  writeHistogramLog(file(name), { scenario: 'open-loop' }, cellsOf(samples));
  return readHistogramLog(file(name));
}

const sample = fc.record({
  second: fc.integer({ min: 0, max: 2 }),
  operation: fc.constantFrom('submit', 'cancel'),
  outcome: fc.constantFrom('ok', 'timeout'),
  us: fc.oneof(fc.integer({ min: 1, max: 5000 }), fc.integer({ min: 1, max: 120_000_000 })),
});
const run = fc.array(sample, { minLength: 1, maxLength: 60 });
const percentiles = [0, 1, 37.5, 50, 90, 97.5, 99, 99.9, 99.99, 100];

describe('merged runs', () => {
  test('give exactly the percentiles, intervals and counts of one histogram of all their samples', () => {
    fc.assert(
      fc.property(run, run, (first, second) => {
        const merged = mergeHistogramLogs([logOf(first, 'a'), logOf(second, 'b')]);
        const all = histogramOf([...first, ...second]);
        const rows = queryHistograms([merged], { measure: 'response', percentiles });
        expect(rows.map(({ n }) => n)).toEqual(percentiles.map(() => first.length + second.length));
        expect(rows.map(({ valueUs, lowUs, highUs }) => ({ valueUs, lowUs, highUs }))).toEqual(
          percentiles.map((each) => percentileOf(all, each)),
        );
      }),
      { seed: 1, numRuns: 60 },
    );
  });

  test('have in each cell every count of both, bucket by bucket, and can be written and merged again', () => {
    fc.assert(
      fc.property(run, run, run, (first, second, third) => {
        const pair = mergeHistogramLogs([logOf(first, 'a'), logOf(second, 'b')]);
        writeHistogramLog(file('pair'), pair.header, pair.cells);
        const merged = mergeHistogramLogs([readHistogramLog(file('pair')), logOf(third, 'c')]);
        expect(merged.header).toEqual({ scenario: 'open-loop', runs: 3 });
        const key = (cell: Pick<Sample, 'second' | 'operation' | 'outcome'>): string =>
          `${cell.second} ${cell.operation} ${cell.outcome}`;
        const whole = logOf([...first, ...second, ...third], 'whole');
        // The encoding is one of the counts alone, so equal text is equal counts in every bucket.
        expect(new Map(merged.cells.map((cell) => [key(cell), cell.hdr]))).toEqual(
          new Map(whole.cells.map((cell) => [key(cell), cell.hdr])),
        );
      }),
      { seed: 2, numRuns: 25 },
    );
  });

  test('of two scenarios are refused', () => {
    writeHistogramLog(file('a'), { scenario: 'open-loop' }, []);
    writeHistogramLog(file('b'), { scenario: 'spike' }, []);
    const logs = [readHistogramLog(file('a')), readHistogramLog(file('b'))];
    expect(() => mergeHistogramLogs(logs)).toThrow('of open-loop and spike: only runs of one');
    expect(() => queryHistograms([], { measure: 'response', percentiles: [50] })).toThrow(
      'at least one',
    );
  });
});

describe('a query', () => {
  const samples: Sample[] = [
    { second: 0, operation: 'submit', outcome: 'ok', us: 100 },
    { second: 1, operation: 'submit', outcome: 'ok', us: 200 },
    { second: 1, operation: 'cancel', outcome: 'ok', us: 300 },
    { second: 2, operation: 'submit', outcome: 'timeout', us: 400 },
  ];
  const asked = (query: object): number[] =>
    queryHistograms([logOf(samples)], {
      measure: 'response',
      percentiles: [100],
      ...query,
    }).flatMap(({ n, valueUs }) => [n, valueUs]);

  test.each([
    ['everything', {}, [4, 400]],
    ['an operation', { operation: 'cancel' }, [1, 300]],
    ['an outcome', { outcome: 'ok' }, [3, 300]],
    ['seconds from one on', { fromSecond: 1 }, [3, 400]],
    ['seconds to before two', { toSecond: 2 }, [3, 300]],
    ['one second of one operation', { operation: 'submit', fromSecond: 1, toSecond: 2 }, [1, 200]],
    ['what was not recorded', { measure: 'service' }, []],
  ])('of %s counts just that', (_, query, expected) => {
    expect(asked(query)).toEqual(expected);
  });

  test('says in each row what it is of', () => {
    const [row] = queryHistograms([logOf(samples)], {
      measure: 'response',
      outcome: 'ok',
      percentiles: [50],
    });
    expect(row).toEqual({
      scenario: 'open-loop',
      operation: 'all',
      outcome: 'ok',
      measure: 'response',
      percentile: 50,
      n: 3,
      valueUs: 200,
      lowUs: null,
      highUs: null,
    });
  });

  test('of a percentile that cannot be is refused', () => {
    expect(() => asked({ percentiles: [101] })).toThrow('A percentile of 101: give 0 to 100.');
  });
});

describe('a log', () => {
  const samples: Sample[] = [1, 2, 3].map((us) => ({
    second: us,
    operation: 'a',
    outcome: 'ok',
    us,
  }));

  test('begins with its header, has one line a cell and leaves empty cells out', () => {
    const cells = [...cellsOf(samples), { ...cellsOf(samples)[0]!, histogram: latencyHistogram() }];
    writeHistogramLog(file(), { scenario: 's', startedUtc: '2030-01-01T00:00:00Z' }, cells);
    const lines = readFileSync(file(), 'utf8').split('\n');
    expect(lines).toHaveLength(5);
    expect(JSON.parse(lines[0]!)).toEqual({
      format: 'casemark-histograms',
      version: 1,
      scenario: 's',
      unit: 'us',
      startedUtc: '2030-01-01T00:00:00Z',
    });
    expect(Object.keys(JSON.parse(lines[1]!) as object)).toEqual([
      'second',
      'operation',
      'outcome',
      'measure',
      'n',
      'hdr',
    ]);
    expect(readHistogramLog(file()).header).toEqual({
      scenario: 's',
      startedUtc: '2030-01-01T00:00:00Z',
    });
  });

  test('is the same of counts as of histograms, also beyond what a histogram holds', () => {
    const us = [0.2, 1, 1.4, 250, 250, 77_777, 119_999_999, 500_000_000];
    const counts = new Map<number, number>();
    for (const each of us) counts.set(each, (counts.get(each) ?? 0) + 1);
    const histogram = histogramOf(us.map((each) => ({ ...samples[0]!, us: each })));
    const cell = cellsOf(samples)[0]!;
    writeHistogramLog(file(), { scenario: 's' }, [
      { ...cell, histogram: counts },
      { ...cell, histogram },
      { ...cell, histogram: counts },
      { ...cell, histogram: new Map() },
    ]);
    const { cells } = readHistogramLog(file());
    expect(cells.map(({ n }) => n)).toEqual([8, 8, 8]);
    expect(new Set(cells.map(({ hdr }) => hdr)).size).toBe(1);
  });

  test('that was cut off anywhere in its last line gives all the lines before, and says so', () => {
    const whole = logOf(samples);
    const size = readFileSync(file()).length;
    const last = readFileSync(file(), 'utf8').trimEnd().split('\n').at(-1)!.length;
    for (const cut of [2, 10, 60, last]) {
      logOf(samples);
      truncateSync(file(), size - cut);
      const read = readHistogramLog(file());
      expect(read.cells).toEqual(whole.cells.slice(0, -1));
      expect(read.isCutOff).toBe(true);
    }
    // Only the newline is missing, or a whole line: nothing tells that from a log that ends there.
    for (const [cut, cells] of [
      [1, whole.cells],
      [last + 1, whole.cells.slice(0, -1)],
    ] as const) {
      logOf(samples);
      truncateSync(file(), size - cut);
      expect(readHistogramLog(file())).toMatchObject({ cells, isCutOff: false });
    }
  });

  const header = '{"format":"casemark-histograms","version":1,"scenario":"s","unit":"us"}\n';
  test.each([
    ['', /:1 is not the header/],
    ['{"second":0}\n', /:1 is not the header/],
    [header.replace('1', '2'), /says version 2 in us, but this casemark reads version 1/],
    [header.replace('"us"', '"ms"'), /says version 1 in ms/],
    [header.replace('"scenario":"s",', ''), /names no scenario/],
    [`${header}{"sec\n{}\n`, /:2 is not JSON/],
    [`${header}{"second":-1}\n`, /:2 has a wrong second: -1/],
    [
      `${header}{"second":0,"operation":"a","outcome":"ok","measure":"lag"}\n`,
      /:2 has a wrong measure: "lag"/,
    ],
    [
      `${header}{"second":0,"operation":"a","outcome":"ok","measure":"response","n":0}\n`,
      /:2 has a wrong n: 0/,
    ],
  ])('that is not one is refused with the line: %j', (text, message) => {
    writeFileSync(file(), text);
    expect(() => readHistogramLog(file())).toThrow(message);
  });

  test('that is not there says what writes it', () => {
    expect(() => readHistogramLog(file('none'))).toThrow('a benchmark run writes it');
  });

  test('whose histogram was changed is not believed', () => {
    logOf(samples.slice(0, 1));
    const [head, line] = readFileSync(file(), 'utf8').split('\n');
    for (const [changed, message] of [
      [line!.replace('"n":1', '"n":2'), 'holds 1 samples where its line says 2'],
      [line!.replace(/"hdr":".{20}/, '"hdr":"AAAAAAAAAAAAAAAAAAAA'), 'cannot be read'],
    ] as const) {
      writeFileSync(file(), `${head}\n`);
      appendFileSync(file(), `${changed}\n`);
      const log = readHistogramLog(file());
      expect(() => queryHistograms([log], { measure: 'response', percentiles: [50] })).toThrow(
        message,
      );
    }
  });
});
