/** In which order the test files run where nothing is known of them yet: vitest goes by their size, which says little of their time. */
import { BaseSequencer } from 'vitest/node';
import type { TestSpecification } from 'vitest/node';

/** Longest first, so that none is left alone at the end. What measures under load runs beside what judges, not beside its like. */
const LONGEST = [
  'bench/acceptance/load.test.ts',
  'harness/checks/payments/campaign.test.ts',
  'harness/checks/marketplace/freedoms.test.ts',
  'harness/checks/payments/freedoms.test.ts',
  'harness/checks/trading/freedoms.test.ts',
  'bench/acceptance/badInput.test.ts',
  'harness/checks/marketplace/inventoryChecks.test.ts',
  'harness/checks/trading/campaign.test.ts',
  'harness/checks/marketplace/freedomsTogether.test.ts',
  'bench/acceptance/diagnose.test.ts',
  'bench/acceptance/mutants.test.ts',
  'harness/checks/payments/testing/platform.test.ts',
  'bench/acceptance/sixthCase.test.ts',
  'bench/micro/micro.test.ts',
  'bench/acceptance/compare.test.ts',
  'bench/acceptance/faults.test.ts',
  'harness/load/scale/universalScalability.test.ts',
];

/** A file that is not there is no error: the list only saves time. */
export class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const place = ({ moduleId }: TestSpecification): number => {
      const found = LONGEST.findIndex((file) => moduleId.endsWith(`/${file}`));
      return found === -1 ? LONGEST.length : found;
    };
    return (await super.sort(files)).toSorted((one, other) => place(one) - place(other));
  }
}
