import { join } from 'node:path';
import { expect, test } from 'vitest';
import { loadCaseStudy } from '../contract/loadCaseStudy.ts';
import { packageRoot } from '../contract/packageRoot.ts';
import { readWorkloadFile } from '../load/workloadFile.ts';
import { holdObservedAreExpected } from './observedRefusals.ts';

const caseStudy = loadCaseStudy('tally', [join(packageRoot, 'bench/acceptance/tally')]);
const file = readWorkloadFile(caseStudy);
const observes = (_operation: string, code: string): boolean => code === 'INVALID_REQUEST';
const expecting = (codes: string[]) => ({ ...file, refusals: { ...file.refusals, codes } });

test('a refusal that is an outcome has to be one that the workload expects', () => {
  expect(() => holdObservedAreExpected(caseStudy, {}, file)).not.toThrow();
  expect(() =>
    holdObservedAreExpected(caseStudy, { observes }, expecting(['INVALID_REQUEST'])),
  ).not.toThrow();
  expect(() => holdObservedAreExpected(caseStudy, { observes }, expecting([]))).toThrow(
    'bench/tally/workload.json',
  );
});

test('a refusal that is an outcome has to be definite', () => {
  const row = { ...caseStudy.errors.get('INVALID_REQUEST')!, definite: false };
  const vague = { ...caseStudy, errors: new Map([['INVALID_REQUEST', row]]) };
  expect(() =>
    holdObservedAreExpected(vague, { observes }, expecting(['INVALID_REQUEST'])),
  ).toThrow('not definite');
});
