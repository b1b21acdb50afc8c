import { Readable } from 'node:stream';
import { expect, test } from 'vitest';
import { linesOf } from './linesOf.ts';

async function linesFrom(...chunks: Buffer[]): Promise<string[]> {
  const lines: string[] = [];
  for await (const line of linesOf(Readable.from(chunks))) lines.push(line);
  return lines;
}

test('a line ends at a newline only, wherever the chunks are cut', async () => {
  const text = '{"note":"a\u2028b\u2029c\u0085d"}\n\nlast, without a newline';
  const bytes = Buffer.from(text);
  for (let at = 0; at <= bytes.length; at += 1) {
    const lines = await linesFrom(bytes.subarray(0, at), bytes.subarray(at));
    expect(lines, `cut at ${at}`).toEqual(text.split('\n'));
  }
});

test('nothing has no lines', async () => {
  expect(await linesFrom()).toEqual([]);
});
