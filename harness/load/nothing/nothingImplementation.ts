/** The implementation that does nothing, by the same binding as the one that is measured: what is left is the machine and the generator. */
import { fileURLToPath } from 'node:url';
import type { Implementation, Start } from '../../target/implementation.ts';
import type { Binding } from '../../target/target.ts';

const MAX_START_MS = 10_000;

export function nothingImplementation(binding: Binding): Implementation {
  return {
    name: 'nothing',
    version: '1.0.0',
    language: 'TypeScript',
    source: '(the implementation that does nothing)',
    dir: process.cwd(),
    binding,
    start: startOf(binding),
    readyPath: '/',
    readyTimeoutMs: MAX_START_MS,
    env: {},
    capabilities: new Set(),
    knownFailures: [],
    variants: {},
  };
}

function startOf(binding: Binding): Start {
  switch (binding) {
    case 'http':
      return { kind: 'command', command: [process.execPath, fileOf('httpServer'), '{port}'] };
    case 'stdio':
      return { kind: 'command', command: [process.execPath, fileOf('stdioServer')] };
    case 'module':
      return { kind: 'module', file: fileOf('module') };
  }
}

/** The source when this is the source, the compiled file when this is compiled. */
function fileOf(name: string): string {
  const ending = import.meta.url.endsWith('.ts') ? 'ts' : 'js';
  return fileURLToPath(new URL(`./${name}.${ending}`, import.meta.url));
}
