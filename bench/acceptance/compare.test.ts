/** `casemark compare` and `bench --ab` from the command line: what a CI job sees is the exit code and the files. */
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { reportOf, runsOf, seriesOf, writeResults } from '../../harness/compare/fixtures.ts';
import { buildReport } from '../../harness/report/buildReport.ts';
import { ended, judged, started } from '../../harness/report/fixtures.ts';
import type { Verdict } from '../../harness/run/event.ts';
import { runCasemark } from './runCasemark.ts';

const STEADY = [100, 101, 99, 100.5, 99.5, 100.2, 99.8, 100.1];
const WORSE = STEADY.map((value) => value * 1.2);

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'casemark-compare-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const results = (name: string, runs: Parameters<typeof writeResults>[2]): string =>
  writeResults(folder, name, runs);

function report(name: string, verdict: Verdict): string {
  const file = join(folder, name);
  const events = [started(), judged('TAL-SUM-01.a', verdict), ended];
  writeFileSync(file, JSON.stringify(buildReport(events)));
  return file;
}

async function codeOf(...args: string[]): Promise<number | null> {
  return (await runCasemark(args)).code;
}

describe('casemark compare', () => {
  test('ends with 0 for runs that are alike, 3 for slower ones, 5 for another machine', async () => {
    const baseline = results('a.csv', runsOf(STEADY));
    const same = results('b.csv', runsOf(STEADY));
    const worse = results('c.csv', runsOf(WORSE));
    const elsewhere = results('d.csv', runsOf(STEADY, { placement: 'pinned 0|1' }));
    expect(await codeOf('compare', baseline, same)).toBe(0);
    expect(await codeOf('compare', baseline, worse)).toBe(3);
    expect(await codeOf('compare', baseline, elsewhere)).toBe(5);
  });

  test('takes several files a side, and writes what it found', async () => {
    const files = (name: string, values: readonly number[]): string[] =>
      values.map((value, index) => results(`${name}${index}.csv`, runsOf([value])));
    const out = join(folder, 'out');
    const run = await runCasemark([
      ...['compare', '--baseline', ...files('a', STEADY)],
      ...['--candidate', ...files('b', WORSE), '--out', out],
    ]);
    expect(run.code).toBe(3);
    expect(run.stdout).toContain('regressed');
    for (const name of ['comparison.json', 'comparison.csv', 'comparison.md']) {
      expect(existsSync(join(out, name))).toBe(true);
    }
  });

  test('judges a series by itself, and ranks more than two files', async () => {
    const series = results('ab.csv', [
      ...seriesOf(1, STEADY, WORSE),
      ...seriesOf(2, STEADY, WORSE),
    ]);
    expect(await codeOf('compare', series)).toBe(3);
    const named = ['a', 'b', 'c'].map((name) => {
      const implementation = { name, version: '1', language: 'go', source: 'x' };
      return results(`${name}.csv`, runsOf([1], {}, { implementation }));
    });
    const board = await runCasemark(['compare', ...named]);
    expect(board.code).toBe(0);
    expect(board.stdout).toContain('3 implementations');
  });

  test('ends with 1 when a MUST regressed, and with 2 for files that cannot be compared', async () => {
    const [pass, fail] = [report('a.json', 'pass'), report('b.json', 'fail')];
    expect(await codeOf('compare', pass, fail)).toBe(1);
    expect(await codeOf('compare', fail, pass)).toBe(0);
    const csv = results('a.csv', runsOf(STEADY));
    const bench = join(folder, 'bench.json');
    writeFileSync(bench, JSON.stringify(reportOf({ rows: [{}] })));
    const wrong = [[], [csv], [csv, csv], [pass], [pass, csv], [pass, bench], [csv, 'none.csv']];
    for (const files of wrong) {
      const run = await runCasemark(['compare', ...files]);
      expect(run.code, run.stderr).toBe(2);
      expect(run.stderr).toMatch(/[Nn]ame /);
    }
  });
});

describe('casemark trend', () => {
  test('shows histories of the results among the files of a folder, and refuses what has none', async () => {
    const one = results('a.csv', runsOf(STEADY));
    const other = join(folder, 'other.csv');
    writeFileSync(other, 'name,value\na,1\n');
    const out = join(folder, 'out');
    const run = await runCasemark(['trend', one, other, '--out', out]);
    expect(run.code, run.stderr).toBe(0);
    expect(run.stdout).toContain('open-loop all latency p99');
    expect(run.stdout).toContain('1 files are no measurements.csv');
    expect(existsSync(join(out, 'trend.json')) && existsSync(join(out, 'trend.csv'))).toBe(true);
    for (const wrong of [[other], [one, '--metric', 'none'], ['none.csv']]) {
      const refused = await runCasemark(['trend', ...wrong]);
      expect(refused.code).toBe(2);
      expect(refused.stderr).toMatch(/[Nn]ame /);
    }
  });
});

describe('casemark bench --ab', () => {
  test('refuses what cannot become a comparison, with what to ask for', async () => {
    const out = join(folder, 'out');
    const asked = async (...args: string[]): Promise<string> => {
      const run = await runCasemark(['bench', ...args]);
      expect(run.code, run.stdout).toBe(2);
      return run.stderr;
    };
    const both = ['tally', '--ab', 'a', 'b'];
    expect(await asked(...both)).toContain('--out DIR');
    expect(await asked(...both, '--pairs', '5', '--out', out)).toContain('ask for 6');
    expect(await asked('tally', '--ab', 'a', '--out', out)).toContain('CASE --ab BASELINE');
    expect(await asked(...both, '--impl', 'c', '--out', out)).toContain('leave --impl');
    expect(await asked('--impl', 'c')).toContain('Name the case study');
    results('measurements.csv', runsOf([1]));
    expect(await asked(...both, '--out', folder)).toContain('holds measurements already');
  });
});
