/** Mutants as data: one named defect each, as a change of the implementation's source text. */
import { existsSync, readFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import type { CaseStudy } from '../contract/caseStudy.ts';
import { displayPath, readDataFile } from '../contract/readDataFile.ts';
import { SpecError } from '../contract/specError.ts';

/** A defect that takes more is another implementation, and says little about what a check can see. */
const MAX_CHANGED_LINES = 10;

export interface MutantRow {
  readonly id: string;
  /** The clause that it breaks, and that must therefore fail. */
  readonly clause: string;
  /** One sentence. */
  readonly defect: string;
  /** Relative to the mutants file. */
  readonly file: string;
  readonly search: string;
  readonly replace: string;
  /** Other clauses that may fail with it. */
  readonly alsoFails: readonly string[];
  /** Where the defect is known from. */
  readonly source?: string;
  /** Default: module. For a defect that only a connection shows: of a client that does not read, say. */
  readonly binding?: 'http';
}

export interface Mutant extends MutantRow {
  /** Absolute. */
  readonly sourceFile: string;
}

/**
 * @param file absolute path of the mutants file
 * @throws SpecError when an id is there twice, a clause is unknown or not judged, or a text does not occur exactly once
 */
export function readMutants(file: string, caseStudy: CaseStudy): Mutant[] {
  const advice = 'the manifest names it in "mutants".';
  const read = readDataFile<MutantRow[] | { mutants: MutantRow[] }>(file, 'mutants', advice);
  const mutants = Array.isArray(read) ? read : read.mutants;
  const judged = new Set(
    caseStudy.requirements.flatMap(({ id, clauses }) =>
      clauses.filter(({ check }) => check !== undefined).map(({ key }) => `${id}.${key}`),
    ),
  );
  const ids = new Set<string>();
  const shown = displayPath(file);
  return mutants.map((row) => {
    const at = `${shown}, mutant "${row.id}"`;
    if (ids.has(row.id)) throw new SpecError(`${at} is there twice: give each its own id.`);
    ids.add(row.id);
    for (const clause of [row.clause, ...row.alsoFails]) {
      if (judged.has(clause)) continue;
      throw new SpecError(`${at} names ${clause}, which is no judged clause of ${caseStudy.id}.`);
    }
    const sourceFile = resolve(dirname(file), row.file);
    refuseUnfitText(row, sourceFile, at);
    return { ...row, sourceFile };
  });
}

function refuseUnfitText({ search, replace }: MutantRow, sourceFile: string, at: string): void {
  if (!existsSync(sourceFile)) {
    throw new SpecError(
      `${at} changes ${displayPath(sourceFile)}, which does not exist: correct "file".`,
    );
  }
  const found = readFileSync(sourceFile, 'utf8').split(search).length - 1;
  if (found !== 1) {
    throw new SpecError(
      `${at}: its "search" occurs ${found} times in ${displayPath(sourceFile)}, and must occur exactly once: ` +
        `the source has changed, or the text is too short.`,
    );
  }
  if (search === replace) throw new SpecError(`${at} changes nothing.`);
  const lines = Math.max(search.split('\n').length, replace.split('\n').length);
  if (lines > MAX_CHANGED_LINES) {
    throw new SpecError(
      `${at} changes ${lines} lines, more than ${MAX_CHANGED_LINES}: make the defect smaller.`,
    );
  }
}
