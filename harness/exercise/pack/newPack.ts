/** Writes a pack: the folder in which a candidate works. Nothing of a judge or of an implementation is in it. */
import {
  chmodSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { join, resolve } from 'node:path';
import type { CaseStudy } from '../../contract/caseStudy.ts';
import { packageRoot, suiteVersion } from '../../contract/packageRoot.ts';
import { SpecError } from '../../contract/specError.ts';
import { exerciseOf } from '../levels.ts';
import type { Exercise } from '../levels.ts';
import { briefText } from './briefText.ts';
import { languageOf } from './languages.ts';
import type { Language } from './languages.ts';
import { openRpc } from './openRpc.ts';
import type { ExerciseFile } from './readPack.ts';

/** Files of a case study that an implementer does not need, or whose parts the pack has in another form. */
const LEFT_OUT = new Set([
  ...['case.json', 'examples.json', 'faults.json', 'levels.json', 'requirements.json'],
  ...['scale.json', 'scale.md', 'targets.json', 'README.md', 'errors.json', 'messages.schema.json'],
]);

/** A line of a starter that ends so is written once for each operation or stream of the exercise. */
const EACH_OPERATION = /^(\s*)(\S+) each operation: (.*)$/;
const EACH_STREAM = /^(\s*)(\S+) each stream: (.*)$/;

const exercises = join(packageRoot, 'harness/exercise');

export interface PackChoice {
  readonly caseStudy: CaseStudy;
  readonly level: number;
  readonly language: string;
  /** Made when it is not there; must be empty when it is. */
  readonly dir: string;
}

/**
 * @returns the folder's absolute path
 * @throws SpecError when the level or the language does not exist, or the folder is not empty
 */
export function newPack({ caseStudy, level, language: languageId, dir }: PackChoice): string {
  const language = languageOf(languageId);
  const exercise = exerciseOf(caseStudy, level);
  const folder = resolve(dir);
  refuseUsed(folder, dir);
  mkdirSync(join(folder, 'contract'), { recursive: true });
  const write = (name: string, text: string): void => writeFileSync(join(folder, name), text);
  const writeJson = (name: string, value: object): void =>
    write(name, `${JSON.stringify(value, null, 2)}\n`);

  const about: ExerciseFile = {
    case: caseStudy.id,
    specVersion: caseStudy.specVersion,
    level,
    language: languageId,
    suiteVersion,
  };
  writeJson('exercise.json', about);
  writeJson('casemark.json', manifest(caseStudy, exercise, language));
  const brief = join(caseStudy.dir, 'README.md');
  if (existsSync(brief)) copyFileSync(brief, join(folder, 'CASE.md'));
  copyFileSync(join(exercises, 'guides/stdio.md'), join(folder, 'PROTOCOL.md'));
  copyFileSync(join(exercises, 'guides/candidate.md'), join(folder, 'GUIDE.md'));
  copyData(caseStudy.dir, join(folder, 'contract'));
  writeJson('contract/openrpc.json', openRpc(caseStudy, exercise.operations));
  const examples = writeExamples(caseStudy, exercise, folder);
  write('README.md', briefText(caseStudy, exercise, language, examples));
  writeStarter(exercise, caseStudy, language, folder);
  write('.gitignore', language.ignored.map((name) => `${name}/\n`).join(''));
  write('try', TRY);
  chmodSync(join(folder, 'try'), 0o755);
  return folder;
}

const TRY = `#!/bin/sh
# Tries the exercise of this folder. CASEMARK: the command, where casemark is not installed beside it.
exec \${CASEMARK:-npx casemark} exercise try "$(dirname "$0")" "$@"
`;

function refuseUsed(folder: string, shown: string): void {
  if (!existsSync(folder)) return;
  if (!statSync(folder).isDirectory()) throw new SpecError(`${shown} is a file: name a folder.`);
  if (readdirSync(folder).length === 0) return;
  throw new SpecError(`${shown} is not empty: name another folder, so that nothing in it is lost.`);
}

function manifest(caseStudy: CaseStudy, exercise: Exercise, language: Language): object {
  const asked = exercise.operations.flatMap(
    (name) => caseStudy.operations.get(name)?.capability ?? [],
  );
  const ofRequirements = caseStudy.requirements
    .filter(({ id, clauses }) => clauses.some(({ key }) => exercise.clauses.has(`${id}.${key}`)))
    .flatMap(({ capability }) => capability ?? []);
  const testMode = caseStudy.capabilities.filter(({ testMode: is }) => is).map(({ id }) => id);
  return {
    name: 'my-solution',
    version: '0.1.0',
    language: language.title,
    cases: {
      [caseStudy.id]: {
        command: language.command,
        binding: 'stdio',
        capabilities: [...new Set([...testMode, ...asked, ...ofRequirements])],
        knownFailures: [],
      },
    },
  };
}

/** What an implementer needs: messages, errors, the outside services' messages, rules, tables, vectors. */
function copyData(from: string, to: string): void {
  const isNeeded = (name: string): boolean =>
    !LEFT_OUT.has(name) && (name.endsWith('.json') || name.endsWith('.md'));
  const needed = readdirSync(from).filter(isNeeded);
  for (const name of ['messages.schema.json', 'errors.json', ...needed]) {
    copyFileSync(join(from, name), join(to, name));
  }
}

interface Example {
  readonly title: string;
  readonly steps: readonly { readonly operation?: string; readonly stream?: string }[];
}

/**
 * The conversations of the contract that need no more than the exercise's operations.
 * @returns how many there are
 */
function writeExamples({ dir }: CaseStudy, { operations }: Exercise, folder: string): number {
  const file = join(dir, 'examples.json');
  if (!existsSync(file)) return 0;
  const { examples } = JSON.parse(readFileSync(file, 'utf8')) as { examples: Example[] };
  const known = new Set(operations);
  const fitting = examples.filter(({ steps }) =>
    steps.every(({ operation, stream }) => known.has(operation ?? stream ?? '')),
  );
  if (fitting.length === 0) return 0;
  mkdirSync(join(folder, 'contract/examples'));
  for (const [index, { title, steps }] of fitting.entries()) {
    const text = `${JSON.stringify({ title, steps }, null, 2)}\n`;
    writeFileSync(join(folder, `contract/examples/${index + 1}.json`), text);
  }
  return fitting.length;
}

function writeStarter(
  { operations }: Exercise,
  caseStudy: CaseStudy,
  { id }: Language,
  folder: string,
): void {
  const from = join(exercises, 'starters', id);
  for (const name of readdirSync(from)) {
    const text = readFileSync(join(from, name), 'utf8');
    const lines = text.split('\n').flatMap((line) => {
      const each = EACH_OPERATION.exec(line);
      if (each)
        return expand(
          each,
          operations.filter((name) => caseStudy.operations.has(name)),
        );
      const stream = EACH_STREAM.exec(line);
      return stream
        ? expand(
            stream,
            operations.filter((name) => caseStudy.streams.has(name)),
          )
        : [line];
    });
    writeFileSync(join(folder, name), lines.join('\n'));
  }
}

/** `NAME` becomes the operation's name. */
function expand([, indent, comment, text]: RegExpExecArray, names: readonly string[]): string[] {
  return names.map((name) => `${indent}${comment} ${text!.replaceAll('NAME', name)}`);
}
