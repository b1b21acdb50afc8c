/** Runs the trading checks on a venue in this process. */
import { loadCaseStudy } from '../../../contract/loadCaseStudy.ts';
import { inMemoryFactory } from '../../testing/inMemoryTarget.ts';
import { complaints as complaintsOf, judgePlatform } from '../../testing/judgePlatform.ts';
import type { Judged, JudgeOptions } from '../../testing/judgePlatform.ts';
import type { InMemoryVenue } from './inMemoryVenue.ts';

export const trading = loadCaseStudy('trading');

/** By check id, or all. The clauses that are excluded are left out. */
export function judgeVenue(
  open: (clockMs: number) => InMemoryVenue,
  options: JudgeOptions,
): Promise<Judged[]> {
  return judgePlatform(trading, inMemoryFactory(trading, 'test venue', open), options);
}

/** A venue in this process has none that could be limited; unwritableJournal.test.ts tries it on one that pretends. */
const NEEDS_PROCESS: ReadonlySet<string> = new Set(['audit-unavailable']);

export function complaints(judged: readonly Judged[]): string[] {
  return complaintsOf(judged, NEEDS_PROCESS);
}
