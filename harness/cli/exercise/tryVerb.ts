/** `casemark exercise try`: what a candidate runs while working. */
import type { Command } from 'commander';
import { exerciseOf } from '../../exercise/levels.ts';
import { requireToolchain } from '../../exercise/pack/requireToolchain.ts';
import { buildPack } from '../../exercise/pack/buildPack.ts';
import { readPack } from '../../exercise/pack/readPack.ts';
import type { Pack } from '../../exercise/pack/readPack.ts';
import { chosenClauses, TRY_SEED, tryExercise } from '../../exercise/try/tryExercise.ts';
import type { TryResult } from '../../exercise/try/tryExercise.ts';
import { folderState, nextChange } from '../../exercise/try/watchFolder.ts';
import { EXIT } from '../../report/exitCode.ts';
import { loadCaseStudy } from '../../contract/loadCaseStudy.ts';
import { openImplementation } from '../../target/openImplementation.ts';
import { patienceOption, rootOption } from '../options.ts';
import { shellWord } from '../replayCommand.ts';

export interface TryCliOptions {
  only: string[];
  watch?: boolean;
  patience: number;
  root: string[];
}

type Run = (clauses: readonly string[]) => Promise<TryResult>;

export function addTryVerb(exercise: Command, end: (code: number) => void): void {
  exercise
    .command('try [dir]')
    .description('the checks that a candidate may run, up to the first that fails')
    .option('--only <clause>', 'only this check or requirement (may be repeated)', append, [])
    .option('--watch', 'again whenever a file is saved; Ctrl-C ends it')
    .addOption(patienceOption())
    .addOption(rootOption())
    .action(async (dir: string | undefined, options: TryCliOptions) => {
      const stop = new AbortController();
      if (options.watch) process.once('SIGINT', () => stop.abort());
      end(await runTryVerb(dir ?? '.', options, stop.signal));
    });
}

/**
 * @returns the exit code: 0 when all that was asked for passes
 * @throws SpecError when the folder is no exercise
 */
export async function runTryVerb(
  dir: string,
  options: TryCliOptions,
  signal: AbortSignal,
): Promise<number> {
  const pack = readPack(dir);
  requireToolchain(pack.toolchain);
  const { visible } = exerciseOf(loadCaseStudy(pack.case, options.root), pack.level);
  const clauses = chosenClauses(visible, options.only);
  const run: Run = (some) => tryOnce(pack, options, some);
  const result = options.watch ? await watched(pack, clauses, run, signal) : await run(clauses);
  if (result.kind === 'stopped') return EXIT.mustFailed;
  if (!options.watch) console.log(allPass(clauses));
  return EXIT.ok;
}

/** What failed runs first, alone; once it passes, all do. No run begins while another goes. */
async function watched(
  pack: Pack,
  clauses: readonly string[],
  run: Run,
  signal: AbortSignal,
): Promise<TryResult> {
  const { ignored } = pack.toolchain;
  let failing: string | undefined;
  for (;;) {
    const before = folderState(pack.dir, ignored);
    let result = await run(failing === undefined ? clauses : [failing]);
    if (result.kind === 'passed' && failing !== undefined) {
      const rest = clauses.filter((clause) => clause !== failing);
      if (rest.length > 0) result = await run(rest);
    }
    failing = result.kind === 'stopped' ? (result.clause ?? failing) : undefined;
    if (result.kind === 'passed') console.log(allPass(clauses));
    console.log('Waiting for a file to be saved. Ctrl-C ends it.');
    if (!(await nextChange(pack.dir, ignored, before, signal))) return result;
  }
}

/** The manifest is read anew each time: it may be what was saved. */
async function tryOnce(
  pack: Pack,
  { root, patience }: TryCliOptions,
  clauses: readonly string[],
): Promise<TryResult> {
  const { dir } = pack;
  const opened = await openImplementation(pack.case, {
    ...{ impl: dir, binding: 'stdio', root, patience },
  });
  try {
    const { caseStudy, factory } = opened;
    return await tryExercise(
      {
        ...{ caseStudy, factory, clauses, patience },
        build: () => buildPack(pack.toolchain, { dir }),
        replayCommand: (clause) =>
          [
            'npx casemark exercise try',
            shellWord(dir),
            ...root.map((each) => `--root ${shellWord(each)}`),
            `--only ${clause}`,
          ].join(' '),
      },
      (text) => console.log(text),
    );
  } finally {
    await opened.close();
  }
}

function allPass(clauses: readonly string[]): string {
  return `All ${clauses.length} pass with seed ${TRY_SEED}. Marking runs more checks, and other seeds.`;
}

function append(value: string, before: string[]): string[] {
  return [...before, value];
}
