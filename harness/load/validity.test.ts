import { expect, test } from 'vitest';
import { latencyHistogram, recordMs } from './latencyHistogram.ts';
import type { OpenLoopResult } from './openLoop.ts';
import { tally } from './tally.ts';
import { lagBoundUs, openLoopReasons, validityOf } from './validity.ts';
import type { Evidence } from './validity.ts';
import type { LoadProfile, WorkloadFile } from './workloadFile.ts';

const quiet = { generator: 1, implementation: 0.5, foreign: 0.1, steal: 0, cores: 2 };
const profile = { validity: 'indicative', openLoop: { maxInFlight: 10 } } as LoadProfile;
const file = { refusals: { maxShare: 0.1 } } as WorkloadFile;
const evidence: Evidence = { profile, file, cpu: quiet, broken: [] };

function result(
  rest: Partial<OpenLoopResult> = {},
  counts: object = {},
  lagMs = 0.1,
): OpenLoopResult {
  const sendLag = latencyHistogram();
  recordMs(sendLag, lagMs);
  return {
    all: { ...tally(), ok: 1000, ...counts },
    byOperation: new Map(),
    sendLag,
    missed: 0,
    offeredRps: 1000,
    achievedRps: 1000,
    elapsedS: 1,
    maxBacklog: 0,
    errorSamples: ['ask: status 500'],
    ...rest,
  };
}

const reasonsOf = (measured: OpenLoopResult, with_: Partial<Evidence> = {}): string =>
  openLoopReasons(measured, { ...evidence, ...with_ }, 1000, result()).join('; ');

test('nothing speaks against a run that was in time and answered', () => {
  expect(reasonsOf(result())).toBe('');
  expect(validityOf([], profile)).toBe('indicative');
  expect(validityOf(['late'], profile)).toBe('invalid');
});

test('a generator may be late by a millisecond, or by a tenth of the strictest target', () => {
  expect([lagBoundUs(undefined), lagBoundUs(1000), lagBoundUs(50_000)]).toEqual([1000, 1000, 5000]);
  expect(reasonsOf(result({}, {}, 1.2))).toContain('the generator was late');
});

test('requests that were never sent, or not answered, void a run', () => {
  expect(reasonsOf(result({ missed: 3 }))).toContain('3 requests were never sent');
  expect(reasonsOf(result({ achievedRps: 989 }))).toContain('the implementation does not keep up');
});

test('an implementation is not blamed where a server that does nothing does not keep up either', () => {
  const slow = result({ achievedRps: 500 });
  const reasons = openLoopReasons(slow, evidence, 1000, result({ achievedRps: 700 })).join();
  expect(reasons).not.toContain('the implementation');
  expect(reasons).toContain('nor does a server that does nothing');
});

test('errors, too many refusals and a wrong state void a run: correctness gates speed', () => {
  expect(reasonsOf(result({}, { errors: 1 }))).toContain(
    '1 of 1001 replies were errors, for instance ask: status 500',
  );
  expect(reasonsOf(result({}, { refused: 100 }))).toBe('');
  expect(reasonsOf(result({}, { refused: 200 }))).toContain('16.7 % of the replies were refusals');
  expect(reasonsOf(result(), { broken: ['crossed: 2 < 1 is not so'] })).toContain('crossed');
});

test('a machine that was busy with something else voids a run; what is not known does not', () => {
  expect(reasonsOf(result(), { cpu: { ...quiet, foreign: 0.5 } })).toContain(
    'other programs used 25 %',
  );
  expect(reasonsOf(result(), { cpu: { ...quiet, steal: 0.2 } })).toContain('hypervisor');
  expect(reasonsOf(result(), { cpu: { ...quiet, foreign: null, steal: null } })).toBe('');
  expect(reasonsOf(result(), { cpu: undefined })).toBe('');
  const strict = { ...profile, validity: 'valid' } as LoadProfile;
  expect(reasonsOf(result(), { profile: strict, cpu: { ...quiet, foreign: 0.2 } })).toContain(
    '10 %',
  );
});
