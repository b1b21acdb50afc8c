/** The levels of a case study: spec/<case>/levels.json, held to its meta-schema and to the contract. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { CaseStudy } from '../contract/caseStudy.ts';
import { displayPath, readDataFile } from '../contract/readDataFile.ts';
import { SpecError } from '../contract/specError.ts';

/** The parts of the rubric that clauses count in; latency is measured beside them. */
export const DIMENSIONS = ['correctness', 'concurrency', 'durability', 'robustness'] as const;
export type Dimension = (typeof DIMENSIONS)[number];

export const TRACKS = ['event-driven', 'caching', 'security', 'real-time'] as const;
export type Track = (typeof TRACKS)[number];

export interface DiscussionQuestion {
  readonly question: string;
  readonly listenFor: readonly string[];
}

/** As spec/schema/levels.schema.json describes it. */
export interface Level {
  readonly title: string;
  readonly minutes: number;
  readonly goal: string;
  readonly shows: string;
  readonly tracks: Readonly<Partial<Record<Track, string>>>;
  readonly operations: readonly string[];
  readonly clauses: Readonly<Partial<Record<Dimension, readonly string[]>>>;
  readonly visible: readonly string[];
  readonly hints: readonly string[];
  readonly discussion: readonly DiscussionQuestion[];
}

/** One level with all that the levels before it ask. */
export interface Exercise {
  readonly level: number;
  /** This level's own. */
  readonly own: Level;
  /** Operations and streams of this level and the ones before it. */
  readonly operations: readonly string[];
  /** Every clause of this level and the ones before it, with the part of the rubric that it counts in. */
  readonly clauses: ReadonlyMap<string, Dimension>;
  /** What the candidate may run, of this level and the ones before it, in order. */
  readonly visible: readonly string[];
}

/**
 * @returns in order; the first is level 1; none where the case study has no levels.json
 * @throws SpecError naming the level and what does not fit the contract
 */
export function readLevels(caseStudy: CaseStudy): Level[] {
  const file = join(caseStudy.dir, 'levels.json');
  if (!existsSync(file)) return [];
  const { levels } = readDataFile<{ levels: Level[] }>(file, 'levels', 'write it');
  const problems = levels.flatMap((level, index) => {
    const before = levels.slice(0, index).flatMap(clausesOf);
    return problemsOf(caseStudy, level, before).map((problem) => `level ${index + 1}: ${problem}`);
  });
  if (problems.length > 0) throw new SpecError(`${displayPath(file)}: ${problems.join('; ')}.`);
  return levels;
}

/** @throws SpecError when the case study has no such level */
export function exerciseOf(caseStudy: CaseStudy, level: number): Exercise {
  const levels = readLevels(caseStudy);
  const own = levels[level - 1];
  if (!own) {
    const has = levels.length === 0 ? 'has no levels.json' : `has the levels 1 to ${levels.length}`;
    throw new SpecError(`The case study ${caseStudy.id} ${has}, and no level ${level}.`);
  }
  const upTo = levels.slice(0, level);
  return {
    level,
    own,
    operations: upTo.flatMap(({ operations }) => operations),
    clauses: new Map(upTo.flatMap(dimensionsOf)),
    visible: upTo.flatMap(({ visible }) => visible),
  };
}

function dimensionsOf({ clauses }: Level): [string, Dimension][] {
  return DIMENSIONS.flatMap((dimension) =>
    (clauses[dimension] ?? []).map((clause): [string, Dimension] => [clause, dimension]),
  );
}

function clausesOf(level: Level): string[] {
  return dimensionsOf(level).map(([clause]) => clause);
}

function problemsOf(caseStudy: CaseStudy, level: Level, before: readonly string[]): string[] {
  const checked = new Set(
    caseStudy.requirements.flatMap(({ id, clauses }) =>
      clauses.filter(({ check }) => check !== undefined).map(({ key }) => `${id}.${key}`),
    ),
  );
  const own = clausesOf(level);
  const known = new Set([...caseStudy.operations.keys(), ...caseStudy.streams.keys()]);
  return [
    ...own.filter((ref) => !checked.has(ref)).map((ref) => `${ref} is no clause with a check`),
    ...own
      .filter((ref, at) => before.includes(ref) || own.indexOf(ref) !== at)
      .map((ref) => `${ref} stands in two places`),
    ...level.visible
      .filter((ref) => !own.includes(ref))
      .map((ref) => `${ref} is visible, and not among its clauses`),
    ...level.operations
      .filter((name) => !known.has(name))
      .map((name) => `the contract has no operation or stream ${name}`),
  ];
}
