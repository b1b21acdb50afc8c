import { expect, test } from 'vitest';
import { firstDue, OUTCOMES, sampleLog, toUs } from './sampleLog.ts';
import type { Outcome, SampleLog } from './sampleLog.ts';
import { operationsIn, tallyOf } from './tally.ts';

/** One request every 10 ms, alternately of two operations. */
function logOf(became: (index: number) => [outcome: Outcome, endMs: number]): SampleLog {
  const startsMs = Float64Array.from({ length: 100 }, (_, index) => 10 * index);
  const log = sampleLog(['put', 'get', 'never'], startsMs);
  for (const index of startsMs.keys()) {
    const [outcome, endMs] = became(index);
    log.operation[index] = outcome === 'missed' ? 0 : 1 + (index % 2);
    log.outcome[index] = 1 + OUTCOMES.indexOf(outcome);
    log.lagUs[index] = 50;
    log.sentUs[index] = outcome === 'missed' ? 0 : 1000;
    log.endUs[index] = toUs(endMs);
  }
  return log;
}

const whole = { fromMs: 0, toMs: 1000 };

test('a stretch holds what was due in it, whenever it ended', () => {
  const log = logOf(() => ['ok', 3]);
  expect([firstDue(log, 0), firstDue(log, 1), firstDue(log, 990), firstDue(log, 991)]).toEqual([
    0, 1, 99, 100,
  ]);
  const { counts, offeredRps, elapsedS } = tallyOf(log, { fromMs: 200, toMs: 400 });
  expect(counts.ok).toBe(20);
  expect(offeredRps).toBe(100);
  expect(elapsedS).toBe(0.2);
});

test('response is from the intended start, service from the sending', () => {
  const { response, service, sendLag } = tallyOf(
    logOf(() => ['ok', 3]),
    whole,
  );
  expect(response.getValueAtPercentile(50)).toBeCloseTo(3000, -1);
  expect(service.getValueAtPercentile(50)).toBeCloseTo(2000, -1);
  expect(sendLag.maxValue).toBe(50);
});

test('a timeout counts in the response at its age; an error, a miss and what was shed do not', () => {
  const outcomes: Outcome[] = ['ok', 'timeout', 'error', 'missed', 'shed'];
  const tally = tallyOf(
    logOf((index) => [outcomes[index % 5]!, 500]),
    whole,
  );
  expect(tally.counts).toEqual({
    ok: 20,
    refused: 0,
    shed: 20,
    error: 20,
    timeout: 20,
    missed: 20,
  });
  expect(tally.response.totalCount).toBe(40);
  expect(tally.service.totalCount).toBe(20);
});

test('rates are over the true elapsed time, never the planned one', () => {
  const late = tallyOf(
    logOf((index) => ['ok', index === 99 ? 3010 : 1]),
    whole,
  );
  expect(late.elapsedS).toBe(4);
  expect(late.achievedRps).toBe(25);
  expect(late.offeredRps).toBe(100);
});

test('operations are told apart, and one of which nothing became is not there', () => {
  const log = logOf((index) => ['ok', index % 2 ? 5 : 2]);
  expect(operationsIn(log, whole)).toEqual(['put', 'get']);
  expect(tallyOf(log, whole, 'put').response.maxValue).toBeLessThan(2100);
  expect(tallyOf(log, whole, 'get').response.minNonZeroValue).toBeGreaterThan(4900);
  expect(tallyOf(log, whole, 'get').offeredRps).toBe(50);
});
