/** `casemark mutants`: the judge on trial. */
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { findCaseStudies, findCaseStudy } from '../contract/findCaseStudies.ts';
import type { CaseStudyPlace } from '../contract/findCaseStudies.ts';
import { loadCaseStudy } from '../contract/loadCaseStudy.ts';
import { SpecError } from '../contract/specError.ts';
import { chooseMutants } from '../mutants/chooseMutants.ts';
import { killMatrixCsv, killMatrixText } from '../mutants/killMatrix.ts';
import { readMutants } from '../mutants/mutant.ts';
import { runMutants } from '../mutants/runMutants.ts';
import { implementationOf, readManifest } from '../target/manifest.ts';
import { openWorld } from '../world/openWorld.ts';

export interface MutantsCliOptions {
  /** Default: reference/<case> beside the case's own spec/. */
  impl?: string;
  only?: string[];
  sample?: number;
  seed: number;
  effort: number;
  patience: number;
  matrix?: string;
  thorough?: boolean;
  root: string[];
}

/**
 * @param caseId undefined: every case study that has a reference
 * @returns the exit code: 0 when every mutant is killed, the implementation fails nothing and nothing passes without state
 */
export async function runMutantsVerb(
  caseId: string | undefined,
  options: MutantsCliOptions,
): Promise<number> {
  const places =
    caseId === undefined ? withReference(options.root) : [findCaseStudy(caseId, options.root)];
  let worst = 0;
  for (const place of places) {
    const impl = options.impl ?? referenceOf(place);
    worst = Math.max(worst, await judgeMutants(place.id, impl, options));
  }
  return worst;
}

function referenceOf({ root, id }: CaseStudyPlace): string {
  return join(root, 'reference', id);
}

function withReference(roots: readonly string[]): CaseStudyPlace[] {
  return findCaseStudies(roots).filter((place) =>
    existsSync(join(referenceOf(place), 'casemark.json')),
  );
}

async function judgeMutants(
  caseId: string,
  impl: string,
  options: MutantsCliOptions,
): Promise<number> {
  const caseStudy = loadCaseStudy(caseId, options.root);
  const manifest = readManifest(impl);
  const implementation = implementationOf(manifest, caseStudy, 'module');
  if (implementation.mutantsFile === undefined) {
    throw new SpecError(
      `${implementation.source} names no "mutants" for ${caseId}: add the path of their file.`,
    );
  }
  const mutants = chooseMutants(readMutants(implementation.mutantsFile, caseStudy), options);
  const overHttp = mutants.some(({ binding }) => binding === 'http')
    ? implementationOf(manifest, caseStudy, 'http')
    : undefined;
  const world = caseStudy.world && (await openWorld(caseStudy));
  let done = 0;
  const { results, baselineProblems, nullPasses } = await runMutants(
    caseStudy,
    implementation,
    mutants,
    {
      seed: options.seed,
      effort: options.effort,
      patience: options.patience,
      world,
      ...(overHttp && { overHttp }),
      clauses: options.thorough ? 'all' : 'shared',
      onProgress: (message) => console.error(`judging ${message}`),
      onResult: ({ mutant, verdict, sentence, durationMs }) => {
        done += 1;
        console.error(
          `${done}/${mutants.length} ${verdict} ${mutant.id} (${mutant.clause}), ${durationMs} ms${verdict === 'killed' ? '' : `: ${sentence}`}`,
        );
      },
    },
  ).finally(() => world?.close());
  if (options.matrix !== undefined) writeFileSync(options.matrix, killMatrixCsv(results));
  console.log(killMatrixText(results));
  for (const problem of baselineProblems) console.log(`unmodified: ${problem}`);
  for (const clause of nullPasses)
    console.log(`null implementation: ${clause} passes, and must not`);
  const alive = results.filter(({ verdict }) => verdict !== 'killed');
  for (const { mutant, verdict, sentence } of alive)
    console.log(`${verdict}: ${mutant.id}: ${mutant.defect} ${sentence}`);
  console.log(
    `${results.length - alive.length} of ${results.length} mutants killed; the unmodified implementation has ` +
      `${baselineProblems.length} problems, the null implementation passes ${nullPasses.length} clauses (seed ${options.seed})`,
  );
  return alive.length + baselineProblems.length + nullPasses.length === 0 ? 0 : 1;
}
