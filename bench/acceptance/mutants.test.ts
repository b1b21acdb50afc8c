/** The judge is tried on every run of the tests: every mutant's text applies, and a few, chosen by a seed, are run. */
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { findCaseStudies } from '../../harness/contract/findCaseStudies.ts';
import { loadCaseStudy } from '../../harness/contract/loadCaseStudy.ts';
import { packageRoot } from '../../harness/contract/packageRoot.ts';
import { chooseMutants } from '../../harness/mutants/chooseMutants.ts';
import { readMutants } from '../../harness/mutants/mutant.ts';
import { runMutants } from '../../harness/mutants/runMutants.ts';
import { implementationOf, readManifest } from '../../harness/target/manifest.ts';
import { openWorld } from '../../harness/world/openWorld.ts';

/** The whole set is run by `npm run mutants`; these show that it still can be. */
const SAMPLE = 3;
/** Another one shows other mutants; the same one shows the same. */
const seed = Number(process.env['CASEMARK_TEST_SEED'] ?? 1);
const MAX_SAMPLE_MS = 180_000;

const references = join(packageRoot, 'reference');
const cases = findCaseStudies().filter(({ id }) =>
  existsSync(join(references, id, 'casemark.json')),
);

test('every case study with a reference has mutants', () => {
  expect(cases.map(({ id }) => id)).toEqual(
    readdirSync(references).filter((name) => existsSync(join(references, name, 'casemark.json'))),
  );
});

describe.each(cases.map(({ id }) => id))('the mutants of %s', (id) => {
  const caseStudy = loadCaseStudy(id);
  const manifest = readManifest(join(references, id));
  const implementation = implementationOf(manifest, caseStudy, 'module');
  const mutants = readMutants(implementation.mutantsFile!, caseStudy);

  test('break every judged clause at least once', () => {
    // What needs a capability that the reference does not have is proven on the case's system in memory.
    const judged = caseStudy.requirements
      .filter(({ capability }) => !capability || implementation.capabilities.has(capability))
      .flatMap((requirement) =>
        requirement.clauses
          .filter(({ check }) => check !== undefined)
          .map(({ key }) => `${requirement.id}.${key}`),
      );
    const broken = new Set(mutants.map(({ clause }) => clause));
    expect(judged.filter((clause) => !broken.has(clause))).toEqual([]);
  });

  // `.ci/run` asks more of them in steps of their own.
  test.skipIf(process.env['CI'] !== undefined)(
    `are killed: ${SAMPLE} of them, with the seed ${seed}`,
    async () => {
      const sample = chooseMutants(mutants, { sample: SAMPLE, seed });
      const world = caseStudy.world && (await openWorld(caseStudy));
      const found = await runMutants(caseStudy, implementation, sample, {
        seed: 1,
        effort: 1,
        clauses: 'shared',
        world,
        overHttp: implementationOf(manifest, caseStudy, 'http'),
      }).finally(() => world?.close());
      const alive = found.results
        .filter(({ verdict }) => verdict !== 'killed')
        .map(({ mutant, verdict, sentence }) => `${mutant.id} ${verdict}: ${sentence}`);
      expect(alive).toEqual([]);
      expect(found.baselineProblems).toEqual([]);
      expect(found.nullPasses).toEqual([]);
    },
    MAX_SAMPLE_MS,
  );
});
