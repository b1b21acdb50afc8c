import { expect, test } from 'vitest';
import { join } from 'node:path';
import { loadCaseStudy } from '../contract/loadCaseStudy.ts';
import { packageRoot } from '../contract/packageRoot.ts';
import { requestLines } from './requestLines.ts';

const tally = loadCaseStudy('tally', [join(packageRoot, 'bench/acceptance/tally')]);

test.each([
  ['POST /v1/tallies/a%20b/add HTTP/1.1', true],
  ['GET /v1/tallies/a/add HTTP/1.1', false],
  ['POST /v1/tallies/a/b/add HTTP/1.1', false],
  ['POST /v1/tallies/a HTTP/1.1', false],
])('%s is for the operation: %s', (line, isFor) => {
  const target = requestLines(tally, ['add']);
  expect(typeof target === 'function' && target(line)).toBe(isFor);
});

test('a query belongs to the operation, and several may be meant', () => {
  const target = requestLines(tally, ['add', 'getTally']);
  expect(typeof target === 'function' && target('GET /v1/tallies/t?at=1 HTTP/1.1')).toBe(true);
  expect(requestLines(tally, 'any')).toBe('any');
});

test('an operation that there is not is named', () => {
  expect(() => requestLines(tally, ['subtract'])).toThrow('no operation "subtract"');
});
