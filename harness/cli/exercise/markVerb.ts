/** `casemark exercise mark`: a solution gets its mark. */
import { existsSync, statSync } from 'node:fs';
import { homedir } from 'node:os';
import { join, resolve, sep } from 'node:path';
import { InvalidArgumentError } from 'commander';
import type { Command } from 'commander';
import { loadCaseStudy } from '../../contract/loadCaseStudy.ts';
import { suiteVersion } from '../../contract/packageRoot.ts';
import { SpecError } from '../../contract/specError.ts';
import { openConfinement } from '../../exercise/confine/confinement.ts';
import type { Confinement } from '../../exercise/confine/confinement.ts';
import { exerciseOf, readLevels } from '../../exercise/levels.ts';
import { markExercise } from '../../exercise/mark/markExercise.ts';
import { requireToolchain } from '../../exercise/pack/requireToolchain.ts';
import { markSummary } from '../../exercise/mark/markSummary.ts';
import { referenceOf } from '../../exercise/mark/referenceOf.ts';
import { writeMark } from '../../exercise/mark/writeMark.ts';
import { buildPack } from '../../exercise/pack/buildPack.ts';
import { readPack } from '../../exercise/pack/readPack.ts';
import type { Pack } from '../../exercise/pack/readPack.ts';
import { EXIT } from '../../report/exitCode.ts';
import { integer, patienceOption, rootOption } from '../options.ts';
import { progress } from '../progress.ts';
import { shellWord } from '../replayCommand.ts';

export interface MarkCliOptions {
  /** Default: the one that exercise.json names. */
  level?: number;
  seeds: number;
  firstSeed: number;
  /** Default: beside the folder, with `-mark` at the end of its name. */
  out?: string;
  reference?: string;
  seedSeconds: number;
  unconfined?: boolean;
  /** MiB. */
  memory?: number;
  patience: number;
  root: string[];
}

/** One seed may be lucky; what five do not find seldom happens. */
const DEFAULT_SEEDS = 5;
const MAX_SEEDS = 100;
/** Not the one that a candidate tries with; the same for every candidate, so that their marks can be compared. */
const DEFAULT_FIRST_SEED = 1001;
/** The clauses of a whole case study take about a minute. */
const DEFAULT_SEED_SECONDS = 300;
const MAX_SEED_SECONDS = 3_600;

/** @param end takes the exit code */
export function addMarkVerb(exercise: Command, end: (code: number) => void): void {
  exercise
    .command('mark <dir>')
    .description('a mark for a solution: every clause of its levels, with several seeds')
    .option('--level <n>', 'marks this level (default: the one of its exercise.json)', positive)
    .option('--seeds <n>', 'so many; a clause earns its credit only with all', seeds, DEFAULT_SEEDS)
    .option(
      '--first-seed <n>',
      'the seeds count up from it; take one that candidates do not know, the same for all',
      integer,
      DEFAULT_FIRST_SEED,
    )
    .option('--out <dir>', 'where the mark is written (default: <dir>-mark)')
    .option('--reference <manifest>', 'what latency is compared with (default: the reference)')
    .option('--seed-seconds <n>', 'what one seed may take', seconds, DEFAULT_SEED_SECONDS)
    .option('--memory <MiB>', 'what it may take, all its processes together', positive)
    .option('--unconfined', 'for a solution that you trust: it could read the judge and more')
    .addOption(patienceOption())
    .addOption(rootOption())
    .action(async (dir: string, options: MarkCliOptions) => end(await runMarkVerb(dir, options)));
}

/**
 * @returns the exit code: 0 when there is a mark, whatever it is
 * @throws SpecError when there can be none
 */
export async function runMarkVerb(dir: string, options: MarkCliOptions): Promise<number> {
  const pack = packIn(dir);
  requireToolchain(pack.toolchain);
  const caseStudy = loadCaseStudy(pack.case, options.root);
  const { level } = exerciseOf(caseStudy, options.level ?? pack.level);
  const levels = readLevels(caseStudy).slice(0, level);
  const out = options.out ?? `${resolve(dir)}-mark`;
  refuseInside(dir, out);
  const reference = referenceOf(caseStudy, options.root, options.reference);
  const confine = (copy: string): Confinement =>
    options.unconfined === true
      ? UNCONFINED
      : openConfinement({
          dir: copy,
          hide: [out, ...options.root].map((each) => resolve(each)),
          network: caseStudy.world ? 'host' : 'none',
          keepEnv: ['RUSTUP_HOME'],
          limits: { ...(options.memory !== undefined && { memoryMiB: options.memory }) },
        });
  let shown = progress(process.stderr);
  const mark = await markExercise(
    {
      ...{ caseStudy, levels, reference, folder: dir, language: pack.language },
      seeds: Array.from({ length: options.seeds }, (_, index) => options.firstSeed + index),
      patience: options.patience,
      seedSeconds: options.seedSeconds,
      notes: differences(pack, caseStudy.specVersion),
      confine,
      build: (copy) => build(copy, pack, confine),
      replayCommand: (clause, seed) => replay(dir, pack.case, options, clause, seed),
    },
    {
      mark: (now) => writeMark(out, now, caseStudy, levels),
      says: (message) => console.error(`mark: ${message}`),
      event(event) {
        // Each seed, and each second try, has a plan of its own.
        if (event.kind === 'checks-planned') shown = progress(process.stderr);
        shown.event(event);
      },
    },
  );
  shown.end();
  console.log(markSummary(mark, options.out ?? out));
  return EXIT.ok;
}

/** @throws SpecError, saying what to name instead */
function packIn(dir: string): Pack {
  if (existsSync(dir) && statSync(dir).isDirectory()) return readPack(dir);
  throw new SpecError(`${dir} is no folder: name the one that has the solution's exercise.json.`);
}

/** What is written there would be copied with the solution, and its candidate would find it. */
function refuseInside(dir: string, out: string): void {
  const [folder, place] = [resolve(dir), resolve(out)];
  if (place !== folder && !place.startsWith(folder + sep)) return;
  throw new SpecError(`--out ${out} is inside the solution: choose a folder outside of ${dir}.`);
}

function differences(pack: Pack, specVersion: string): string[] {
  return [
    ...(pack.specVersion === specVersion
      ? []
      : [
          `The exercise was made for ${pack.case} ${pack.specVersion}, and is marked by ${specVersion}.`,
        ]),
    ...(pack.suiteVersion === suiteVersion
      ? []
      : [
          `The exercise was made by casemark ${pack.suiteVersion}, and is marked by ${suiteVersion}.`,
        ]),
  ];
}

/** Not confined: it is for somebody who has read the solution. */
function replay(
  dir: string,
  caseId: string,
  { root, patience }: MarkCliOptions,
  clause: string,
  seed: number,
): string {
  const words = [
    ...root.flatMap((each) => ['--root', each]),
    ...['--impl', dir, '--binding', 'stdio', '--only', clause, '--seed', `${seed}`],
    ...(patience === 1 ? [] : ['--patience', `${patience}`]),
  ];
  return ['npx casemark check', caseId, ...words.map(shellWord)].join(' ');
}

const UNCONFINED: Confinement = {
  launchWith: [],
  describe: 'none',
  exceeded: () => undefined,
  close: () => undefined,
};

/** Its own folder is what a build may write to. */
async function build(
  dir: string,
  { toolchain }: Pack,
  confine: (dir: string) => Confinement,
): Promise<string | undefined> {
  if (!toolchain.build) return undefined;
  const confinement = confine(dir);
  try {
    const { launchWith } = confinement;
    // Inside the home folder is another one: rustup would look for its compilers there.
    const rustup = process.env['RUSTUP_HOME'] ?? join(homedir(), '.rustup');
    const settings = [`CASEMARK_DATA_DIR=${dir}`, `RUSTUP_HOME=${rustup}`];
    const inside = launchWith.length === 0 ? [] : ['env', ...settings, ...launchWith];
    return await buildPack(toolchain, { dir, launchWith: inside });
  } finally {
    confinement.close();
  }
}

function positive(text: string): number {
  return within(text, Number.MAX_SAFE_INTEGER);
}

function seeds(text: string): number {
  return within(text, MAX_SEEDS);
}

function seconds(text: string): number {
  return within(text, MAX_SEED_SECONDS);
}

function within(text: string, max: number): number {
  const value = integer(text);
  if (value >= 1 && value <= max) return value;
  throw new InvalidArgumentError(`Write an integer from 1 to ${max}.`);
}
