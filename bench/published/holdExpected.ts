/**
 * `node bench/published/holdExpected.ts REPORT EXPECTED`: whether the clauses that fail in a report.json are those of an expected.json. A
 * published design is a fixed text: when other clauses of it fail than before, the judge has changed, for better or worse.
 */
import { readFileSync } from 'node:fs';
import type { Report } from '../../harness/report/report.ts';

interface Expected {
  /** Requirement and key, as in HFT-MATCH-01.a. */
  readonly failing: readonly string[];
  /** Clauses that fail in one run and not in the next, because the design itself is a race, each with what races. */
  readonly eitherWay?: Readonly<Record<string, string>>;
}

function read<T>(file: string): T {
  return JSON.parse(readFileSync(file, 'utf8')) as T;
}

const [reportFile, expectedFile] = process.argv.slice(2);
if (reportFile === undefined || expectedFile === undefined)
  throw new Error('Usage: node bench/published/holdExpected.ts REPORT EXPECTED');

const { requirements } = read<Pick<Report, 'requirements'>>(reportFile);
const failing = new Set(
  requirements.flatMap(({ id, clauses }) =>
    clauses.filter(({ verdict }) => verdict === 'fail').map(({ key }) => `${id}.${key}`),
  ),
);
const { failing: listed, eitherWay = {} } = read<Expected>(expectedFile);
const expected = new Set(listed);
const differences = [
  ...[...failing]
    .filter((ref) => !expected.has(ref) && !Object.hasOwn(eitherWay, ref))
    .map((ref) => `${ref} fails, unexpectedly`),
  ...[...expected].filter((ref) => !failing.has(ref)).map((ref) => `${ref} does not fail any more`),
];
for (const difference of differences) console.log(`${expectedFile}: ${difference}`);
console.log(`${failing.size} clauses fail, ${differences.length} otherwise than expected`);
process.exitCode = differences.length === 0 ? 0 : 1;
