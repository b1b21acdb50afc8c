import { describe, expect, test } from 'vitest';
import { requireToolchain } from './requireToolchain.ts';

const language = { title: 'Sh', command: ['sh', 'solution.sh'], needs: 'a POSIX shell' };

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
