import { expect, test } from 'vitest';
import { loadShedder } from './loadShedder.ts';

/** An event loop whose time a test makes. */
function setUp() {
  const loop = { nowMs: 0, idleMs: 0 };
  let ends: (() => void)[] = [];
  const { mustShed } = loadShedder({
    now: () => loop.nowMs,
    idle: () => loop.idleMs,
    afterTurn: (end) => void ends.push(end),
  });
  /** Requests that take a millisecond each; answers how many of them were refused. */
  function turn(requests: number): number {
    let shed = 0;
    for (let request = 0; request < requests; request++) {
      if (mustShed()) shed++;
      else loop.nowMs++;
    }
    for (const end of ends) end();
    ends = [];
    return shed;
  }
  function idle(ms: number): void {
    loop.nowMs += ms;
    loop.idleMs += ms;
  }
  return { turn, idle };
}

test('a burst of a thousand requests is taken on, in one turn or in many', () => {
  const { turn, idle } = setUp();
  expect(turn(1000)).toBe(0);
  idle(1);
  expect(Array.from({ length: 10 }, () => turn(50))).toEqual(Array(10).fill(0));
});

test('when there has been a queue for half a second, each turn takes on its 13 ms and no more', () => {
  const { turn } = setUp();
  turn(600);
  expect([turn(100), turn(100), turn(13)]).toEqual([87, 87, 0]);
});

test('when the event loop had nothing to do, everything is taken on again', () => {
  const { turn, idle } = setUp();
  turn(600);
  expect(turn(100)).toBeGreaterThan(0);
  idle(1);
  expect(turn(100)).toBe(0);
});

test('that nothing came for long is no queue', () => {
  const { turn, idle } = setUp();
  idle(60_000);
  expect(turn(100)).toBe(0);
});
