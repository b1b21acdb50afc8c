import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { buildSolution, requireToolchain } from './buildSolution.ts';

const language = { title: 'Sh', command: ['sh', 'solution.sh'], needs: 'a POSIX shell' };

describe('a build', () => {
  let dir: string;
  beforeEach(() => {
    dir = mkdtempSync(join(tmpdir(), 'casemark-build-'));
  });
  afterEach(() => rmSync(dir, { recursive: true, force: true }));
  const build = (script: string, limitMs?: number) =>
    buildSolution(dir, { ...language, build: ['sh', '-c', script] }, [], limitMs);

  test('runs in the folder of the solution', async () => {
    expect(await build('echo done > built')).toBeUndefined();
    expect(existsSync(join(dir, 'built'))).toBe(true);
  });

  test('that fails is quoted', async () => {
    const problem = await build('echo "solution.sh: line 3: no such word" >&2; exit 2');
    expect(problem).toContain('could not be built');
    expect(problem).toContain('line 3: no such word');
  });

  test('that does not end is ended', async () => {
    expect(await build('sleep 30', 200)).toContain('did not end within 0.2 s');
  });

  test('is put behind what confines it', async () => {
    const whole = { ...language, build: ['false'] };
    expect(await buildSolution(dir, whole, ['sh', '-c', 'exit 0'])).toBeUndefined();
  });

  test('is nothing where nothing has to be built', async () => {
    expect(await buildSolution(dir, language)).toBeUndefined();
  });
});

describe('a machine', () => {
  test('that lacks the language says so, and does not blame the solution', () => {
    const missing = { ...language, title: 'Cobol', command: ['cobol-of-nobody'] };
    expect(() => requireToolchain(missing)).toThrow(/Cobol is not installed here.*a POSIX shell/);
    expect(() => requireToolchain({ ...language, build: ['cobol-of-nobody'] })).toThrow(
      /Sh is not/,
    );
  });

  test('that has it is good enough, also for what a build makes', () => {
    requireToolchain(language);
    requireToolchain({ ...language, command: ['./build/solution'], build: ['sh'] });
    requireToolchain({ ...language, command: ['node'] });
  });
});
