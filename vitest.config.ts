import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { defineConfig } from 'vitest/config';
import { BaseSequencer } from 'vitest/node';
import type { TestSpecification } from 'vitest/node';

// The tests start hundreds of processes from the same sources: each of them need not compile these again. Where casemark has its own.
process.env['NODE_COMPILE_CACHE'] ??= join(tmpdir(), 'node-compile-cache');

/** What takes longest first, so that none of it is left alone at the end: vitest goes by the files' size, which says little of their time. */
const LONGEST = [
  '/acceptance/load.test.ts',
  '/campaign.test.ts',
  '/freedoms.test.ts',
  '/acceptance/',
  '/freedomsTogether.test.ts',
  'Checks.test.ts',
  '/defects.test.ts',
  '/micro.test.ts',
];

class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const place = ({ moduleId }: TestSpecification): number => {
      const found = LONGEST.findIndex((part) => moduleId.includes(part));
      return found === -1 ? LONGEST.length : found;
    };
    return (await super.sort(files)).toSorted((one, other) => place(one) - place(other));
  }
}

/** Whose files change nothing that others see (no mocks of modules, no environment): their worker goes on with what it has loaded. */
const TOGETHER = [
  'harness/{ci,compare,contract,fault,load,report,run,target}/**/*.test.ts',
  'reference/{kit,marketplace,payments}/**/*.test.ts',
];
const ALL = ['harness/**/*.test.ts', 'reference/**/*.test.ts', 'bench/**/*.test.ts'];

export default defineConfig({
  test: {
    projects: [
      { extends: true, test: { name: 'together', include: TOGETHER, isolate: false } },
      { extends: true, test: { name: 'apart', include: ALL, exclude: TOGETHER } },
    ],
    // Most of them wait for processes, so two at a time even where there are only two cores.
    maxWorkers: 2,
    sequence: { sequencer: LongestFirst },
    // Tests that start processes share the cores with the others: a hang must end, a slow machine must not fail.
    testTimeout: 60_000,
    hookTimeout: 60_000,
    // What guards main may meet a machine that stalls for a second: one more try, and the report says which tests needed it.
    retry: process.env['CI'] === undefined ? 0 : 1,
  },
});
