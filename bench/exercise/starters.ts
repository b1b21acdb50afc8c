/**
 * `npm run bench:starters`: the starter of level 1 of every case study fails what it should, all of it, and the first verdict comes
 * soon. Ends with exit code 1 where one does not.
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Table from 'cli-table3';
import type { CaseStudy } from '../../harness/contract/caseStudy.ts';
import { findCaseStudies } from '../../harness/contract/findCaseStudies.ts';
import { loadCaseStudy } from '../../harness/contract/loadCaseStudy.ts';
import { exerciseOf, readLevels } from '../../harness/exercise/levels.ts';
import { buildPack } from '../../harness/exercise/pack/buildPack.ts';
import { newPack } from '../../harness/exercise/pack/newPack.ts';
import { readPack } from '../../harness/exercise/pack/readPack.ts';
import { runChecks } from '../../harness/run/runChecks.ts';
import { implementationOf, readManifest } from '../../harness/target/manifest.ts';
import { targetFactory } from '../../harness/target/targetFactory.ts';
import { openWorld } from '../../harness/world/openWorld.ts';

const LANGUAGES = ['ts', 'python', 'java'];
const LEVEL = 1;
/** From `exercise new` to the first verdict, as somebody sees it who types both commands. The middle of the cases is held to it. */
const MAX_FIRST_VERDICT_MS = 10_000;
const MAX_COMMAND_MS = 60_000;

const casemark = join(import.meta.dirname, '../../harness/cli/bin.js');
const scratch = mkdtempSync(join(tmpdir(), 'casemark-starters-'));
const table = new Table({
  head: ['case', 'language', 'clauses', 'pass', 'fail', 'could-not-run', 'as it should be'],
  style: { head: [], border: [] },
});
const problems: string[] = [];
const firstVerdictsMs: number[] = [];

/** @returns what is wrong */
async function judgeStarter(caseStudy: CaseStudy, language: string): Promise<string[]> {
  const dir = newPack({
    caseStudy,
    level: LEVEL,
    language,
    dir: join(scratch, caseStudy.id, language),
  });
  const notBuilt = await buildPack(readPack(dir).toolchain, { dir });
  if (notBuilt !== undefined) return [notBuilt];
  const { clauses, visible } = exerciseOf(caseStudy, LEVEL);
  const world = caseStudy.world && (await openWorld(caseStudy));
  const implementation = implementationOf(readManifest(dir), caseStudy);
  const judgements = await runChecks(
    caseStudy,
    targetFactory(caseStudy, implementation, { world }),
    { seed: 1, only: [...clauses.keys()], shrink: 'first-failure', replayCommand: () => '' },
    () => undefined,
  ).finally(() => world?.close());
  const count = (...verdicts: string[]): number =>
    judgements.filter(({ verdict }) => verdicts.includes(verdict)).length;
  const first = judgements.find(({ clause }) => clause === visible[0])!;
  const saysWhy = JSON.stringify(first).includes('not supported yet');
  const wrong = [
    ...(judgements.length === clauses.size
      ? []
      : [`${judgements.length} of ${clauses.size} judged`]),
    ...judgements
      .filter(({ verdict }) => verdict === 'pass')
      .map(({ clause }) => `${clause} passes`),
    ...(first.verdict === 'fail' && saysWhy
      ? []
      : [`${first.clause} is ${first.verdict}: ${first.reason}`]),
  ];
  const numbers = [clauses.size, count('pass'), count('fail', 'warn'), count('could-not-run')];
  table.push([caseStudy.id, language, ...numbers, wrong.length === 0 ? 'yes' : 'NO']);
  return wrong;
}

function firstVerdict(caseId: string): number {
  const dir = join(scratch, caseId, 'timed');
  const startedMs = performance.now();
  const run = (...args: string[]): number | null =>
    spawnSync(process.execPath, [casemark, 'exercise', ...args], {
      stdio: 'ignore',
      timeout: MAX_COMMAND_MS,
    }).status;
  run('new', caseId, '--lang', 'ts', '--level', String(LEVEL), '--dir', dir);
  const status = run('try', dir);
  if (status !== 1) problems.push(`${caseId}: the first try ends with ${status}, not with 1`);
  return performance.now() - startedMs;
}

try {
  for (const { id } of findCaseStudies()) {
    const caseStudy = loadCaseStudy(id);
    if (readLevels(caseStudy).length === 0) continue;
    for (const language of LANGUAGES) {
      const wrong = await judgeStarter(caseStudy, language);
      problems.push(...wrong.map((each) => `${id} in ${language}: ${each}`));
    }
    firstVerdictsMs.push(firstVerdict(id));
  }
} finally {
  rmSync(scratch, { recursive: true, force: true });
}
console.log(table.toString());
const sorted = firstVerdictsMs.toSorted((a, b) => a - b);
const middleMs = sorted[Math.floor(sorted.length / 2)] ?? Infinity;
const shown = firstVerdictsMs.map((ms) => (ms / 1000).toFixed(1)).join(', ');
console.log(`from \`exercise new\` to the first verdict: ${shown} s`);
if (middleMs > MAX_FIRST_VERDICT_MS) {
  problems.push(
    `the first verdict takes ${Math.round(middleMs)} ms, more than ${MAX_FIRST_VERDICT_MS}`,
  );
}
for (const problem of problems) console.error(problem);
process.exitCode = problems.length === 0 ? 0 : 1;
