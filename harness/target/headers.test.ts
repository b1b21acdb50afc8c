/** Headers of a contract mean the same by every binding: fields of the input going out, `headers` of the answer coming back. */
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { openImplementation } from './openImplementation.ts';
import type { Answer, Target } from './target.ts';

const root = join(import.meta.dirname, '../../bench/acceptance/tally');

async function withTally(manifest: string, binding: Target['binding']): Promise<Target> {
  const impl = join(root, 'reference/tally', manifest);
  const { factory } = await openImplementation('tally', { impl, binding, root: [root] });
  return factory.launch();
}

function replayed(answer: Answer): string | undefined {
  return answer.kind === 'ok' ? answer.headers?.['idempotent-replayed'] : undefined;
}

describe.each([
  ['http', 'casemark.json'],
  ['stdio', 'casemark-stdio.json'],
  ['module', 'casemark.json'],
] as const)('by %s', (binding, manifest) => {
  test('a field that travels as a header arrives, and a header of the reply comes back', async () => {
    const target = await withTally(manifest, binding);
    try {
      const once = { tally: 't', by: 5, key: 'k1' };
      const first = await target.call('addOnce', once);
      const again = await target.call('addOnce', once);
      const other = await target.call('addOnce', { ...once, key: 'k2' });
      expect([first, again, other].map(replayed)).toEqual(['false', 'true', 'false']);
      expect(again).toMatchObject({ kind: 'ok', output: { total: 5 } });
      expect(other).toMatchObject({ kind: 'ok', output: { total: 10 } });
      await target.kill();
      await target.restart();
      expect(replayed(await target.call('addOnce', once))).toBe('true');
    } finally {
      await target.close();
    }
  });

  test('a reply without headers of its own has none by the bindings that have none', async () => {
    const target = await withTally(manifest, binding);
    try {
      const answer = await target.call('add', { tally: 't', by: 1 });
      expect(replayed(answer)).toBeUndefined();
      expect('headers' in answer).toBe(binding === 'http');
    } finally {
      await target.close();
    }
  });
});
