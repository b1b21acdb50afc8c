/** What latency is measured against: another implementation of the case study, by the same binding. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { CaseStudy } from '../../contract/caseStudy.ts';
import { findCaseStudy } from '../../contract/findCaseStudies.ts';
import type { Implementation } from '../../target/implementation.ts';
import { implementationOf, readManifest } from '../../target/manifest.ts';

/**
 * @param given a manifest; default: reference/<case>/casemark-stdio.json beside the case's own spec/
 * @returns undefined where there is none
 * @throws SpecError when the manifest cannot be used
 */
export function referenceOf(
  caseStudy: CaseStudy,
  roots: readonly string[],
  given?: string,
): Implementation | undefined {
  const usual = join(
    findCaseStudy(caseStudy.id, roots).root,
    'reference',
    caseStudy.id,
    'casemark-stdio.json',
  );
  const file = given ?? usual;
  if (given === undefined && !existsSync(usual)) return undefined;
  return implementationOf(readManifest(file), caseStudy, 'stdio');
}
