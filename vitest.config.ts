import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['harness/**/*.test.ts', 'reference/**/*.test.ts', 'bench/**/*.test.ts'],
    // Tests that start processes share two cores with the others: a hang must end, a slow machine must not fail.
    testTimeout: 60_000,
    hookTimeout: 60_000,
  },
});
