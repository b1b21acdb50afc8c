import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { findCaseStudies } from '../contract/findCaseStudies.ts';
import { loadCaseStudy } from '../contract/loadCaseStudy.ts';
import { packageRoot } from '../contract/packageRoot.ts';
import { implementationOf, readManifest } from '../target/manifest.ts';
import type { JsonObject } from '../target/target.ts';
import { chooseMutants } from './chooseMutants.ts';
import { exampleOf } from './exampleOf.ts';
import { readMutants } from './mutant.ts';
import type { Mutant, MutantRow } from './mutant.ts';
import { applyPatch } from './patchedSource.ts';
import { runMutants } from './runMutants.ts';

const tallyRoot = join(packageRoot, 'bench/acceptance/tally');
const tally = loadCaseStudy('tally', [tallyRoot]);

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'casemark-mutants-'));
  cpSync(join(tallyRoot, 'reference/tally'), folder, { recursive: true });
});
afterAll(() => rmSync(folder, { recursive: true }));

const row: MutantRow = {
  id: 'invents-tallies',
  clause: 'TAL-SUM-01.b',
  defect: 'A tally that nothing was added to is zero.',
  file: 'tallies.ts',
  search: "return found ? { output: found } : { problem: { code: 'UNKNOWN_TALLY' } };",
  replace: 'return { output: found ?? { tally, total: 0, additions: 0 } };',
  alsoFails: [],
};

function read(...rows: Partial<MutantRow>[]): Mutant[] {
  const file = join(folder, 'mutants.json');
  writeFileSync(file, JSON.stringify(rows.map((each) => ({ ...row, ...each }))));
  return readMutants(file, tally);
}

describe('a mutants file', () => {
  test.each<[string, Partial<MutantRow>[], RegExp]>([
    ['with a text that is not there', [{ search: 'no such text' }], /occurs 0 times/],
    ['with a text that is there twice', [{ search: 'tally' }], /occurs \d+ times/],
    ['with a change of eleven lines', [{ replace: 'x;\n'.repeat(11) }], /12 lines, more than 10/],
    ['with a change that changes nothing', [{ replace: row.search }], /changes nothing/],
    ['with an id twice', [{}, {}], /is there twice/],
    ['with a clause that is not judged', [{ clause: 'TAL-SUM-01.c' }], /no judged clause/],
    ['with a file that is not there', [{ file: 'gone.ts' }], /does not exist/],
  ])('%s is refused', (_, rows, says) => {
    expect(() => read(...rows)).toThrow(says);
  });
});

describe('a sample', () => {
  const all = Array.from({ length: 20 }, (_, index) => ({
    ...row,
    id: `m${index}`,
    sourceFile: '',
  }));

  test('is the same for the same seed and another for another', () => {
    const sampled = (seed: number): string[] =>
      chooseMutants(all, { sample: 5, seed }).map(({ id }) => id);
    expect(sampled(1)).toHaveLength(5);
    expect(sampled(1)).toEqual(sampled(1));
    expect(sampled(1)).not.toEqual(sampled(2));
  });

  test('can be asked for by mutant, clause or requirement', () => {
    expect(chooseMutants(all, { only: ['m3'], seed: 1 })).toHaveLength(1);
    expect(chooseMutants(all, { only: ['TAL-SUM-01.b'], seed: 1 })).toHaveLength(20);
    expect(chooseMutants(all, { only: ['TAL-SUM-01'], seed: 1 })).toHaveLength(20);
    expect(() => chooseMutants(all, { only: ['m99'], seed: 1 })).toThrow(/no mutant/);
  });
});

test('a replacement keeps its dollar signs', () => {
  expect(applyPatch('a b c', { url: '', search: 'b', replace: "$& $1 $'" })).toBe("a $& $1 $' c");
});

describe('the verdict on a mutant', () => {
  const verdictOf = async (mutant: Partial<MutantRow>): Promise<[string, string]> => {
    const implementation = implementationOf(readManifest(folder), tally, 'module');
    const { results } = await runMutants(tally, implementation, read(mutant), {
      seed: 1,
      clauses: 'all',
      effort: 1,
    });
    return [results[0]!.verdict, results[0]!.sentence];
  };

  test('is killed when its clause fails, and the source file stays as it was', async () => {
    const source = readFileSync(join(folder, 'tallies.ts'), 'utf8');
    expect((await verdictOf({}))[0]).toBe('killed');
    expect(readFileSync(join(folder, 'tallies.ts'), 'utf8')).toBe(source);
  });

  test('is survived when its clause does not fail', async () => {
    const harmless = { search: 'const watchers =', replace: 'const unused = 1; const watchers =' };
    expect(await verdictOf(harmless)).toEqual([
      'survived',
      expect.stringContaining('TAL-SUM-01.b was pass'),
    ]);
  });

  test('is collateral when a clause fails that is not listed with it', async () => {
    const offByOne = {
      clause: 'TAL-SUM-01.a',
      search: 'total: before.total + by,',
      replace: 'total: before.total + by + (before.additions > 0 ? 1 : 0),',
    };
    expect(await verdictOf(offByOne)).toEqual([
      'collateral',
      expect.stringContaining('TAL-WATCH-01.a'),
    ]);
  });

  test('is broken when it does not even start', async () => {
    const broken = {
      search: 'let nowMs = clockMs;',
      replace: 'let nowMs = clockMs.nothing.at.all;',
    };
    expect((await verdictOf(broken))[0]).toBe('broken');
  });
});

describe.each(findCaseStudies([tallyRoot]).map(({ id }) => id))(
  'the null implementation of %s',
  (id) => {
    const caseStudy = loadCaseStudy(id, [tallyRoot]);
    const definitions = caseStudy.messages['$defs'] as Record<string, JsonObject>;
    const messages = [
      ...[...caseStudy.operations.values()].map(({ response }) => response),
      ...[...caseStudy.streams.values()].map(({ message }) => message),
    ];

    test.each(messages.map((message) => [message.name, message] as const))(
      'answers a valid %s',
      (name, message) => {
        const example = exampleOf(definitions[name]!, caseStudy.messages);
        expect(message.validate(example), JSON.stringify(example)).toBeUndefined();
      },
    );
  },
);
