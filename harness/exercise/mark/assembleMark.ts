/** From what the seeds showed to the mark: the same outcomes always give the same mark. */
import { suiteVersion } from '../../contract/packageRoot.ts';
import type { CaseStudy } from '../../contract/caseStudy.ts';
import { environment } from '../../report/environment.ts';
import { DIMENSIONS } from '../levels.ts';
import type { Level } from '../levels.ts';
import { MARK_SCHEMA_VERSION } from './mark.ts';
import type { Latency, Mark, MarkedClause, SeedOutcome } from './mark.ts';
import { reachedLevel, scoreOf, sharesOf } from './rubric.ts';

/** What is known before the first seed. */
export interface MarkSubject {
  readonly caseStudy: CaseStudy;
  /** Of the exercise: those up to its own. */
  readonly levels: readonly Level[];
  readonly language: string;
  readonly solution: Mark['solution'];
  readonly seeds: readonly number[];
  readonly startedMs: number;
}

/** What is known by now. */
export interface MarkFindings {
  readonly confinement: string;
  /** Of each seed that was run, by clause. */
  readonly outcomes: readonly ReadonlyMap<string, SeedOutcome>[];
  readonly latency: Latency;
  readonly complete: boolean;
  readonly problem: string | null;
  readonly notes: readonly string[];
}

export function assembleMark(subject: MarkSubject, findings: MarkFindings, nowMs: number): Mark {
  const { caseStudy, levels, language, solution, seeds, startedMs } = subject;
  const { confinement, outcomes, latency, complete, problem, notes } = findings;
  const clauses = markedClauses(levels, outcomes);
  const shares = sharesOf(clauses);
  if (latency.kind === 'measured') shares.set('latency', latency.share);
  const { score, parts } = scoreOf(shares);
  const { id, title, specVersion, sha256 } = caseStudy;
  return {
    schemaVersion: MARK_SCHEMA_VERSION,
    suiteVersion,
    markedUtc: new Date(startedMs).toISOString(),
    durationMs: Math.round(nowMs - startedMs),
    case: { id, title, specVersion, sha256 },
    level: levels.length,
    language,
    solution,
    confinement,
    complete,
    problem,
    seeds: [...seeds],
    score,
    parts,
    latency,
    reachedLevel: reachedLevel(clauses),
    clauses,
    notes: [...notes],
    environment: environment(),
  };
}

/** In the order of the levels, and in each of the parts of the rubric. */
export function markedClauses(
  levels: readonly Level[],
  outcomes: readonly ReadonlyMap<string, SeedOutcome>[],
): MarkedClause[] {
  return levels.flatMap(({ clauses, visible }, index) =>
    DIMENSIONS.flatMap((dimension) =>
      (clauses[dimension] ?? []).map((clause): MarkedClause => {
        const seeds = outcomes.flatMap((each) => each.get(clause) ?? []);
        return {
          clause,
          level: index + 1,
          dimension,
          visible: visible.includes(clause),
          credit: seeds.length > 0 && seeds.every(({ outcome }) => outcome === 'pass'),
          seeds,
        };
      }),
    ),
  );
}
