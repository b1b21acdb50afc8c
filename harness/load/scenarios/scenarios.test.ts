/** The parts of a scenario that are functions of what was logged. */
import { describe, expect, test } from 'vitest';
import { OUTCOMES, sampleLog, toUs } from '../sampleLog.ts';
import type { Outcome, SampleLog } from '../sampleLog.ts';
import { tallyOf } from '../tally.ts';
import type { RowContext } from '../rows.ts';
import { driftRows } from './drift.ts';
import { cellsOf } from './keepHistograms.ts';
import { recoveredAfterMs } from './recovery.ts';
import { fitFigures } from './scaleScenario.ts';
import { usageRows } from './usageRows.ts';

/** One request every 10 ms for so many seconds. */
function logOf(
  seconds: number,
  became: (atMs: number) => { outcome?: Outcome; endMs: number },
): SampleLog {
  const startsMs = Float64Array.from({ length: 100 * seconds }, (_, index) => 10 * index);
  const log = sampleLog(['put', 'get'], startsMs);
  startsMs.forEach((at, index) => {
    const { outcome = 'ok', endMs } = became(at);
    log.operation[index] = outcome === 'missed' ? 0 : 1 + (index % 2);
    log.outcome[index] = 1 + OUTCOMES.indexOf(outcome);
    log.lagUs[index] = 20;
    log.sentUs[index] = outcome === 'missed' ? 0 : 100;
    log.endUs[index] = toUs(endMs);
  });
  return log;
}

const context: RowContext = {
  scenario: 'soak',
  seed: 1,
  generator: '',
  pacing: 'spin',
  arrival: 'poisson',
  connections: 1,
  warmupS: 0,
  placement: 'shared',
  cpu: undefined,
  verified: '',
  validity: 'valid',
  validityReasons: [],
};

describe('recovery after an overload', () => {
  const back = { fromMs: 2000, toMs: 10_000 };

  test('is the time until a second in which 99 % were in time begins', () => {
    const log = logOf(10, (at) => ({ endMs: at < 3500 ? 50 : 0.5 }));
    expect(recoveredAfterMs(log, back, 1000)).toBe(1500);
  });

  test('is none when every second has more than a hundredth late, or not answered', () => {
    expect(
      recoveredAfterMs(
        logOf(10, () => ({ endMs: 5 })),
        back,
        1000,
      ),
    ).toBeUndefined();
    const refusing = logOf(10, (at) => ({
      outcome: at % 500 === 0 ? 'shed' : 'ok',
      endMs: 0.5,
    }));
    expect(recoveredAfterMs(refusing, back, 1000)).toBeUndefined();
  });

  test('is at once where nothing was ever late', () => {
    expect(
      recoveredAfterMs(
        logOf(10, () => ({ endMs: 0.5 })),
        back,
        1000,
      ),
    ).toBe(0);
  });
});

describe('drift', () => {
  test('is the last quarter over the first, and only of a stretch that is long enough to have one', () => {
    const log = logOf(400, (at) => ({ endMs: at < 300_000 ? 2 : 6 }));
    const [row] = driftRows(log, { fromMs: 0, toMs: 400_000 }, context);
    expect(row!.metric).toBe('latency-drift');
    expect(row!.value).toBeCloseTo(3, 1);
    expect(driftRows(log, { fromMs: 0, toMs: 100_000 }, context)).toEqual([]);
  });
});

describe('the kept histograms', () => {
  test('have every request once in each measure, by second, operation and outcome', () => {
    const log = logOf(3, (at) => ({ outcome: at < 1000 ? 'missed' : 'ok', endMs: 1 + at / 1000 }));
    const cells = [...cellsOf(log, 500)];
    const count = (measure: string, outcome?: string): number =>
      cells
        .filter((cell) => cell.measure === measure && (!outcome || cell.outcome === outcome))
        .flatMap(({ histogram }) => [...(histogram as Map<number, number>).values()])
        .reduce((sum, each) => sum + each, 0);
    expect(count('response')).toBe(250);
    expect(count('send-lag')).toBe(250);
    expect(count('response', 'missed')).toBe(50);
    expect(count('service')).toBe(200);
    expect(cells.filter(({ outcome }) => outcome === 'missed')[0]!.operation).toBe('(not sent)');
    expect(new Set(cells.map(({ second }) => second))).toEqual(new Set([0, 1, 2]));
  });
});

describe('what an implementation used', () => {
  const tally = tallyOf(
    logOf(1, () => ({ endMs: 1 })),
    { fromMs: 0, toMs: 1000 },
  );
  const cpu = {
    generator: 1,
    implementation: 0.25,
    foreign: 0,
    foreignPeak: 0,
    steal: 0,
    throttled: null,
    cores: 2,
  };

  test('is CPU a request, memory, and how late its event loop was', () => {
    const usage = {
      cpuS: 1,
      rssBytes: { max: 300, end: 200 },
      eventLoopDelayP99Us: 40,
      eventLoopUtilisation: 0.2,
    };
    const rows = usageRows(usage, cpu, tally, context);
    expect(rows.map(({ metric, value, unit }) => [metric, value, unit])).toEqual([
      ['cpu-per-request', 2500, 'us'],
      ['memory-max', 300, 'bytes'],
      ['memory-end', 200, 'bytes'],
      ['event-loop-delay', 40, 'us'],
      ['event-loop-utilisation', 0.2, 'ratio'],
    ]);
  });

  test('is no row where it is not known', () => {
    expect(usageRows(undefined, undefined, tally, context)).toEqual([]);
    const elsewhere = { ...cpu, implementation: null };
    expect(usageRows(undefined, elsewhere, tally, context)).toEqual([]);
  });
});

test('the figures of a scalability fit say in which direction better lies', () => {
  const estimate = { value: 1, low: 1, high: 1 };
  const knee = { throughputPerS: estimate, concurrency: estimate, isMeasured: true };
  const figures = fitFigures({ lambda: estimate, sigma: estimate, kappa: estimate, knee });
  const higher = figures.filter(({ direction }) => direction === 'higher-is-better');
  expect(higher.map(({ metric }) => metric)).toEqual([
    ...['usl-lambda', 'knee-throughput', 'knee-concurrency'],
  ]);
  expect(figures).toHaveLength(5);
});
