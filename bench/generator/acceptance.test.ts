/** Each acceptance has to be able to fail: what it judges is made here of a generator, a server or a gate that is wrong. */
import type { Histogram } from 'hdr-histogram-js';
import { describe, expect, test } from 'vitest';
import { intendedStarts } from '../../harness/load/intendedStarts.ts';
import type { Arrival } from '../../harness/load/intendedStarts.ts';
import { latencyHistogram, recordMs } from '../../harness/load/latencyHistogram.ts';
import { OUTCOMES, sampleLog, toUs } from '../../harness/load/sampleLog.ts';
import type { Outcome, SampleLog } from '../../harness/load/sampleLog.ts';
import { seededRandom } from '../../harness/load/seededRandom.ts';
import { tallyOf } from '../../harness/load/tally.ts';
import type { LoadProfile, WorkloadFile } from '../../harness/load/workloadFile.ts';
import { atMost, judged } from './acceptance.ts';
import type { AcceptanceOptions, AcceptanceResult, AcceptanceRow } from './acceptance.ts';
import { acceptanceCsv, acceptanceTable } from './acceptanceReport.ts';
import { judgeLines } from './ceilingAcceptance.ts';
import { judgeFaults } from './faults.ts';
import type { FaultTallies } from './faults.ts';
import { fifoResponsesMs, percentileIn } from './fifoQueue.ts';
import { judgeFiveMs } from './fiveMs.ts';
import { judgeFreeze } from './freeze.ts';
import { gateOf } from './gateOf.ts';
import { judgeGaps } from './gaps.ts';
import { judgeOverload } from './overload.ts';
import { runAcceptance } from './runAcceptance.ts';
import { judgeSendLag } from './sendLag.ts';

function schedule(shape: Arrival, ratePerS: number, durationS: number): Float64Array {
  const segment = { shape, fromPerS: ratePerS, toPerS: ratePerS, durationS };
  return intendedStarts({ segments: [segment], seed: 3 });
}

function histogramOf(valuesMs: Iterable<number>): Histogram {
  const histogram = latencyHistogram();
  for (const ms of valuesMs) recordMs(histogram, ms);
  return histogram;
}

const missed = (rows: readonly AcceptanceRow[]): string[] =>
  rows.filter(({ verdict }) => verdict === 'fail').map(({ metric }) => metric);

describe('the freeze', () => {
  const startsMs = schedule('constant', 2_000, 20);
  const serviceMs = 0.01;
  const beginsMs = 10_000;
  const queue = { startsMs, serviceMs, stall: { beginsMs, lengthMs: 1_000 } };
  /** By a clock of its own, which began earlier. */
  const report = {
    arrivalsMs: startsMs.map((startMs) => startMs + 77_000),
    stall: { beganMs: 77_000 + beginsMs, lengthMs: 1_000 },
    serviceMs,
    busyShare: 1,
  };
  const judge = (responses: Iterable<number>) =>
    missed(judgeFreeze({ startsMs, from: 0, response: histogramOf(responses), report }));

  /** What it would record, waiting on each connection for a reply before it sends there again. */
  function closedLoopMs(connections: number): number[] {
    const freeMs = new Float64Array(connections);
    let serverFreeMs = 0;
    return Array.from(startsMs, (startMs, index) => {
      const sentMs = Math.max(startMs, freeMs[index % connections]!);
      const from = Math.max(sentMs, serverFreeMs);
      const stalled = from >= beginsMs && from < beginsMs + 1_000;
      serverFreeMs = (stalled ? beginsMs + 1_000 : from) + serviceMs;
      freeMs[index % connections] = serverFreeMs;
      return serverFreeMs - sentMs;
    });
  }

  test('is met by what a queue does, within its limits and not beyond', () => {
    const truth = fifoResponsesMs(queue);
    expect(judge(truth)).toEqual([]);
    expect(judge(truth.map((ms) => ms * 1.015))).toEqual([]);
    expect(judge(truth.map((ms) => ms * 1.03))).toHaveLength(3);
    expect(judge(truth.map((ms) => ms * 0.97))).toHaveLength(3);
  });

  test('is missed by a generator that waits for replies before it sends', () => {
    const waited = closedLoopMs(20);
    expect(percentileIn(Float64Array.from(waited), 99)).toBeLessThan(1);
    expect(judge(waited)).toEqual(['response p97.5', 'response p99', 'response p99.9']);
  });

  test('says nothing about a server that did not stall', () => {
    const response = histogramOf([1]);
    const steady = { ...report, stall: null };
    expect(() => judgeFreeze({ startsMs, from: 0, response, report: steady })).toThrow('stall');
  });
});

describe('gaps', () => {
  const jitter = (startsMs: Float64Array, mostMs: number) => {
    const random = seededRandom(5);
    return startsMs.map((startMs) => startMs + mostMs * random()).toSorted();
  };

  test.each(['constant', 'poisson'] as const)('of the schedule are as asked: %s', (arrival) => {
    const startsMs = schedule(arrival, 1_000, 3);
    const late = jitter(startsMs, 0.05).map((atMs) => atMs + 5_000);
    expect(missed(judgeGaps(arrival, startsMs, late))).toEqual([]);
  });

  test('that are jittered, in bursts, or of another rate are missed', () => {
    const startsMs = schedule('constant', 1_000, 3);
    const variation = 'constant: variation of the gaps';
    expect(missed(judgeGaps('constant', startsMs, jitter(startsMs, 1)))).toEqual([variation]);
    const bursts = startsMs.map((startMs) => Math.ceil(startMs / 10) * 10);
    expect(missed(judgeGaps('constant', startsMs, bursts))).toEqual([variation]);
    const slow = startsMs.map((startMs) => startMs * 1.02);
    expect(missed(judgeGaps('constant', startsMs, slow))).toEqual(['constant: mean gap']);
    const poisson = schedule('poisson', 1_000, 3);
    expect(missed(judgeGaps('poisson', poisson, startsMs.slice(0, poisson.length)))).toContain(
      'poisson: variation of the gaps',
    );
  });
});

describe('five milliseconds', () => {
  const at = (ms: number) =>
    missed(judgeFiveMs({ response: histogramOf([ms]), service: histogramOf([5]) }));

  test('are neither whole milliseconds less nor a slow reader more', () => {
    expect(at(5.1)).toEqual([]);
    expect(at(4)).toEqual(['response p50']);
    expect(at(6.2)).toEqual(['response p50']);
  });
});

describe('faults', () => {
  const tallied = (sent: number, outcome: Outcome, ms: number) => {
    const counts = { ok: 0, refused: 0, shed: 0, error: 0, timeout: 0, missed: 0, [outcome]: sent };
    const latencies = outcome === 'ok' ? histogramOf([ms]) : histogramOf([]);
    return { sent, tally: { counts, response: latencies, service: latencies } };
  };
  const right: FaultTallies = {
    plain: tallied(1900, 'ok', 1),
    truncated: tallied(20, 'error', 0),
    reset: tallied(20, 'error', 0),
    'slow-reply': tallied(20, 'ok', 400),
    'slow-read': tallied(20, 'ok', 400),
    silent: tallied(20, 'timeout', 0),
  };
  const judge = (wrong: Partial<FaultTallies>) => missed(judgeFaults({ ...right, ...wrong }));

  test('are what they are', () => expect(judge({})).toEqual([]));

  test('are missed where a broken reply is taken for an answer', () => {
    expect(judge({ truncated: tallied(20, 'ok', 1) })).toEqual([
      'truncated: errors',
      'truncated: latencies',
    ]);
    expect(judge({ silent: tallied(20, 'error', 1) })).toEqual(['silent: timeouts']);
  });

  test('are missed where the generator stops, or is held up by what is slow', () => {
    expect(judge({ plain: { ...right.plain, sent: 2000 } })).toEqual(['plain: answered']);
    expect(judge({ plain: tallied(1900, 'ok', 390) })).toEqual([
      'plain: response p99 beside all the others',
    ]);
    expect(judge({ 'slow-read': tallied(20, 'ok', 2) })).toEqual(['slow-read: least service time']);
  });
});

describe('an overload', () => {
  const stretch = { fromMs: 0, toMs: 1_200 };
  const profile = { validity: 'valid' } as LoadProfile;
  const file = { refusals: { maxShare: 0.1 } } as WorkloadFile;

  /** As the engine would have logged it, with a third of what is due answered in time, or so much. */
  function overloaded(maxInFlight: number, capacityPerS = 2_000) {
    const log = sampleLog(['nothing'], schedule('constant', 6_000, 1.2));
    let freeMs = 0;
    log.startsMs.forEach((startMs, index) => {
      const waiting = Math.max(0, freeMs - startMs) * (capacityPerS / 1000);
      if (waiting >= maxInFlight) return settle(log, index, 'missed', 0);
      freeMs = Math.max(freeMs, startMs) + 1000 / capacityPerS;
      settle(log, index, 'ok', freeMs - startMs);
    });
    const tally = tallyOf(log, stretch);
    const end = { loopDelayP99Us: 100, errorSamples: [] };
    return { tally, gate: gateOf({ log, stretch, tally, end, cpu: undefined, profile, file }) };
  }
  function settle(log: SampleLog, index: number, outcome: Outcome, ms: number): void {
    log.outcome[index] = OUTCOMES.indexOf(outcome) + 1;
    log.operation[index] = 1;
    log.sentUs[index] = 1;
    log.endUs[index] = toUs(ms);
  }
  const unbounded = overloaded(20_000);
  const bounded = overloaded(500);

  test('is refused by the gate', () => {
    expect(missed(judgeOverload({ unbounded, bounded }))).toEqual([]);
  });

  test('is missed by a gate that is off', () => {
    const gate = { reasons: [], validity: 'valid' } as const;
    const off = { unbounded: { ...unbounded, gate }, bounded: { ...bounded, gate } };
    expect(missed(judgeOverload(off))).toEqual([
      'reasons that it does not keep up',
      'runs that are invalid',
      'reasons that some were never sent',
    ]);
  });

  test('is missed where the number is pretty, or nothing is bounded', () => {
    const pretty = { ...unbounded.tally, response: histogramOf([1]) };
    expect(missed(judgeOverload({ unbounded: { ...unbounded, tally: pretty }, bounded }))).toEqual([
      'response p50',
    ]);
    expect(missed(judgeOverload({ unbounded, bounded: unbounded }))).toEqual([
      'never sent at the bound of what is in flight',
      'reasons that some were never sent',
    ]);
    expect(missed(judgeOverload({ unbounded: overloaded(20_000, 12_000), bounded }))).toContain(
      'runs that are invalid',
    );
  });
});

describe('the send lag', () => {
  const rounds = (...p99s: number[]) =>
    p99s.map((p99Us) => ({ p50Us: 1, p99Us, p999Us: 2 * p99Us }));

  test('is the median of the rounds, at most 150 us', () => {
    expect(missed(judgeSendLag(rounds(90, 150, 900, 60, 151)))).toEqual([]);
    expect(missed(judgeSendLag(rounds(90, 151, 900, 60, 151)))).toHaveLength(1);
  });
});

describe('the ceiling', () => {
  const line = { connections: 10, contender: 'autocannon', medianRps: 9, leastRatio: 1.4 } as const;

  test('is missed below the ratio, and where anything went wrong', () => {
    expect(missed(judgeLines([{ ...line, lanesRatio: 1.4, errors: 0 }]))).toEqual([]);
    expect(missed(judgeLines([{ ...line, lanesRatio: 1.39, errors: 1 }]))).toHaveLength(2);
  });
});

describe('an acceptance', () => {
  const wrong = [atMost('lag', 1, 2, 'us')];
  const full = { length: 'full' } as AcceptanceOptions;
  const short = { length: 'short' } as AcceptanceOptions;
  const attemptsOf = (options: AcceptanceOptions, results: readonly AcceptanceResult[]) => {
    const left = [...results];
    return runAcceptance({ run: async () => left.shift()! }, options);
  };
  const attempts = (...results: AcceptanceResult[]) => attemptsOf(full, results);

  test('that the machine spoiled is invalid where it is missed, and met where it is met', () => {
    expect(judged(wrong).verdict).toBe('fail');
    expect(judged(wrong, ['other programs']).verdict).toBe('invalid');
    expect(judged([atMost('lag', 1, 1, 'us')], ['other programs']).verdict).toBe('pass');
  });

  test('has one more attempt when it is invalid, and none when it failed', async () => {
    const spoiled = judged(wrong, ['other programs']);
    const passed = judged([]);
    expect((await attempts(spoiled, passed)).verdict).toBe('pass');
    const twice = await attempts(spoiled, spoiled, passed);
    expect([twice.verdict, twice.sentence]).toEqual([
      'fail',
      expect.stringContaining('other programs'),
    ]);
    expect((await attempts(judged(wrong), passed)).verdict).toBe('fail');
  });

  test('has one more attempt in any case when it is short, and no third', async () => {
    const failed = judged(wrong);
    expect((await attemptsOf(short, [failed, judged([])])).verdict).toBe('pass');
    expect((await attemptsOf(short, [failed, failed, judged([])])).verdict).toBe('fail');
  });

  test('is shown with what was asked and measured', () => {
    const finished = [{ name: 'send-lag', ...judged(wrong) }];
    expect(acceptanceCsv(finished)).toBe(
      'test,metric,asked,measured,unit,verdict\nsend-lag,lag,<= 1,2,us,fail\nsend-lag,all,pass,fail,,fail\n',
    );
    expect(acceptanceTable(finished)).toContain('<= 1');
  });
});
