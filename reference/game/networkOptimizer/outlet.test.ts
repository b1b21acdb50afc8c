import { expect, test } from 'vitest';
import type { Deliver } from '../../kit/service.ts';
import { outletOf } from './outlet.ts';

const MIB = 1024 * 1024;

/** A client that reads nothing. */
function stalled(): { deliver: Deliver; sent: string[]; waiting: () => number } {
  const sent: string[] = [];
  const waiting = (): number => sent.join('').length;
  const text = (json: string): void => void sent.push(json);
  const end = (): void => void sent.push('END');
  return {
    deliver: Object.assign(() => undefined, { text, end, bufferedBytes: waiting }),
    sent,
    waiting,
  };
}

test('for a client that does not read at most 1 MiB waits, with room kept for what is no snapshot', () => {
  const { deliver, waiting } = stalled();
  const outlet = outletOf(deliver);
  const snapshot = 's'.repeat(10_000);
  let taken = 0;
  while (outlet.sendSnapshot(snapshot)) taken++;
  expect(taken).toBeGreaterThan(50);
  let told = 0;
  while (outlet.send('c'.repeat(1000))) told++;
  expect(told).toBeGreaterThan(50);
  expect(waiting()).toBeLessThanOrEqual(MIB);
});

test('one snapshot may wait, however large', () => {
  const { deliver } = stalled();
  const outlet = outletOf(deliver);
  expect(outlet.sendSnapshot('s'.repeat(2 * MIB))).toBe(true);
  expect(outlet.sendSnapshot('s')).toBe(false);
});

test('nothing comes after the last message', () => {
  const { deliver, sent } = stalled();
  const outlet = outletOf(deliver);
  outlet.end('{"type":"kick"}');
  outlet.sendSnapshot('{}');
  outlet.send('{}');
  outlet.end('{}');
  expect(sent).toEqual(['{"type":"kick"}', 'END']);
});

test('where values travel instead of texts, that is what is handed over', () => {
  const values: object[] = [];
  outletOf((value) => void values.push(value)).send('{"type":"pong","t":1}');
  expect(values).toEqual([{ type: 'pong', t: 1 }]);
});
