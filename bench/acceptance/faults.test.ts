/** A campaign of faults from the command line, on the tiny case study. */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { createValidator } from '../../harness/contract/createValidator.ts';
import type { Report } from '../../harness/report/report.ts';
import { copyTally } from './copyTally.ts';
import type { TallyCopy } from './copyTally.ts';
import { runCasemark } from './runCasemark.ts';
import type { CasemarkRun } from './runCasemark.ts';

/** One after the other: a campaign that shares the cores with others may come too late for its kills. */
const copies: TallyCopy[] = [];
afterAll(() => copies.forEach((copy) => copy.remove()));

function newCopy(): TallyCopy {
  const copy = copyTally();
  copies.push(copy);
  return copy;
}

async function faults(
  { root, implementation }: TallyCopy,
  ...more: string[]
): Promise<CasemarkRun & { report: Report; out: string }> {
  const out = join(root, 'out');
  const args = ['--root', root, '--impl', implementation, '--out', out];
  const run = await runCasemark(['faults', 'tally', ...args, ...more]);
  const report = JSON.parse(readFileSync(join(out, 'report.json'), 'utf8')) as Report;
  return { ...run, report, out };
}

function edit({ root }: TallyCopy, file: string, from: string, to: string): void {
  const path = join(root, file);
  const text = readFileSync(path, 'utf8');
  expect(text).toContain(from);
  writeFileSync(path, text.replace(from, to));
}

function verdicts({ requirements }: Report): Record<string, string> {
  return Object.fromEntries(
    requirements.flatMap(({ id, clauses }) =>
      clauses.map(({ key, verdict }) => [`${id}.${key}`, verdict]),
    ),
  );
}

test('passes an implementation that keeps what it acknowledged, and says what that shows', async () => {
  const { code, stdout, stderr, report, out } = await faults(newCopy());
  // 4: on a busy machine its figures are void; what was kept is not.
  expect([0, 4], stdout + stderr).toContain(code);
  expect(verdicts(report)).toEqual({ 'TAL-KEEP-01.b': 'pass', 'TAL-KEEP-01.c': 'pass' });
  expect(report.summary.conformance).toBe('partial');
  const { availability, kills, recovery, level, durability, commands } = report.campaign!;
  expect(kills).toMatchObject({ evidenced: 3, planned: 3 });
  // More where recoveries made the phase longer.
  expect(commands).toBeGreaterThanOrEqual(390);
  expect(availability.steady.rate).toBeGreaterThan(code === 0 ? 0.999 : 0);
  expect(availability.unexplained.rate).toBeGreaterThan(code === 0 ? 0.999 : 0);
  expect(availability.inside['proc.kill9']!.rate).toBeLessThan(1);
  expect(recovery).toMatchObject({ recovered: 3, never: 0 });
  expect(level).toBe('L2');
  expect(durability).toBe(
    'D1 (process crash) not verified: 3 of 30 kills; D2 (power loss) not verified',
  );
  const schema = JSON.parse(
    readFileSync(join(import.meta.dirname, '../../spec/schema/report.schema.json'), 'utf8'),
  ) as object;
  const validate = createValidator('all').compile(schema);
  expect(validate(report) ? [] : validate.errors).toEqual([]);
  const history = readFileSync(join(out, 'history.ndjson'), 'utf8');
  expect(history).toContain('"p":"nemesis"');
  expect(history).toContain('"op":"add"');
  expect(readFileSync(join(out, 'timeline.html'), 'utf8')).toContain('proc.kill9');
});

test('fails one that acknowledges before it writes, and says how to see it again', async () => {
  const tally = newCopy();
  edit(
    tally,
    'reference/tally/tallies.ts',
    'appendFileSync(journal, `${JSON.stringify(addition)}\\n`);',
    'setTimeout(() => appendFileSync(journal, `${JSON.stringify(addition)}\\n`), 30);',
  );
  const { code, stdout, report } = await faults(tally, '--seed', '3');
  expect(code).toBe(1);
  expect(verdicts(report)['TAL-KEEP-01.b']).toBe('fail');
  expect(stdout).toMatch(/is \d+, after \d+ were acknowledged/);
  expect(stdout).toMatch(/npx casemark faults tally .*--profile quick --seed 3/);
});

test('lets nothing pass that needs a fault which could not be installed', async () => {
  const tally = newCopy();
  edit(
    tally,
    'spec/tally/faults.json',
    '"operations": ["add"],\n                "most"',
    '"operations": ["setClock"],\n                "most"',
  );
  const { code, report } = await faults(tally);
  expect(code).toBe(6);
  expect(verdicts(report)).toEqual({
    'TAL-KEEP-01.b': 'pass',
    'TAL-KEEP-01.c': 'could-not-run',
  });
  const kind = report.campaign!.kinds.find((each) => each.kind === 'net.lost-reply')!;
  expect(kind).toMatchObject({ planned: 1, installed: 0, verdict: 'could-not-run' });
});

test('says in one line where a campaign reaches nothing, and fails nothing', async () => {
  const { root, implementation } = newCopy();
  const args = ['--root', root, '--impl', implementation, '--binding', 'module'];
  const run = await runCasemark(['faults', 'tally', ...args]);
  expect(run.code, run.stdout + run.stderr).toBe(0);
  expect(run.stdout).toContain('no campaign of faults: the proxy and the kills reach');
  expect(existsSync(join(root, 'out'))).toBe(false);
});
