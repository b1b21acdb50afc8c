import { expect, test } from 'vitest';
import { createKeptOutput } from './keptOutput.ts';

test('all of a short output is kept, also where a chunk ends within a character', () => {
  const kept = createKeptOutput(100);
  const bytes = Buffer.from('täglich');
  kept.add(bytes.subarray(0, 2));
  kept.add(bytes.subarray(2));
  expect(kept.text()).toBe('täglich');
});

test('of a long output the last bytes are kept, whatever the chunks', () => {
  const kept = createKeptOutput(10);
  for (let index = 0; index < 1_000; index += 1) kept.add(Buffer.from(`${index},`));
  expect(kept.text()).toBe('7,998,999,');
  kept.add(Buffer.from('x'.repeat(50) + 'the end'));
  expect(kept.text()).toBe('xxxthe end');
});
