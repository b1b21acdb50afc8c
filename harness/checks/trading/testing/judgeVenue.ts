/** Runs the trading checks on a venue in this process. */
import { loadCaseStudy } from '../../../contract/loadCaseStudy.ts';
import { runChecks } from '../../../run/runChecks.ts';
import { inMemoryFactory } from './inMemoryTarget.ts';
import type { InMemoryVenue } from './inMemoryTarget.ts';

export const trading = loadCaseStudy('trading');

export interface Judged {
  readonly clause: string;
  readonly check: string;
  readonly verdict: string;
  readonly reason: string;
}

/** By check id, or all. The clauses that are excluded are left out. */
export async function judgeVenue(
  open: (clockMs: number) => InMemoryVenue,
  { seed, checks }: { seed: number; checks?: readonly string[] },
): Promise<Judged[]> {
  const rows = trading.requirements.flatMap(({ id, clauses }) =>
    clauses.flatMap(({ key, check }) => (check ? [{ clause: `${id}.${key}`, check }] : [])),
  );
  const wanted = rows.filter(({ check }) => checks === undefined || checks.includes(check));
  const judgements = await runChecks(
    trading,
    inMemoryFactory(trading, 'test venue', open),
    {
      seed,
      only: wanted.map(({ clause }) => clause),
      shrink: 'first-failure',
      replayCommand: () => '',
    },
    () => undefined,
  );
  return judgements.map(({ clause, verdict, reason = '' }) => ({
    ...{ clause, verdict, reason },
    check: wanted.find((row) => row.clause === clause)!.check,
  }));
}

/** A venue in this process has none that could be limited; unwritableJournal.test.ts tries it on one that pretends. */
const NEEDS_PROCESS: ReadonlySet<string> = new Set(['audit-unavailable']);

/** Those that did not pass, told so that a failing test needs no second run. */
export function complaints(judged: readonly Judged[]): string[] {
  return judged
    .filter(
      ({ check, verdict }) => verdict !== (NEEDS_PROCESS.has(check) ? 'not-applicable' : 'pass'),
    )
    .map(({ clause, check, verdict, reason }) => `${clause} ${check}: ${verdict} - ${reason}`);
}
