import { rmSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Measurement } from '../report/measurement.ts';
import type { RunStarted } from '../run/event.ts';
import { compareRuns, suspectsOf } from './compareRuns.ts';
import type { RunsComparison } from './comparison.ts';
import { fixtureFolder, runsOf, seriesOf, writeResults } from './fixtures.ts';
import type { FixtureRun } from './fixtures.ts';
import { readResults } from './readResults.ts';
import { separateSides, seriesSides } from './sides.ts';

const STEADY = [100, 101, 99, 100.5, 99.5, 100.2, 99.8, 100.1];
const WORSE = STEADY.map((value) => value * 1.2);

let folder: string;
beforeEach(() => {
  folder = fixtureFolder();
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function separate(
  baseline: readonly FixtureRun[],
  candidate: readonly FixtureRun[],
): RunsComparison {
  const rows = (name: string, runs: readonly FixtureRun[]) =>
    readResults(writeResults(folder, name, runs));
  return compareRuns(separateSides([rows('a.csv', baseline)], [rows('b.csv', candidate)]));
}

function series(...runs: readonly FixtureRun[][]): RunsComparison {
  return compareRuns(seriesSides(readResults(writeResults(folder, 'ab.csv', runs.flat()))));
}

describe('two sets of runs', () => {
  test('that are the same are equivalent, exit code 0', () => {
    const { figures, exitCode, baseline } = separate(runsOf(STEADY), runsOf(STEADY));
    expect(figures.map(({ verdict }) => verdict)).toEqual(['equivalent']);
    expect(exitCode).toBe(0);
    expect(baseline.runs).toBe(8);
  });

  test('of which one is slower have regressed, exit code 3', () => {
    const { figures, exitCode, headline } = separate(runsOf(STEADY), runsOf(WORSE));
    expect(figures[0]).toMatchObject({ verdict: 'regressed', test: 'mann-whitney' });
    expect(figures[0]!.change).toBeCloseTo(0.2, 6);
    expect(exitCode).toBe(3);
    expect(headline).toContain('worse: open-loop all latency p99');
  });

  test('of one run each have a change, no verdict, and are told what is needed', () => {
    const { figures, exitCode } = separate(runsOf([100]), runsOf([150]));
    expect(figures[0]).toMatchObject({ verdict: 'inconclusive', p: null, changeLow: null });
    expect(figures[0]!.change).toBeCloseTo(0.5, 9);
    expect(figures[0]!.reason).toContain('4 runs a side are needed');
    expect(exitCode).toBe(0);
  });
});

describe('figures that may not be compared', () => {
  const other = (row: Partial<Measurement>, run: Partial<RunStarted> = {}) =>
    separate(runsOf(STEADY), runsOf(WORSE, row, run));
  const environment = {
    ...{ cpuModel: 'another', cores: 4, memBytes: 1, os: 'Linux', runtime: 'node' },
    ...{ containerCpus: null, virtualised: null, fingerprint: 'g' },
  };

  test.each([
    ['machine', {}, { environment }, 'environment', 5],
    ['placement', { placement: 'pinned 0|1' }, {}, 'environment', 5],
    ['pacing', { pacing: 'spin' }, {}, 'load', 5],
    ['arrivals', { arrival: 'poisson' }, {}, 'load', 5],
    ['connections', { connections: 8 }, {}, 'load', 5],
    ['warm-up', { warmupS: 4 }, {}, 'load', 5],
    ['offered load', { offeredRps: 2100 }, {}, 'load', 5],
    ['binding', {}, { binding: 'stdio' as const }, 'load', 5],
    ['indicative', { validity: 'indicative' as const }, {}, 'load', 5],
    ['target', { target: 4000 }, {}, 'case-study', 5],
  ])('for %s', (word, row, run, cause, exitCode) => {
    const comparison = other(row, run);
    expect(comparison.figures[0]).toMatchObject({ verdict: 'incomparable', cause });
    expect(comparison.figures[0]!.reason).toContain(word);
    expect(comparison.exitCode).toBe(exitCode);
  });

  test('do not include those with slightly other arrivals by another seed', () => {
    expect(other({ offeredRps: 2010, seed: 8 }).figures[0]!.verdict).toBe('regressed');
  });

  test('do not include those of another version of casemark on the same machine', () => {
    const of = (version: string) => ({
      environment: {
        ...{ cpuModel: 'a cpu', cores: 2, memBytes: 1024, os: 'Linux 6' },
        ...{ containerCpus: null, virtualised: 'kvm', fingerprint: version },
        runtime: `casemark ${version} on node v24`,
      },
    });
    const { figures } = separate(runsOf(STEADY, {}, of('0.1.0')), runsOf(WORSE, {}, of('0.2.0')));
    expect(figures[0]!.verdict).toBe('regressed');
  });

  test('by a changed case study are those whose requests are not known to be the same', () => {
    const study = {
      case: { id: 'tally', title: 'Tally', specVersion: '1.1.0', sha256: 'b'.repeat(64) },
    };
    const plan = (hash: string) => ({ generator: `casemark open loop, plan ${hash}` });
    const found = (before: Partial<Measurement>, after: Partial<Measurement>, run = study) =>
      separate(runsOf(STEADY, before), runsOf(WORSE, after, run)).figures[0]!;
    expect(found(plan('aa'), plan('aa')).verdict).toBe('regressed');
    expect(found(plan('aa'), plan('bb'))).toMatchObject({ cause: 'case-study' });
    expect(found({}, {})).toMatchObject({ cause: 'case-study' });
    const same = {} as typeof study;
    expect(found(plan('aa'), plan('bb'), same)).toMatchObject({ cause: 'case-study' });
    expect(found(plan('aa'), { ...plan('bb'), seed: 8 }, same).verdict).toBe('regressed');
  });

  test('do not include those at shares of a capacity, or of a knee, that each run found', () => {
    const run = (scenario: string, metric: string) => (value: number, index: number) => ({
      rows: [
        { operation: 'all', metric, scenario, percentile: null, value: 10 * value },
        ...['spike/ten-fold', 'scale/load-50'].map((of) => ({
          ...{ operation: 'all', scenario: of, value, offeredRps: 7 * value },
          generator: `casemark open loop, plan ${index}`,
        })),
      ],
    });
    const verdicts = (of: ReturnType<typeof run>) =>
      separate(STEADY.map(of), WORSE.map(of)).figures.map(({ verdict }) => verdict);
    expect(verdicts(run('capacity/spike', 'capacity'))).toEqual([
      ...['regressed', 'regressed', 'incomparable'],
    ]);
    expect(verdicts(run('scale', 'knee-throughput'))).toEqual([
      ...['regressed', 'incomparable', 'regressed'],
    ]);
  });

  test('by a changed target leave the others judged, and the exit code with them', () => {
    const run = (value: number, target: number): FixtureRun => ({
      rows: [
        { operation: 'all', value },
        { operation: 'add', value, target },
      ],
    });
    const { figures, exitCode } = separate(
      STEADY.map((value) => run(value, 5000)),
      STEADY.map((value) => run(value, 4000)),
    );
    expect(figures.map(({ verdict }) => verdict)).toEqual(['equivalent', 'incomparable']);
    expect(exitCode).toBe(0);
  });

  test('because the candidate no longer has them are a mistake; new ones are not', () => {
    const both = { rows: [{ operation: 'all' }, { operation: 'add' }] };
    const one = { rows: [{ operation: 'all' }] };
    const lost = separate([both, both, both, both], [one, one, one, one]);
    expect(lost.figures[1]).toMatchObject({ verdict: 'incomparable', cause: 'missing' });
    expect(lost.exitCode).toBe(5);
    const added = separate([one, one, one, one], [both, both, both, both]);
    expect(added.figures[1]).toMatchObject({ verdict: 'incomparable', cause: 'added' });
    expect(added.exitCode).toBe(0);
  });
});

describe('nothing that could be compared', () => {
  const rowsOf = (value: number, target: number): FixtureRun => ({
    rows: [50, 99, 100].map((percentile) => ({ operation: 'all', value, percentile, target })),
  });

  test('is a mistake, also where a maximum and a declared figure are there, which nobody judges', () => {
    const declared = { operation: 'all', metric: 'inside', verdict: 'declared' as const };
    const side = (target: number) =>
      STEADY.map((value) => {
        const { rows } = rowsOf(value, target);
        return { rows: [...rows, declared] };
      });
    const { figures, exitCode } = separate(side(5000), side(4000));
    expect(figures.map(({ verdict }) => verdict)).toEqual([
      ...['incomparable', 'incomparable', 'incomparable', 'inconclusive'],
    ]);
    expect(exitCode).toBe(5);
  });

  test('is none where too few runs were made of what can be compared', () => {
    const both = { rows: [{ operation: 'all' }, { operation: 'add' }] };
    const one = { rows: [{ operation: 'all' }] };
    expect(separate([one], [both]).exitCode).toBe(0);
  });
});

describe('figures of several measurements in one run', () => {
  test('count as one, their median', () => {
    const run = (value: number): FixtureRun => ({
      rows: [
        ...[0.5, 1, 3].map((factor, slot) => ({ operation: 'all', value: factor * value, slot })),
        { operation: 'all', metric: 'usl-sigma', value },
      ],
    });
    const { figures } = separate(STEADY.map(run), WORSE.map(run));
    expect(figures.map(({ verdict }) => verdict)).toEqual(['regressed', 'regressed']);
    expect(figures[0]).toMatchObject({ baseline: { runs: 8 }, candidate: { runs: 8 } });
    expect(figures[0]!.baseline.value).toBeCloseTo(100.05, 9);
  });
});

describe('figures that were not measured properly', () => {
  test('are invalid with one invalid run, exit code 4', () => {
    const invalid = { validity: 'invalid' as const, validityReasons: ['the generator was late'] };
    const { figures, exitCode } = separate(runsOf(STEADY), [
      ...runsOf(WORSE.slice(1)),
      ...runsOf([100], invalid),
    ]);
    expect(figures[0]).toMatchObject({ verdict: 'invalid' });
    expect(figures[0]!.reason).toContain('the generator was late');
    expect(exitCode).toBe(4);
  });

  test('are invalid where some runs do not have them', () => {
    const without: FixtureRun = { rows: [{ operation: 'add', value: 1 }] };
    const { figures } = separate(runsOf(STEADY), [...runsOf(STEADY.slice(1)), without]);
    expect(figures[0]!.reason).toBe('the candidate has it in 7 of 8 runs');
  });

  test('have no verdict where they are p99.9 of fewer than 10 000 samples, a maximum, or declared', () => {
    const shift = (row: Partial<Measurement>) => separate(runsOf(STEADY, row), runsOf(WORSE, row));
    const verdict = (row: Partial<Measurement>) => shift(row).figures[0]!.verdict;
    expect(verdict({ percentile: 99.9, n: 9_999 })).toBe('inconclusive');
    expect(verdict({ percentile: 99.9, n: 10_000 })).toBe('regressed');
    expect(verdict({ percentile: 100 })).toBe('inconclusive');
    expect(verdict({ verdict: 'declared' })).toBe('inconclusive');
    expect(verdict({ metric: 'stream-messages', percentile: null })).toBe('inconclusive');
  });

  test('are lost or invalid also where they have no verdict, and incomparable where only one side declares them', () => {
    const judged = { operation: 'all' };
    const side = (...rows: Partial<Measurement>[]) =>
      STEADY.map((value): FixtureRun => ({
        rows: [judged, ...rows].map((row) => ({ value, ...row })),
      }));
    const maximum = { ...judged, percentile: 100 };
    const lost = separate(side(maximum), side());
    expect(lost.figures[1]).toMatchObject({ verdict: 'incomparable', cause: 'missing' });
    expect(lost.exitCode).toBe(5);
    const declared = { operation: 'add', verdict: 'declared' as const };
    const invalid = separate(side(declared), side({ ...declared, validity: 'invalid' }));
    expect(invalid.figures[1]!.verdict).toBe('invalid');
    expect(invalid.exitCode).toBe(4);
    const newly = separate(side({ operation: 'add' }), side(declared));
    expect(newly.figures[1]).toMatchObject({ verdict: 'incomparable', cause: 'load' });
    expect(newly.exitCode).toBe(5);
  });

  test('are no loss where a run had too few samples for p99.9', () => {
    const p999 = { operation: 'all', percentile: 99.9 };
    const side = (...rows: Partial<Measurement>[]) =>
      STEADY.map((): FixtureRun => ({ rows: [{ operation: 'all' }, ...rows] }));
    const { figures, exitCode } = separate(side(p999), side());
    expect(figures[1]).toMatchObject({ verdict: 'inconclusive' });
    expect(figures[1]!.reason).toContain('10000 samples');
    expect(exitCode).toBe(0);
  });
});

describe('a series of interleaved runs', () => {
  test('is judged by its pairs', () => {
    const { figures, design, notes } = series(seriesOf(1, WORSE, STEADY));
    expect(design).toBe('interleaved');
    expect(figures[0]).toMatchObject({ verdict: 'improved', test: 'paired-t' });
    expect(notes[0]).toBe('8 pairs, in the order A B B A');
  });

  test('is not misled by a machine that becomes slower all the time', () => {
    const drift = (values: readonly number[], slots: readonly number[]) =>
      values.map((value, index) => value * 1.1 ** slots[index]!);
    const baseline = drift(STEADY, [0, 3, 4, 7, 8, 11, 12, 15]);
    const candidate = drift([...STEADY].reverse(), [1, 2, 5, 6, 9, 10, 13, 14]);
    expect(series(seriesOf(1, baseline, candidate)).figures[0]!.verdict).toBe('equivalent');
  });

  test('regresses only when a second one shows it again', () => {
    const first = seriesOf(1, STEADY, WORSE);
    expect(series(first, seriesOf(2, STEADY, WORSE)).exitCode).toBe(3);
    const refuted = series(first, seriesOf(2, STEADY, STEADY));
    expect(refuted.figures[0]!.verdict).toBe('inconclusive');
    expect(refuted.exitCode).toBe(0);
    const voided = series(first, seriesOf(2, STEADY, WORSE, { validity: 'invalid' }));
    expect(voided.figures[0]!.reason).toContain('the second series does not tell');
    expect(voided.exitCode).toBe(4);
  });

  test('neither regresses nor is cleared while no second one was made, or only a part of it', () => {
    const first = seriesOf(1, STEADY, WORSE);
    const alone = series(first);
    expect(alone.figures[0]).toMatchObject({ verdict: 'invalid' });
    expect(alone.figures[0]!.reason).toContain('not confirmed by a second series');
    expect(alone.exitCode).toBe(4);
    for (const pairs of [1, 5]) {
      const cut = series(first, seriesOf(2, STEADY, STEADY).slice(0, 2 * pairs));
      expect(cut.figures[0]!.reason).toContain('the second series was cut short');
      expect(cut.exitCode).toBe(4);
    }
  });

  test('has the numbers of the second one where that decided', () => {
    const twice = (values: readonly number[]) => values.map((value) => 2 * value);
    const { figures } = series(
      seriesOf(1, STEADY, WORSE),
      seriesOf(2, twice(STEADY), twice(WORSE)).slice(0, -2),
    );
    expect(figures[0]).toMatchObject({ verdict: 'regressed', candidate: { runs: 7 } });
    expect(figures[0]!.baseline.value).toBeGreaterThan(190);
  });

  test('names what a second one has to decide', () => {
    const sides = seriesSides(
      readResults(writeResults(folder, 'ab.csv', seriesOf(1, STEADY, WORSE))),
    );
    expect(suspectsOf(sides)).toEqual(['open-loop all latency p99']);
  });

  test('that was cut short leaves out the pair that is not whole, and says so', () => {
    const { figures, notes } = series(seriesOf(1, STEADY, STEADY).slice(0, -2), [
      seriesOf(1, STEADY, STEADY).at(-1)!,
    ]);
    expect(notes[1]).toContain('1 pairs have one run only');
    expect(figures[0]!.verdict).toBe('equivalent');
  });
});

describe('a mistake of naming files', () => {
  const rows = (name: string, runs: readonly FixtureRun[]) =>
    readResults(writeResults(folder, name, runs));

  test('is told with what to do', () => {
    const a = rows('a.csv', runsOf(STEADY));
    const named = (name: string) => started(name);
    expect(() => separateSides([a], [a])).toThrow('a run compared with itself says nothing');
    expect(() => separateSides([a, a], [rows('b.csv', runsOf(STEADY))])).toThrow(
      'Name each run once',
    );
    expect(() => seriesSides(a)).toThrow('is one side only');
    expect(() => separateSides([rows('ab.csv', seriesOf(1, [1], [2]))], [a])).toThrow(
      'compare it by itself',
    );
    expect(() =>
      separateSides([a, rows('c.csv', runsOf(STEADY, {}, named('other')))], [a]),
    ).toThrow('several implementations');
    const half = rows('half.csv', seriesOf(1, [1], [2]).slice(0, 1));
    expect(() => seriesSides(half)).toThrow('no run of the candidate');
  });
});

function started(name: string): Partial<RunStarted> {
  return { implementation: { name, version: '1', language: 'go', source: 'x' } };
}
