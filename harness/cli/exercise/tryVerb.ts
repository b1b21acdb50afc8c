/** `casemark exercise try`: how far a solution is. */
import type { Command } from 'commander';
import pc from 'picocolors';
import { loadCaseStudy } from '../../contract/loadCaseStudy.ts';
import type { CaseStudy } from '../../contract/caseStudy.ts';
import { SpecError } from '../../contract/specError.ts';
import { exerciseOf } from '../../exercise/levels.ts';
import { readPack } from '../../exercise/pack/readPack.ts';
import { TRY_SEED, tryExercise } from '../../exercise/try/tryExercise.ts';
import type { TryRequest, TryResult } from '../../exercise/try/tryExercise.ts';
import { watchFolder } from '../../exercise/try/watchFolder.ts';
import { conversationText } from '../../report/conversationText.ts';
import { EXIT } from '../../report/exitCode.ts';
import type { ClauseJudgement } from '../../run/event.ts';
import { openWorld } from '../../world/openWorld.ts';
import { list, patienceOption, rootOption } from '../options.ts';
import { shellWord } from '../replayCommand.ts';

interface TryCliOptions {
  only?: string[];
  watch?: boolean;
  patience: number;
  root: string[];
}

/** @param end takes the exit code */
export function addTryVerb(exercise: Command, end: (code: number) => void): void {
  exercise
    .command('try [dir]')
    .description('how far a solution is: its checks in order, up to the first that fails')
    .option('--only <clauses>', 'only these of them, separated by commas', list)
    .option('--watch', 'again whenever a file of the folder is saved: first what failed')
    .addOption(patienceOption())
    .addOption(rootOption())
    .action(async (dir: string | undefined, options: TryCliOptions) =>
      end(await runTryVerb(dir ?? '.', options)),
    );
}

/** @returns the exit code: 0 when all of them pass */
async function runTryVerb(dir: string, options: TryCliOptions): Promise<number> {
  const pack = readPack(dir);
  const caseStudy = loadCaseStudy(pack.case, options.root);
  const { own, visible } = exerciseOf(caseStudy, pack.level);
  const clauses = chosen(visible, options.only);
  const world = caseStudy.world && (await openWorld(caseStudy));
  const request = {
    ...{ caseStudy, pack, world, patience: options.patience },
    replayCommand: (clause: string) =>
      `npx casemark exercise try ${shellWord(dir)} --only ${clause}`,
    onStart: (clause: string) => process.stderr.write(`${pc.dim(`      ${clause} ...`)}\n`),
    onJudged: (judgement: ClauseJudgement) => console.log(judgementText(caseStudy, judgement)),
  };
  console.log(`${caseStudy.title}, level ${pack.level}: ${own.title}`);
  try {
    const result = await once(request, clauses, clauses.length);
    if (options.watch === true) await tryOnSave(request, clauses, result);
    return result.kind === 'judged' && result.stoppedAt === undefined ? EXIT.ok : EXIT.mustFailed;
  } finally {
    await world?.close();
  }
}

function chosen(
  visible: readonly string[],
  only: readonly string[] | undefined,
): readonly string[] {
  if (only === undefined) return visible;
  const unknown = only.find((clause) => !visible.includes(clause));
  if (unknown === undefined) return only;
  throw new SpecError(`${unknown} is none of the checks to try: there are ${visible.join(', ')}.`);
}

type Tried = Omit<TryRequest, 'clauses'>;

async function once(request: Tried, clauses: readonly string[], of: number): Promise<TryResult> {
  const result = await tryExercise({ ...request, clauses });
  console.log(summary(result, clauses, of));
  return result;
}

/** Until Ctrl-C. What failed is tried first; once it passes, all of them, since mending one may break another. */
async function tryOnSave(
  request: Tried,
  clauses: readonly string[],
  first: TryResult,
): Promise<never> {
  // As it was: what a try itself makes in the folder is not saved by anybody.
  const watched = watchFolder(request.pack.dir, request.pack.toolchain.ignored);
  let last = first;
  try {
    for (;;) {
      console.log(pc.dim('Waiting for a file to be saved; Ctrl-C ends it.'));
      await watched.changed();
      const failed = last.kind === 'judged' ? last.stoppedAt : undefined;
      if (failed !== undefined) {
        last = await once(request, [failed], 1);
        if (last.kind !== 'judged' || last.stoppedAt !== undefined) continue;
      }
      last = await once(request, clauses, clauses.length);
    }
  } finally {
    watched.close();
  }
}

function judgementText(
  caseStudy: CaseStudy,
  { clause, verdict, reason, counterexample, durationMs }: ClauseJudgement,
): string {
  const requirement = caseStudy.requirements.find(({ id }) => clause.startsWith(`${id}.`))!;
  const took = `${(durationMs / 1000).toFixed(1)} s`;
  if (verdict === 'pass') return `${pc.green('pass')}  ${clause} ${requirement.title} (${took})`;
  const isFailure = verdict === 'fail' || verdict === 'warn';
  const heading = `${isFailure ? pc.red('fail') : pc.yellow(verdict)}  ${clause} ${requirement.title} (${took})`;
  const { statement } = requirement.clauses.find(({ key }) => clause.endsWith(`.${key}`))!;
  const found = counterexample ? conversationText(counterexample) : (reason ?? '');
  return [heading, indented(statement), indented(found)].join('\n');
}

function indented(text: string): string {
  return text.replace(/^/gm, '      ');
}

function summary(result: TryResult, clauses: readonly string[], of: number): string {
  if (result.kind === 'not-built') return `${pc.red('not built')}  ${result.problem}`;
  const { passed, stoppedAt } = result;
  if (stoppedAt === undefined) {
    return `${pc.green(`All ${passed} pass`)} with seed ${TRY_SEED}. Marks are given with others, and by checks that are not shown.`;
  }
  const left = clauses.length - passed - 1;
  const after = left === 0 ? '' : ` ${left} more after it.`;
  return `${passed} of ${of} pass. Next: ${stoppedAt}.${after}`;
}
