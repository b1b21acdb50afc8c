/** The script, with a casemark that only ends with the code that it is told: one word a call of `compare`. */
import { spawnSync } from 'node:child_process';
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { packageRoot } from '../contract/packageRoot.ts';

const SCRIPT = join(packageRoot, 'harness/ci/compareWithBaseline.sh');
const FAKE = `#!/bin/sh
echo "$*" >> "$CALLS"
case $1 in
  bench)
    while [ "$1" != --out ]; do shift; done
    mkdir -p "$2" && touch "$2/measurements.csv"
    exit "$BENCH" ;;
  compare)
    n=$(grep -c '^compare' "$CALLS")
    exit "$(echo "$COMPARE" | cut -d' ' -f"$n")" ;;
esac
`;

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'casemark-ci-'));
  writeFileSync(join(folder, 'casemark'), FAKE);
  chmodSync(join(folder, 'casemark'), 0o755);
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function run(
  compare: string,
  bench = 0,
  baseline = ['main.csv'],
): { code: number | null; calls: string[]; said: string } {
  const calls = join(folder, 'calls');
  const env = {
    ...process.env,
    ...{ CASEMARK: join(folder, 'casemark'), CALLS: calls, RUNS: '2' },
    ...{ COMPARE: compare, BENCH: String(bench) },
  };
  const out = join(folder, 'out');
  const { status, stdout } = spawnSync('sh', [SCRIPT, 'trading', 'mine', out, ...baseline], {
    env,
    encoding: 'utf8',
  });
  const verbs = readFileSync(calls, 'utf8')
    .trim()
    .split('\n')
    .map((line) => line.split(' ')[0]!);
  return { code: status, calls: verbs, said: stdout };
}

describe('the comparison with a baseline in CI', () => {
  test('passes where nothing became slower', () => {
    expect(run('0')).toMatchObject({ code: 0, calls: ['bench', 'bench', 'compare'] });
  });

  test('fails by a regression that shows twice, and not by one that shows once', () => {
    const again = ['bench', 'bench', 'compare', 'bench', 'bench', 'compare'];
    const twice = run('3 3');
    expect(twice).toMatchObject({ code: 3, calls: again });
    expect(twice.said).not.toContain('does not confirm');
    rmSync(join(folder, 'calls'));
    const once = run('3 0');
    expect(once).toMatchObject({ code: 0, calls: again });
    expect(once.said).toContain('does not confirm');
  });

  test.each([
    [4, 'too noisy'],
    [5, 'other conditions'],
  ])('says what exit code %i means, and does not fail by it', (code, words) => {
    const found = run(String(code));
    expect(found.code).toBe(0);
    expect(found.said).toContain(words);
  });

  test('measures only where there is no baseline yet', () => {
    expect(run('3', 0, [])).toMatchObject({ code: 0, calls: ['bench', 'bench'] });
  });

  test.each([4, 7])('goes on after a bench that ends with %i, which is no regression', (code) => {
    expect(run('0', code).code).toBe(0);
  });

  test('ends as casemark does where it cannot measure or compare at all', () => {
    expect(run('0', 2)).toMatchObject({ code: 2, calls: ['bench'] });
    rmSync(join(folder, 'calls'));
    expect(run('2').code).toBe(2);
  });
});
