import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import js from '@eslint/js';
import tseslint from 'typescript-eslint';

const spec = join(import.meta.dirname, 'spec');
const cases = readdirSync(spec).filter((name) => existsSync(join(spec, name, 'case.json')));

/** @param restricted patterns of what may not be imported, each with the reason */
function mayNotImport(files, restricted) {
  const patterns = restricted.map(([group, message]) => ({ group, message }));
  return { files, rules: { 'no-restricted-imports': ['error', { patterns }] } };
}

const OF_HARNESS = [
  [
    ['**/reference/**', '**/bench/**'],
    'The harness meets implementations and loads as files and processes, as it meets those of everyone.',
  ],
];
const OF_REFERENCE = [
  [
    ['**/harness/**', '**/bench/**'],
    'An implementation knows the contract, and not who judges it.',
  ],
];
const anyCase = (ids) => [
  [
    ids.map((id) => `**/${id}/**`),
    'Outside of its own folders no file imports a case study, and no case another one.',
  ],
];

/** Of a folder that has one for each case; what is shared by all cases imports none of them. */
function directions(folder, restricted) {
  return [
    mayNotImport([`${folder}/**`], [...restricted, ...anyCase(cases)]),
    ...cases.map((id) =>
      mayNotImport(
        [`${folder}/${id}/**`, `${folder}/*/${id}/**`],
        [...restricted, ...anyCase(cases.filter((other) => other !== id))],
      ),
    ),
  ];
}

export default tseslint.config(
  { ignores: ['node_modules/', 'dist/', 'coverage/', 'results/run/', 'out/', '**/*.d.ts'] },
  // What candidates are given: their messages are `any` until they write types for them.
  { ignores: ['harness/exercise/starters/'] },
  js.configs.recommended,
  ...tseslint.configs.strict,
  {
    languageOptions: { globals: { console: 'readonly', process: 'readonly', URL: 'readonly' } },
    rules: {
      eqeqeq: 'error',
      'no-console': 'off',
      'prefer-const': 'error',
      // A missing element is an error of ours; the hot loops of the engines index typed arrays with `!`.
      '@typescript-eslint/no-non-null-assertion': 'off',
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_' }],
      '@typescript-eslint/consistent-type-imports': 'error',
    },
  },
  ...directions('harness', OF_HARNESS),
  ...directions('reference', OF_REFERENCE),
);
