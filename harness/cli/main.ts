#!/usr/bin/env node
/** The command line: each verb is one line here and one file beside it. */
import { Command, CommanderError, Option } from 'commander';
import { suiteVersion } from '../contract/packageRoot.ts';
import { SpecError } from '../contract/specError.ts';
import { EXIT } from '../report/exitCode.ts';
import { FORMAT_NAMES } from '../report/formats/writeFormats.ts';
import type { Format } from '../report/formats/writeFormats.ts';
import { addDiagnoseOptions, runDiagnoseVerb } from './diagnoseVerb.ts';
import type { DiagnoseCliOptions } from './diagnoseVerb.ts';
import { DEFAULT_PAIRS, runAbVerb } from './abVerb.ts';
import type { AbCliOptions } from './abVerb.ts';
import { addCompareOptions, runCompareVerb } from './compareVerb.ts';
import type { CompareCliOptions } from './compareVerb.ts';
import { addTrendOptions, runTrendVerb } from './trendVerb.ts';
import type { TrendCliOptions } from './trendVerb.ts';
import { addExerciseVerb } from './exerciseVerb.ts';
import { askPercentiles } from './askPercentiles.ts';
import type { PercentileQuestion } from './askPercentiles.ts';
import { listCaseStudies } from './listCaseStudies.ts';
import { runMutantsVerb } from './mutantsVerb.ts';
import type { MutantsCliOptions } from './mutantsVerb.ts';
import {
  addBenchOptions,
  addCheckOptions,
  addFaultsOptions,
  addRunOptions,
  effort,
  formats,
  integer,
  list,
  patienceOption,
  percentiles,
  rootOption,
} from './options.ts';
import type { RunCliOptions } from './options.ts';
import { performRun } from './performRun.ts';
import type { Part } from './performRun.ts';
import { reportAgain, reportFormats } from './reportAgain.ts';

/** A bug of casemark's own: neither the implementation nor the user did anything wrong (EX_SOFTWARE of sysexits.h). */
const EXIT_INTERNAL = 70;

/** A check that was left behind at its deadline may keep the process alive; the reports are written by then. */
const MAX_LINGER_MS = 3_000;

/** Of options that only some verbs have. */
const DEFAULTS = { effort: 1, profile: 'quick', generatorThreads: 1 } as const;

let lostRejection = false;

const program = new Command('casemark')
  .description(
    'Puts a system that somebody built through an industry case study: is it right, and how fast is it?',
  )
  .version(suiteVersion)
  .exitOverride()
  .showHelpAfterError(
    'Run `casemark --help` for the verbs and `casemark <verb> --help` for its options.',
  );

program
  .command('list')
  .description('the case studies')
  .addOption(rootOption())
  .action((options: { root: string[] }) => end(listCaseStudies(options.root)));
run('smoke', ['smoke'], addRunOptions, 'is it wired? one request for each operation');
run('check', ['check'], addCheckOptions, 'is it right?');
addBenchOptions(addRunOptions(program.command('bench [case]')))
  .description('how fast is it? with --ab: is one implementation faster than another?')
  .option('--ab <dirs...>', 'baseline and candidate, measured in turn and compared')
  .option('--pairs <n>', 'runs of each, with --ab', integer, DEFAULT_PAIRS)
  .action(async (caseId: string | undefined, options: Partial<AbCliOptions>) =>
    end(await runBenchVerb(caseId, options)),
  );
run('faults', ['faults'], addFaultsOptions, 'what is left of it when things break under load?');
run(
  'run',
  ['smoke', 'check', 'bench', 'faults'],
  (command) => addBenchOptions(addCheckOptions(command)),
  'smoke, check, bench and faults',
).option('--require-targets', 'a missed target fails the run too');
program
  .command('report <dirs...>')
  .description(
    'the reports again, from the record of a run; or any percentile of one run or several',
  )
  .option('--require-targets', 'a missed target fails too')
  .option(
    '--percentiles <list>',
    'asks the kept histograms for these, as in 99.5,99.95',
    percentiles,
  )
  .option('--operation <id>', 'only of this operation')
  .option(
    '--format <names>',
    `writes only these, for other tools: ${FORMAT_NAMES.join(', ')}`,
    formats,
  )
  .addOption(
    new Option('--measure <name>', 'of which times')
      .choices(['response', 'service', 'send-lag'])
      .default('response'),
  )
  .action((dirs: string[], { percentiles, requireTargets, format, ...rest }: ReportCliOptions) => {
    if (percentiles) return end(askPercentiles(dirs, { percentiles, ...rest }));
    if (format) return end(reportFormats(onlyOne(dirs), format));
    return end(reportAgain(onlyOne(dirs), requireTargets));
  });
addCompareOptions(program.command('compare [files...]'))
  .description('what became better or worse: two measurements.csv, one series, or two report.json')
  .action((files: string[], options: CompareCliOptions) => end(runCompareVerb(files, options)));
addTrendOptions(program.command('trend <files...>'))
  .description('the history of each figure over many measurements.csv, and where its level changed')
  .action((files: string[], options: TrendCliOptions) => end(runTrendVerb(files, options)));
program
  .command('mutants [case]')
  .description('does every named defect make the clause fail that it breaks?')
  .option(
    '--impl <dir>',
    'the implementation whose manifest names the mutants (default: the reference)',
  )
  .option('--only <ids>', 'only these mutants, or those of these clauses', list)
  .option('--sample <n>', 'only so many, chosen by the seed', integer)
  .option('--seed <n>', 'of everything that is generated', integer, 1)
  .option('--effort <times>', 'so many times the generated inputs', effort, 1)
  .addOption(patienceOption())
  .option('--thorough', 'asks every mutant the checks that start and kill processes too')
  .option('--matrix <file>', 'writes which clause caught which mutant, as CSV')
  .addOption(rootOption())
  .action(async (caseId: string | undefined, options: MutantsCliOptions) =>
    end(await runMutantsVerb(caseId, options)),
  );
addExerciseVerb(program, end);
addDiagnoseOptions(program.command('diagnose <case>'))
  .description('why is it slow? Clinic Doctor on a Node implementation under load')
  .action(async (caseId: string, options: DiagnoseCliOptions) =>
    end(await runDiagnoseVerb(caseId, options)),
  );

process.on('uncaughtException', fail);
process.on('unhandledRejection', noteLostRejection);
await program.parseAsync().catch(fail);

function run(
  verb: string,
  parts: readonly Part[],
  addOptions: (command: Command) => Command,
  description: string,
): Command {
  return addOptions(program.command(`${verb} <case>`).description(description)).action(
    async (caseId: string, options: Partial<RunCliOptions>) =>
      end(await performRun(verb, parts, caseId, { ...DEFAULTS, ...options } as RunCliOptions)),
  );
}

function runBenchVerb(caseId: string | undefined, options: Partial<AbCliOptions>): Promise<number> {
  const all = { ...DEFAULTS, ...options } as AbCliOptions;
  if (options.ab) return runAbVerb(caseId, all);
  if (caseId !== undefined) return performRun('bench', ['bench'], caseId, all);
  throw new SpecError('Name the case study: casemark bench CASE --impl DIR.');
}

interface ReportCliOptions extends Omit<PercentileQuestion, 'percentiles'> {
  percentiles?: number[];
  requireTargets?: boolean;
  format?: Format[];
}

/** @throws SpecError: the reports of several runs do not add up, their histograms do */
function onlyOne(dirs: readonly string[]): string {
  if (dirs.length === 1) return dirs[0]!;
  throw new SpecError(
    'The reports are made again for one run at a time: name one folder, or ask --percentiles of several.',
  );
}

/** Pipes that are still being written are not cut off. */
function end(code: number): void {
  process.exitCode = lostRejection ? EXIT_INTERNAL : code;
  setTimeout(() => process.exit(), MAX_LINGER_MS).unref();
}

/** A check that forgets a promise must not end the other checks, nor may what it found be lost without a word. */
function noteLostRejection(error: unknown): void {
  lostRejection = true;
  console.error(
    `casemark: a check left a rejection unhandled, so its verdict cannot be trusted. Please report this:\n${stackOf(error)}`,
  );
  end(EXIT_INTERNAL);
}

function fail(error: unknown): void {
  if (error instanceof CommanderError) return end(error.exitCode === 0 ? EXIT.ok : EXIT.usage);
  if (error instanceof SpecError) {
    console.error(`casemark: ${error.message}`);
    return end(EXIT.usage);
  }
  console.error(
    `casemark itself failed, which says nothing about the implementation. Please report this:\n${stackOf(error)}`,
  );
  process.exit(EXIT_INTERNAL);
}

function stackOf(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
