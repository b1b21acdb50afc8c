import { describe, expect, test } from 'vitest';
import type { Json } from '../target/target.ts';
import { seededRandom } from './seededRandom.ts';
import { compileTemplate, receivedPointers } from './templates.ts';
import type { Draw } from './templates.ts';

let serial = 0;
const draw: Draw = {
  random: seededRandom(3),
  runId: (name) => `${name}-run`,
  client: 4,
  serial: () => (serial += 1),
  runToken: 'run',
  held: { orderId: 'o9' },
  saved: new Map([['session', 'Bearer t']]),
  key: (name) => `${name}7`,
};

function values(placeholder: string, times: number): Json[] {
  const template = compileTemplate({ value: placeholder });
  return Array.from({ length: times }, () => template(draw)['value']!);
}

describe('a placeholder', () => {
  test('is replaced, anything else stays', () => {
    const input = {
      a: '$id:A',
      b: ['$client:c', { d: '$held:orderId' }, '$key:symbol'],
      e: 1,
      f: 'plain {not one}',
      g: null,
      h: '$saved:session',
      i: 'Symbol/{$key:symbol}/{$client:c}!',
    };
    expect(compileTemplate(input)(draw)).toEqual({
      ...input,
      a: 'A-run',
      b: ['c4-run', { d: 'o9' }, 'symbol7'],
      h: 'Bearer t',
      i: 'Symbol/symbol7/c4-run!',
    });
    expect(() => compileTemplate({ a: '$saved:other' })(draw)).toThrow('has saved for the client');
    expect(() => compileTemplate({ a: 'x/{$what:other}' })).toThrow('no placeholder');
  });

  test('$serial is another one each time, and in each run', () => {
    const drawn = values('$serial:x', 100);
    expect(new Set(drawn).size).toBe(100);
    const other = compileTemplate({ value: '$serial:x' })({
      ...draw,
      serial: () => 1,
      runToken: 'r',
    });
    const same = compileTemplate({ value: '$serial:x' })({ ...draw, serial: () => 1 });
    expect(other).not.toEqual(same);
  });

  test('$uniform keeps to its steps and bounds, and reaches both', () => {
    const drawn = values('$uniform:10:30:10', 300);
    expect(new Set(drawn)).toEqual(new Set([10, 20, 30]));
    for (const each of [10, 20, 30]) {
      expect(drawn.filter((value) => value === each).length).toBeGreaterThan(60);
    }
  });

  test('$zipf is twice as likely to give the first as the second', () => {
    const drawn = values('$zipf:5:8', 5000);
    const count = (value: number): number => drawn.filter((each) => each === value).length;
    expect(count(5) / count(6)).toBeCloseTo(2, 0);
    expect(count(5) / count(8)).toBeGreaterThan(3);
    expect(new Set(drawn)).toEqual(new Set([5, 6, 7, 8]));
  });

  test('$choice gives each of its words', () => {
    expect(new Set(values('$choice:BUY|SELL', 100))).toEqual(new Set(['BUY', 'SELL']));
  });

  test.each(['$unknown:x', '$uniform:1', '$uniform:9:1', '$uniform:1:x', '$zipf:1:1000000'])(
    '%s is refused',
    (placeholder) => {
      expect(() => compileTemplate({ value: placeholder })).toThrow(placeholder);
    },
  );
});

describe('a message over a stream', () => {
  const received = (pointer: string): Json | undefined => (pointer === '/tick' ? 7 : undefined);

  test('has its number, and what it takes from the message that it is because of', () => {
    const input = {
      seq: '$number',
      text: 'tick {$received:/tick}',
      ack: { tick: '$received:/tick' },
    };
    expect(receivedPointers(input)).toEqual(['/tick']);
    expect(compileTemplate(input)({ ...draw, number: 3, received })).toEqual({
      seq: 3,
      text: 'tick 7',
      ack: { tick: 7 },
    });
  });

  test.each(['$number', '$received:/tock'])('has no %s where there is none', (placeholder) => {
    const template = compileTemplate({ value: placeholder });
    expect(() => template({ ...draw, received })).toThrow(placeholder);
  });
});
