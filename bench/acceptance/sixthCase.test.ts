/** A sixth case study adds folders and touches no existing file. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Report } from '../../harness/report/report.ts';
import { copyTally } from './copyTally.ts';
import type { TallyCopy } from './copyTally.ts';
import { runCasemark } from './runCasemark.ts';

describe('a case study in a folder outside casemark', () => {
  let tally: TallyCopy;
  beforeAll(() => {
    tally = copyTally();
  });
  afterAll(() => tally.remove());

  test('is listed beside the others', async () => {
    const { code, stdout } = await runCasemark(['list', '--root', tally.root]);
    expect(code).toBe(0);
    expect(stdout).toContain('tally');
    expect(stdout).toContain('trading');
  });

  test.each([
    ['http', 'casemark.json'],
    ['module', 'casemark.json'],
    ['stdio', 'casemark-stdio.json'],
  ])('judges its implementation by %s', async (binding, manifest) => {
    const out = join(tally.root, 'out', binding);
    const run = await runCasemark([
      'check',
      'tally',
      ...['--root', tally.root],
      ...['--impl', join(tally.implementation, manifest)],
      ...['--binding', binding],
      ...['--out', out],
    ]);
    expect(run.code, run.stdout + run.stderr).toBe(0);
    const report = JSON.parse(readFileSync(join(out, 'report.json'), 'utf8')) as Report;
    expect(report.summary.headline).toBe('conformant: all 2 MUST requirements that apply pass');
    expect(report.binding).toBe(binding);
    const verdicts = report.requirements.flatMap(({ id, clauses }) =>
      clauses.map(({ key, verdict }) => `${id}.${key} ${verdict}`),
    );
    expect(verdicts).toEqual([
      'TAL-SUM-01.a pass',
      'TAL-SUM-01.b pass',
      'TAL-SUM-01.c excluded',
      'TAL-WATCH-01.a pass',
      'TAL-KEEP-01.a pass',
      'TAL-KEEP-01.b excluded',
      'TAL-KEEP-01.c excluded',
    ]);
  });

  test('makes the same reports again from the record', async () => {
    const out = join(tally.root, 'out', 'http');
    const files = ['report.json', 'requirements.csv', 'measurements.csv', 'junit.xml'];
    const read = (): string[] => files.map((name) => readFileSync(join(out, name), 'utf8'));
    const first = read();
    const { code } = await runCasemark(['report', out]);
    expect(code).toBe(0);
    expect(read()).toEqual(first);
  });

  test('has its mutants killed', async () => {
    const { root, implementation } = tally;
    const run = await runCasemark(['mutants', 'tally', '--root', root, '--impl', implementation]);
    expect(run.code, run.stdout + run.stderr).toBe(0);
    expect(run.stdout).toContain('4 of 4 mutants killed');
  });
});
