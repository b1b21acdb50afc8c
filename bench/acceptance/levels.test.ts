/** The levels of every case study, held against its reference: it passes them, and their checks use no operation that they do not name. */
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { sampleOf } from '../../harness/checks/testing/sample.ts';
import { loadCaseStudy } from '../../harness/contract/loadCaseStudy.ts';
import { exerciseOf, readLevels } from '../../harness/exercise/levels.ts';
import { runChecks } from '../../harness/run/runChecks.ts';
import { openImplementation } from '../../harness/target/openImplementation.ts';

const root = join(import.meta.dirname, '../..');
const cases = readdirSync(join(root, 'spec')).filter(
  (name) =>
    existsSync(join(root, 'spec', name, 'levels.json')) &&
    existsSync(join(root, 'reference', name, 'casemark.json')),
);

/** Of what is generated, and of the level that is tried: CASEMARK_TEST_SEED=N tries another one. */
const seed = Number(process.env['CASEMARK_TEST_SEED'] ?? 1);

/** Levels with kills start their case's process dozens of times. */
const TIMEOUT_MS = 180_000;

interface Row {
  readonly caseId: string;
  readonly level: number;
}

const rows = cases.flatMap((caseId) =>
  readLevels(loadCaseStudy(caseId)).map((_, index): Row => ({ caseId, level: index + 1 })),
);

interface Attempt {
  /** Clauses that did not pass, with their reasons. */
  readonly failed: string[];
  /** Operations and streams that were used and are not the exercise's, with their clauses. */
  readonly foreign: string[];
}

async function attempt({ caseId, level }: Row): Promise<Attempt> {
  const impl = join(root, 'reference', caseId);
  const { caseStudy, factory, close } = await openImplementation(caseId, {
    impl,
    binding: 'module',
  });
  const { operations, own } = exerciseOf(caseStudy, level);
  const foreign = new Set<string>();
  const noteForeign = (clause: string, what: string): void => {
    const isKnown = caseStudy.operations.has(what) || caseStudy.streams.has(what);
    if (isKnown && !operations.includes(what)) foreign.add(`${clause}: ${what}`);
  };
  try {
    const judgements = await runChecks(
      caseStudy,
      factory,
      {
        seed,
        only: Object.values(own.clauses).flat(),
        replayCommand: () => '',
        onEntry: (clause, { what }) => noteForeign(clause, what),
      },
      () => undefined,
    );
    const failed = judgements
      .filter(({ verdict }) => verdict !== 'pass')
      .map(({ clause, verdict, reason = '' }) => `${clause} ${verdict}: ${reason}`);
    return { failed, foreign: [...foreign].toSorted() };
  } finally {
    await close();
  }
}

describe.each(sampleOf([rows[seed % rows.length]!], rows))(
  `level $level of $caseId, seed ${seed}`,
  (row) => {
    test('the reference passes it with its operations', { timeout: TIMEOUT_MS }, async () => {
      expect(await attempt(row)).toEqual({ failed: [], foreign: [] });
    });
  },
);
