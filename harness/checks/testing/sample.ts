/** How much the tests of the checks try: a sample, or all of it with CASEMARK_TEST_ALL=1. */

export const TRIES_ALL = process.env['CASEMARK_TEST_ALL'] !== undefined;

/** @returns what is tried by default, or with CASEMARK_TEST_ALL=1 what is tried then */
export function sampleOf<T>(usual: T, all: T): T {
  return TRIES_ALL ? all : usual;
}
