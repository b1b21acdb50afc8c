import { expect, test } from 'vitest';
import { measureInProcess } from './inProcess.ts';

const row = {
  metric: 'latency',
  operation: 'match',
  percentile: 99,
  value: 1.5,
  unit: 'us',
  n: 10,
};

function program(source: string): ReturnType<typeof measureInProcess> {
  return measureInProcess(['node', '-e', source], import.meta.dirname);
}

test('the rows that the program prints are read', async () => {
  const result = await program(`console.log(${JSON.stringify(JSON.stringify([row]))})`);
  expect(result).toMatchObject({ kind: 'rows', rows: [row] });
});

test.each([
  ['fails', 'console.error("no engine"); process.exit(3)', 'ended with exit code 3: no engine'],
  ['prints no JSON', 'console.log("fast!")', 'not JSON: fast!'],
  ['prints other rows', 'console.log("[{}]")', 'rows that are not valid'],
  [
    'prints without end',
    'for (;;) require("fs").writeSync(1, "x".repeat(4096))',
    'printed more than',
  ],
])('a program that %s is told apart', async (_, source, reason) => {
  const result = await program(source);
  expect(result).toMatchObject({ kind: 'failed', reason: expect.stringContaining(reason) });
});

test('a program that is not there is told', async () => {
  const result = await measureInProcess(['casemark-no-such-program'], import.meta.dirname);
  expect(result).toMatchObject({
    kind: 'failed',
    reason: expect.stringContaining('could not be started'),
  });
});
