import { expect, test } from 'vitest';
import type { Start } from '../../target/implementation.ts';
import { isNodeImplementation } from './isNodeImplementation.ts';

const command = (...words: string[]): Start => ({ kind: 'command', command: words });

test.each<[string, Start, string, boolean]>([
  ['node', command('node', 'main.ts'), 'TypeScript', true],
  ['a node with a path', command('/usr/bin/node', 'main.js'), '?', true],
  ['a script of a JavaScript project', command('./start.sh'), 'javascript', true],
  ['a script of a Node.js project', command('./start.sh'), 'Node.js', true],
  ['a program in Go', command('./venue', '{port}'), 'go', false],
  ['Bun', command('bun', 'main.ts'), 'TypeScript', false],
  ['Java', command('java', '-jar', 'venue.jar'), 'Java', false],
  ['a module', { kind: 'module', file: 'module.ts' }, '?', true],
  ['a running server', { kind: 'url', url: 'http://127.0.0.1:1' }, 'TypeScript', false],
])('%s', (_, start, language, expected) => {
  expect(isNodeImplementation({ start, language })).toBe(expected);
});
