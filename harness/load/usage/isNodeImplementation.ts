import { basename } from 'node:path';
import type { Implementation } from '../../target/implementation.ts';

/** Programs that run a Node program as a Node process, which therefore reads NODE_OPTIONS. */
const NODE_PROGRAMS = new Set(['node', 'npx', 'npm', 'tsx', 'ts-node']);

/** They run JavaScript too, and load nothing by NODE_OPTIONS. */
const OTHER_RUNTIMES = new Set(['bun', 'bunx', 'deno']);

/** Whether its event loop can be probed. By its language where the command does not say: `./start.sh` may start anything. */
export function isNodeImplementation({
  start,
  language,
}: Pick<Implementation, 'start' | 'language'>): boolean {
  switch (start.kind) {
    case 'module':
      return true;
    case 'url':
      return false;
    case 'command': {
      const program = basename(start.command[0]!).replace(/\.(exe|cmd)$/, '');
      if (OTHER_RUNTIMES.has(program)) return false;
      return NODE_PROGRAMS.has(program) || /^(java|type)script$|^node(\.?js)?$/i.test(language);
    }
  }
}
