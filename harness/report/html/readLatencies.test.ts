import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { writeHistogramLog } from '../../load/histogramLog.ts';
import { fullReport, HIST_REF, someLatencies } from './fixtures.ts';
import { latenciesOf, readLatencies } from './readLatencies.ts';

describe('the latencies of a scenario', () => {
  const [scenario] = someLatencies().scenarios;

  test('are told at each percentile as far as the samples go, for every operation and all together', () => {
    const { told, n, curve } = scenario!.response.get('all')!;
    expect(n).toBe(300);
    expect(told.map((us) => us && Math.round(us / 100))).toEqual([50, 90, 99, null, null, 100]);
    expect(curve.at(-1)![0]).toBe(100);
    expect(curve.map(([, us]) => us)).toEqual(curve.map(([, us]) => us).sort((a, b) => a - b));
    expect(scenario!.service.get('add')!.told[0]).toBeLessThan(told[0]!);
  });

  test('are told second by second, with the lag of the generator', () => {
    expect(scenario!.stretches.map(({ fromS, toS, n }) => [fromS, toS, n])).toEqual([
      [0, 1, 100],
      [1, 2, 100],
      [2, 3, 100],
    ]);
    expect(scenario!.stretches[0]).toMatchObject({ lagP99Us: 7, lagMaxUs: 7 });
  });

  test('of ten minutes are told in stretches of several seconds, none of them lost', () => {
    const [cell] = [
      { second: 0, operation: 'add', outcome: 'ok', measure: 'response' as const, n: 1 },
    ];
    const hdr = 'HISTFAAAACJ4nJNpmSzMwMDAzMDAwAilGaBsBnZ1PgYY/zk7EwA8CAJ8';
    const cells = Array.from({ length: 600 }, (_, second) => ({ ...cell!, second, hdr }));
    const { stretches, response } = latenciesOf('soak', 'x', cells);
    expect(stretches.length).toBeLessThanOrEqual(240);
    const n = stretches.reduce((sum, each) => sum + each.n, 0);
    expect(n).toBe(response.get('all')!.n);
    expect(stretches.at(-1)!.toS).toBe(600);
  });
});

describe('the histograms beside a report', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'casemark-html-'));
    mkdirSync(join(folder, 'histograms'));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  test('are those that its measurements name', () => {
    const counts = new Map([[500, 10]]);
    const cell = { second: 0, operation: 'add', outcome: 'ok', measure: 'response' as const };
    writeHistogramLog(join(folder, HIST_REF), { scenario: 'open-loop' }, [
      { ...cell, histogram: counts },
    ]);
    const { scenarios, problems } = readLatencies(fullReport(), folder);
    expect(problems).toEqual([]);
    expect(scenarios.map(({ scenario, histRef }) => [scenario, histRef])).toEqual([
      ['open-loop', HIST_REF],
    ]);
  });

  test('cost their plots only, where they are missing or broken', () => {
    expect(readLatencies(fullReport(), folder).problems).toEqual([
      `${HIST_REF} is not beside the record.`,
    ]);
    writeFileSync(join(folder, HIST_REF), 'no histogram\n');
    expect(readLatencies(fullReport(), folder).problems[0]).toContain('is not the header');
  });
});
