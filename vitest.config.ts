import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { defineConfig } from 'vitest/config';

// The tests start hundreds of processes from the same sources: each of them need not compile these again. Where casemark has its own.
process.env['NODE_COMPILE_CACHE'] ??= join(tmpdir(), 'node-compile-cache');

export default defineConfig({
  test: {
    include: ['harness/**/*.test.ts', 'reference/**/*.test.ts', 'bench/**/*.test.ts'],
    // Most of them wait for processes, so two at a time even where there are only two cores.
    maxWorkers: 2,
    // Tests that start processes share the cores with the others: a hang must end, a slow machine must not fail.
    testTimeout: 60_000,
    hookTimeout: 60_000,
    // What guards main may meet a machine that stalls for a second: one more try, and the report says which tests needed it.
    retry: process.env['CI'] === undefined ? 0 : 1,
  },
});
