import { expect, test } from 'vitest';
import {
  OPEN,
  afterDeadline,
  afterHalt,
  afterPreventedTrade,
  afterTrade,
} from './circuitBreaker.ts';

const band = { bandBps: 500, limitStateMs: 15_000, haltMs: 300_000 };

test('a prevented trade begins a limit state, which halts at its deadline and not a millisecond earlier', () => {
  const limited = afterPreventedTrade(OPEN, band, 1000);
  expect(limited.state).toBe('LIMIT_STATE');
  expect(afterDeadline(limited, 15_999)).toBeUndefined();
  expect(afterDeadline(limited, 16_000)).toMatchObject({ state: 'HALTED', deadlineMs: 316_000 });
});

test('the halt is counted from the deadline, however late it is noticed', () => {
  const halted = afterDeadline(afterPreventedTrade(OPEN, band, 1000), 99_000)!;
  expect(afterDeadline(halted, 315_999)).toBeUndefined();
  expect(afterDeadline(halted, 316_000)).toBe(OPEN);
});

test('a second prevented trade does not prolong the limit state', () => {
  const limited = afterPreventedTrade(OPEN, band, 1000);
  expect(afterPreventedTrade(limited, band, 9000)).toBe(limited);
});

test('a trade ends a limit state and nothing else', () => {
  expect(afterTrade(afterPreventedTrade(OPEN, band, 0))).toBe(OPEN);
  expect(afterTrade(OPEN)).toBe(OPEN);
});

test('a halt by hand can only prolong a halt', () => {
  const halted = afterHalt(OPEN, 5000);
  expect(afterHalt(halted, 4000).deadlineMs).toBe(5000);
  expect(afterHalt(halted, 6000).deadlineMs).toBe(6000);
  expect(afterDeadline(afterHalt(halted, Infinity), 1e15)).toBeUndefined();
});

test('a halt by hand ends a limit state', () => {
  const limited = afterPreventedTrade(OPEN, band, 0);
  expect(afterHalt(limited, 100)).toMatchObject({ state: 'HALTED', deadlineMs: 100 });
});
