/** A case study of one operation and a target in memory, for the tests of the loop. */
import { join } from 'node:path';
import { loadCaseStudy } from '../../contract/loadCaseStudy.ts';
import { packageRoot } from '../../contract/packageRoot.ts';
import type { CaseStudy, Requirement } from '../../contract/caseStudy.ts';
import { nullImplementation } from '../../mutants/nullImplementation.ts';
import type { Answer, Target } from '../../target/target.ts';
import type { TargetFactory } from '../../target/targetFactory.ts';

const tallyRoot = join(packageRoot, 'bench/acceptance/tally');

/** The tally case, judged by the `checks` that a file of its own exports, with one MUST for each check id. */
export function caseWithChecks(
  checksFile: string,
  ids: readonly string[],
  more: Partial<Requirement> = {},
): CaseStudy {
  const tally = loadCaseStudy('tally', [tallyRoot]);
  const requirements = ids.map((id, index) => ({
    ...tally.requirements[0]!,
    id: `TAL-FAKE-${String(index + 1).padStart(2, '0')}`,
    clauses: [{ key: 'a', statement: id, freedoms: [], check: id, hits: { seen: 1 } }],
    ...more,
  }));
  return { ...tally, requirements, checksFile };
}

/** @param answer what every call is answered with, given how many there were before on this instance */
export function fakeFactory(
  caseStudy: CaseStudy,
  answer: (call: number) => Answer | Promise<Answer>,
  more: { ended?: (calls: number) => string | undefined; responds?: () => boolean } = {},
): TargetFactory & { launched: number; closed: number } {
  const base = nullImplementation(caseStudy);
  const factory = {
    ...base,
    launched: 0,
    closed: 0,
    async launch(): Promise<Target> {
      factory.launched += 1;
      let calls = 0;
      return {
        ...(await base.launch()),
        call: async () => answer(calls++),
        ended: () => more.ended?.(calls),
        responds: async () => more.responds?.() ?? true,
        close: async () => {
          factory.closed += 1;
        },
      };
    },
  };
  return factory;
}
