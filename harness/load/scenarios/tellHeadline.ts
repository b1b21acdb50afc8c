/** The arithmetic from a measured rate to the case study's headline, as notes of the run. */
import type { LoadBench } from '../bench.types.ts';
import { headlineArithmetic, readScale } from '../scale/headline.ts';
import { tellNote } from '../tell.ts';

/** `opsPerS`: what one node was measured at. @throws SpecError */
export function tellHeadline(bench: LoadBench, opsPerS: number): void {
  const scale = readScale(bench.caseStudy);
  if (!scale) {
    return tellNote(
      bench,
      `spec/${bench.caseStudy.id} has no scale.json: no arithmetic to its headline.`,
    );
  }
  for (const line of headlineArithmetic(scale, opsPerS).lines) tellNote(bench, line);
}
