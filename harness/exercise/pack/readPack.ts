/** Which exercise a folder holds: its exercise.json. */
import { join, resolve } from 'node:path';
import { readDataFile } from '../../contract/readDataFile.ts';
import { languageOf } from './languages.ts';
import type { Language } from './languages.ts';

/** As spec/schema/exercise.schema.json describes it. */
export interface ExerciseFile {
  readonly $schema?: string;
  readonly case: string;
  readonly specVersion: string;
  readonly level: number;
  readonly language: string;
  readonly suiteVersion: string;
}

export interface Pack extends ExerciseFile {
  /** Absolute. */
  readonly dir: string;
  readonly toolchain: Language;
}

/** @throws SpecError when the folder is no pack */
export function readPack(folder: string): Pack {
  const dir = resolve(folder);
  const file = readDataFile<ExerciseFile>(
    join(dir, 'exercise.json'),
    'exercise',
    'name the folder that `casemark exercise new` made.',
  );
  return { ...file, dir, toolchain: languageOf(file.language) };
}
