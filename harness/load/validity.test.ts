import { describe, expect, test } from 'vitest';
import type { CpuShares } from './cpuUsage.ts';
import { latencyHistogram, recordUs } from './latencyHistogram.ts';
import { sampleLog, toUs } from './sampleLog.ts';
import type { SampleLog } from './sampleLog.ts';
import type { Tally } from './tally.ts';
import {
  backlogGrowth,
  commonReasons,
  lagBoundUs,
  loopReasons,
  stretchReasons,
  validityOf,
} from './validity.ts';
import type { Evidence } from './validity.ts';
import type { LoadProfile, WorkloadFile } from './workloadFile.ts';

const quiet: CpuShares = {
  generator: 1,
  implementation: 0.5,
  foreign: 0.05,
  foreignPeak: 0.2,
  steal: 0,
  throttled: 0,
  cores: 2,
};
const strict = { validity: 'valid' } as LoadProfile;
const wide = { validity: 'indicative' } as LoadProfile;
const file = { refusals: { maxShare: 0.1 } } as WorkloadFile;
const fine = { ok: 1000, refused: 0, errors: 0 };

function tally(rest: Partial<Tally> = {}, counts: object = {}, lagUs = 100): Tally {
  const sendLag = latencyHistogram();
  recordUs(sendLag, lagUs);
  return {
    counts: { ok: 1000, refused: 0, shed: 0, error: 0, timeout: 0, missed: 0, ...counts },
    response: latencyHistogram(),
    service: latencyHistogram(),
    sendLag,
    offeredRps: 1000,
    achievedRps: 1000,
    elapsedS: 1,
    ...rest,
  };
}

const stretch = (measured: Tally, growth = 0, floor = tally()): string =>
  stretchReasons(measured, growth, 1000, { floor }).join('; ');
const common = (
  counted = fine,
  rest: Partial<Evidence> = {},
  samples: string[] = ['ask: status 500'],
): string =>
  commonReasons(counted, samples, { load: strict, file, cpu: quiet, broken: [], ...rest }).join(
    '; ',
  );

describe('a stretch', () => {
  test('that was in time and answered has nothing against it', () => {
    expect(stretch(tally())).toBe('');
    expect(validityOf([], wide)).toBe('indicative');
    expect(validityOf([], strict)).toBe('valid');
    expect(validityOf(['late'], strict)).toBe('invalid');
  });

  test('may have a generator that is late by a millisecond, or by a tenth of the strictest target', () => {
    expect([lagBoundUs(undefined), lagBoundUs(1000), lagBoundUs(50_000)]).toEqual([
      1000, 1000, 5000,
    ]);
    expect(stretch(tally({}, {}, 1200))).toContain('the generator was late');
  });

  test.each([
    ['never sent', { missed: 3 }, '3 requests were never sent'],
    ['turned away', { shed: 2 }, '2 requests were turned away'],
    ['not answered in time', { timeout: 1 }, '1 requests were not answered in time'],
  ])('with requests that were %s is void', (_, counts, sentence) => {
    expect(stretch(tally({}, counts))).toContain(sentence);
  });

  test('of which more than a hundredth was not answered is void', () => {
    expect(stretch(tally({ achievedRps: 991 }))).toBe('');
    expect(stretch(tally({ achievedRps: 989 }))).toContain('the implementation does not keep up');
  });

  test('with a backlog that grew is void, even while everything is answered in the end', () => {
    expect(stretch(tally(), 10)).toBe('');
    expect(stretch(tally(), 50)).toContain('the backlog grew by 50 requests');
  });

  test('does not blame an implementation where a server that does nothing does not keep up either', () => {
    const reasons = stretch(tally({ achievedRps: 500 }), 0, tally({ achievedRps: 700 }));
    expect(reasons).not.toContain('the implementation');
    expect(reasons).toContain('nor does a server that does nothing');
  });
});

describe('the backlog', () => {
  /** @param waitMs how long the request due at that ms waited for a connection */
  function logOf(waitMs: (atMs: number) => number): SampleLog {
    const startsMs = Float64Array.from({ length: 1000 }, (_, index) => index);
    const log = sampleLog(['ask'], startsMs);
    startsMs.forEach((at, index) => {
      log.lagUs[index] = 100;
      log.sentUs[index] = 100 + toUs(waitMs(at));
      log.outcome[index] = 1;
    });
    return log;
  }
  const whole = { fromMs: 0, toMs: 1000 };

  test('of a system that does not keep up grows', () => {
    expect(
      backlogGrowth(
        logOf((at) => at / 2),
        whole,
      ),
    ).toBeGreaterThan(300);
  });

  test('that comes and goes does not, nor one that is always there', () => {
    expect(
      backlogGrowth(
        logOf((at) => (at < 500 ? 50 : 0)),
        whole,
      ),
    ).toBe(0);
    expect(
      backlogGrowth(
        logOf(() => 40),
        whole,
      ),
    ).toBeCloseTo(0);
  });

  test('is not the delay of the generator itself', () => {
    const log = logOf(() => 0);
    log.startsMs.forEach((at, index) => {
      log.lagUs[index] = toUs(at);
      log.sentUs[index] = toUs(at);
    });
    expect(backlogGrowth(log, whole)).toBe(0);
  });
});

describe('a scenario', () => {
  test('is void after errors, too many refusals, or with a wrong state: correctness gates speed', () => {
    expect(common({ ...fine, errors: 1 })).toContain(
      '1 of 1001 replies were errors, for instance ask: status 500',
    );
    expect(common({ ...fine, refused: 100 })).toBe('');
    expect(common({ ...fine, refused: 200 })).toContain('16.7 % of the replies were refusals');
    expect(common(fine, { broken: ['crossed: 2 < 1 is not so'] })).toContain('crossed');
  });

  test('is void when the event loop of the generator was late, or nothing could be reached', () => {
    expect(loopReasons({ loopDelayP99Us: 4000, errorSamples: [] })).toEqual([]);
    expect(loopReasons({ loopDelayP99Us: 6000, errorSamples: [] }).join()).toContain('event loop');
    const aborted = { loopDelayP99Us: 0, errorSamples: [], aborted: 'nobody listens' };
    expect(loopReasons(aborted)).toEqual(['nobody listens']);
  });

  test.each([
    ['other programs', { foreign: 0.2 }, 'other programs used 10 %'],
    ['a burst of other programs', { foreignPeak: 0.8 }, 'used 40 % of the machine in one second'],
    ['the hypervisor', { steal: 0.04 }, 'the hypervisor took 2.0 %'],
    ['the container’s limit', { throttled: 0.03 }, 'throttled for 3.0 % of the time'],
  ])('is void when %s took too much of the machine', (_, shares, sentence) => {
    expect(common(fine, { cpu: { ...quiet, ...shares } })).toContain(sentence);
    expect(common(fine, { load: wide, cpu: { ...quiet, ...shares } })).toBe('');
  });

  test('is not void for what is not known of the machine', () => {
    const unknown = { foreign: null, foreignPeak: null, steal: null, throttled: null };
    expect(common(fine, { cpu: { ...quiet, ...unknown } })).toBe('');
    expect(common(fine, { cpu: undefined })).toBe('');
  });
});
