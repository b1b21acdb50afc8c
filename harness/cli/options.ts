/** What the verbs take from the command line, and how its words become values. */
import { InvalidArgumentError, Option } from 'commander';
import type { Command } from 'commander';
import { FORMAT_NAMES } from '../report/formats/writeFormats.ts';
import type { Format } from '../report/formats/writeFormats.ts';
import type { TargetChoice } from '../target/openImplementation.ts';

export interface RunCliOptions extends TargetChoice {
  root: string[];
  patience: number;
  out?: string;
  only?: string[];
  seed: number;
  effort: number;
  profile: string;
  scenario?: string[];
  generatorThreads: number;
  requireTargets?: boolean;
}

/** The same on every run unless another is asked for: two reports of one implementation should agree. */
const DEFAULT_SEED = 1;

/** Patience beyond this waits for something that will not come. */
const MAX_PATIENCE = 1_000;

export function addTargetOptions(command: Command): Command {
  return command
    .option('--impl <dir>', 'the implementation: a folder with a casemark.json, or that file')
    .option('--url <url>', 'a server that is already running')
    .option('--manifest <file>', 'its manifest, when --url is given')
    .addOption(
      new Option('--binding <binding>', 'which of the bindings that the manifest offers').choices([
        'http',
        'stdio',
        'module',
      ]),
    )
    .option('--launch-with <command>', 'put before its command, for instance "bwrap ..."', words)
    .option('--world-port <n>', 'where the outside services that casemark plays listen', port)
    .addOption(rootOption())
    .addOption(patienceOption());
}

export function patienceOption(): Option {
  return new Option('--patience <times>', 'wait so many times longer (10x)')
    .argParser(patience)
    .default(1);
}

export function addRunOptions(command: Command): Command {
  return addTargetOptions(command)
    .option('--out <dir>', 'where the record and the reports are written')
    .option('--seed <n>', 'of everything that is generated', integer, DEFAULT_SEED);
}

export function addCheckOptions(command: Command): Command {
  return addRunOptions(command)
    .option('--only <ids>', 'only these requirements or clauses, separated by commas', list)
    .option('--effort <times>', 'so many times the generated inputs (0.5x, 4x)', effort, 1);
}

export function addBenchOptions(command: Command): Command {
  return command
    .option('--profile <name>', 'load profile: quick, standard, or one by its name', 'quick')
    .option('--scenario <names>', 'only these scenarios of the profile', list)
    .option('--generator-threads <n>', 'threads that generate the load', threads, 1);
}

export function addFaultsOptions(command: Command): Command {
  return addRunOptions(command).option(
    '--profile <name>',
    'profile of faults.json: quick, standard, or one by its name',
    'quick',
  );
}

export function rootOption(): Option {
  return new Option('--root <dir>', 'a folder with further case studies in spec/ (may be repeated)')
    .argParser((dir: string, before: string[]) => [...before, dir])
    .default([], 'none');
}

export function integer(text: string): number {
  const value = Number(text);
  if (Number.isSafeInteger(value)) return value;
  throw new InvalidArgumentError('Write an integer.');
}

/** More generators than this do not fit on the machines that implementations are measured on. */
const MAX_GENERATOR_THREADS = 32;

function threads(text: string): number {
  const value = Number(text);
  if (Number.isInteger(value) && value >= 1 && value <= MAX_GENERATOR_THREADS) return value;
  throw new InvalidArgumentError(`Write an integer from 1 to ${MAX_GENERATOR_THREADS}.`);
}

const MAX_PORT = 65_535;

function port(text: string): number {
  const value = Number(text);
  if (Number.isInteger(value) && value >= 1 && value <= MAX_PORT) return value;
  throw new InvalidArgumentError(`Write a port from 1 to ${MAX_PORT}.`);
}

function times(text: string, max: number): number {
  const value = Number(text.replace(/x$/, ''));
  if (Number.isFinite(value) && value > 0 && value <= max) return value;
  throw new InvalidArgumentError(`Write a number above 0 and up to ${max}, as in 10x.`);
}

function patience(text: string): number {
  return times(text, MAX_PATIENCE);
}

export function effort(text: string): number {
  return times(text, MAX_PATIENCE);
}

export function list(text: string): string[] {
  const items = text
    .split(',')
    .map((item) => item.trim())
    .filter((item) => item !== '');
  if (items.length > 0) return items;
  throw new InvalidArgumentError('Write ids separated by commas.');
}

export function percentiles(text: string): number[] {
  const numbers = list(text).map(Number);
  if (numbers.every((number) => number >= 0 && number <= 100)) return numbers;
  throw new InvalidArgumentError('Write percentiles from 0 to 100, as in 99.5,99.95.');
}

export function formats(text: string): Format[] {
  const names = list(text);
  const known: readonly string[] = FORMAT_NAMES;
  if (names.every((name) => known.includes(name))) return names as Format[];
  throw new InvalidArgumentError(`Write one or more of ${FORMAT_NAMES.join(', ')}.`);
}

function words(text: string): string[] {
  return text.split(/\s+/).filter((word) => word !== '');
}
