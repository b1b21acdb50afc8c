import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { loadCaseStudy } from '../contract/loadCaseStudy.ts';
import type { Answer } from '../target/target.ts';
import { asker } from './askHealed.ts';
import type { Ask } from './askHealed.ts';
import { CouldNotRun, Violation } from './check.ts';

// Fake timers leave this module as it is.
vi.mock('node:timers/promises', () => ({
  setTimeout: (ms: number) => new Promise((resolve) => setTimeout(resolve, ms)),
}));

const { errors } = loadCaseStudy('marketplace');
const OK: Answer = { kind: 'ok', output: { productId: 'p' } };

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

function refused(code: string): Answer {
  return { kind: 'refused', problem: { code } as Extract<Answer, { kind: 'refused' }>['problem'] };
}

/** One that answers so until `healsMs` have passed. */
function askOf(answer: Answer, healsMs = Infinity, known = errors): Ask {
  const startedMs = performance.now();
  return asker(async () => (performance.now() - startedMs < healsMs ? answer : OK), known);
}

async function settled<T>(asked: Promise<T>): Promise<unknown> {
  const outcome = asked.catch((error: unknown) => error);
  await vi.runAllTimersAsync();
  return outcome;
}

test('what is refused for now is asked again, for ten seconds', async () => {
  const ask = askOf(refused('STORE_UNAVAILABLE'), 9_500);
  expect(await settled(ask.ifKnown('getStock', {}))).toEqual({ productId: 'p' });
  const never = askOf(refused('STORE_UNAVAILABLE'));
  expect(await settled(never('getStock', {}))).toBeInstanceOf(CouldNotRun);
  expect(await settled(never.ifKnown('getStock', {}))).toBeInstanceOf(CouldNotRun);
});

test('nobody who does not answer is asked for longer than twenty times', async () => {
  const ask = askOf({ kind: 'indeterminate', reason: 'silence' }, 3_000);
  expect(await settled(ask('getStock', {}))).toBeInstanceOf(CouldNotRun);
});

test('only what is unknown is not there', async () => {
  const of = (code: string) => settled(askOf(refused(code)).ifKnown('getStock', {}));
  expect(await of('UNKNOWN_PRODUCT')).toBeUndefined();
  expect(await of('NOT_SUPPORTED')).toBeInstanceOf(Violation);
  expect(await settled(askOf(refused('NOT_SUPPORTED')).ifOffered('setClock', {}))).toBeUndefined();
});

test('without the contract OVERLOADED alone is asked again', async () => {
  const none = new Map();
  expect(await settled(askOf(refused('OVERLOADED'), 1_000, none)('getStock', {}))).toEqual({
    productId: 'p',
  });
  const ask = askOf(refused('STORE_UNAVAILABLE'), 1_000, none);
  expect(await settled(ask('getStock', {}))).toBeInstanceOf(Violation);
});
