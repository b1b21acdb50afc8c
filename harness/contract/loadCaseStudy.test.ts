import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { JsonObject } from '../target/target.ts';
import { toHttpRequest } from './httpRequest.ts';
import { loadCaseStudy } from './loadCaseStudy.ts';
import { packageRoot } from './packageRoot.ts';

const original = join(packageRoot, 'bench/acceptance/tally');
let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'casemark-spec-'));
  cpSync(join(original, 'spec'), join(root, 'spec'), { recursive: true });
});
afterEach(() => rmSync(root, { recursive: true }));

function change(file: string, edit: (data: JsonObject) => void): void {
  const path = join(root, 'spec/tally', file);
  const data = JSON.parse(readFileSync(path, 'utf8')) as JsonObject;
  edit(data);
  writeFileSync(path, JSON.stringify(data));
}

describe('a case study', () => {
  test('has the same hash wherever it stands, and another one when its contract changes', () => {
    const before = loadCaseStudy('tally', [root]).sha256;
    expect(before).toBe(loadCaseStudy('tally', [original]).sha256);
    change('errors.json', (data) => ((data['errors'] as JsonObject[])[0]!['definite'] = false));
    expect(loadCaseStudy('tally', [root]).sha256).not.toBe(before);
  });

  test('has another hash with another data file that only this case has, and the same with another page of words', () => {
    const before = loadCaseStudy('tally', [root]).sha256;
    writeFileSync(join(root, 'spec/tally/notes.md'), 'words');
    expect(loadCaseStudy('tally', [root]).sha256).toBe(before);
    writeFileSync(join(root, 'spec/tally/rates.json'), '{}');
    expect(loadCaseStudy('tally', [root]).sha256).not.toBe(before);
  });

  test('without one of its files says which, and where to read about it', () => {
    rmSync(join(root, 'spec/tally/requirements.json'));
    expect(() => loadCaseStudy('tally', [root])).toThrow(
      /requirements\.json does not exist: every case study needs one, see spec\/README\.md/,
    );
  });

  test('with a field that its meta-schema does not know names the file and the place', () => {
    change('case.json', (data) => ((data['operations'] as JsonObject[])[1]!['htpp'] = {}));
    expect(() => loadCaseStudy('tally', [root])).toThrow(
      /case\.json is not valid: \/operations\/1 has the unknown property "htpp"/,
    );
  });

  test('that names a message which is not there says so', () => {
    change(
      'case.json',
      (data) => ((data['operations'] as JsonObject[])[0]!['request'] = 'Subtract'),
    );
    expect(() => loadCaseStudy('tally', [root])).toThrow(/has no definition "Subtract" in \$defs/);
  });

  test('has for each stream what a subscriber may send, where it may send anything', () => {
    expect(loadCaseStudy('tally', [root]).streams.get('watch')).not.toHaveProperty('send');
    change('case.json', (data) => ((data['streams'] as JsonObject[])[0]!['send'] = 'Add'));
    const { send } = loadCaseStudy('tally', [root]).streams.get('watch')!;
    expect(send?.name).toBe('Add');
    expect(send?.validate({ tally: 't', by: 1 })).toBeUndefined();
    expect(send?.validate({ tally: 't' })).toContain('by');
    change('case.json', (data) => ((data['streams'] as JsonObject[])[0]!['send'] = 'Subtract'));
    expect(() => loadCaseStudy('tally', [root])).toThrow(/has no definition "Subtract" in \$defs/);
  });

  test('that is not there names those that are', () => {
    expect(() => loadCaseStudy('chess', [root])).toThrow(/there are tally(, \w+)+\. /);
  });
});

describe('an input over HTTP', () => {
  test('of a GET travels in path and query, percent-encoded', () => {
    const getTally = loadCaseStudy('tally', [root]).operations.get('getTally')!;
    expect(toHttpRequest(getTally, { tally: 'a/b', depth: 3, on: true })).toEqual({
      method: 'GET',
      path: '/v1/tallies/a%2Fb?depth=3&on=true',
    });
  });

  test('that lacks a field of the path leaves its place empty', () => {
    const add = loadCaseStudy('tally', [root]).operations.get('add')!;
    expect(toHttpRequest(add, { by: 1 }).path).toBe('/v1/tallies//add');
  });

  test('travels in the headers that the contract names, and never so that it would end one', () => {
    const { http, ...add } = loadCaseStudy('tally', [root]).operations.get('add')!;
    const keyed = { ...add, http: { ...http, headers: { 'Idempotency-Key': 'key' } } };
    expect(toHttpRequest(keyed, { tally: 't', by: 1, key: 'k 1' })).toEqual({
      method: 'POST',
      path: '/v1/tallies/t/add',
      body: '{"by":1}',
      headers: { 'Idempotency-Key': 'k 1' },
    });
    for (const key of ['k\r\nx-admin: 1', 'k\n', ' k', 'k\u0000', 'clé', '鍵'])
      expect(() => toHttpRequest(keyed, { tally: 't', by: 1, key })).toThrow('Idempotency-Key');
  });
});
