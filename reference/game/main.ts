/** The game as a process, or as a router before several of them. */
import { integer, programOf, serveProgram } from '../kit/serveProgram.ts';
import { dataDirsOf } from './processes/dataDirs.ts';
import { endWithParent, serveProcesses } from './processes/serve.ts';
import type { ProcessesArguments } from './processes/serve.ts';

const MAX_PROCESSES = 64;

const program = programOf('game', 'The reference implementation of the game case study.').option(
  '--processes <number>',
  'so many processes share the matches; for a data directory always the same number',
  integer(1, MAX_PROCESSES),
  1,
);
const args = program.parse().opts<ProcessesArguments>();

if (args.processes > 1) {
  await serveProcesses(import.meta.filename, args).catch((error: unknown) => {
    console.error(`game: ${error instanceof Error ? error.message : String(error)}`);
    process.exit(1);
  });
} else {
  endWithParent();
  await serveProgram(program, async () => {
    // Not by the router, which has nothing of it and would start later.
    const { openGame } = await import('./gameService.ts');
    const [dataDir] = dataDirsOf(args.data, 1);
    return openGame({
      dataDir: dataDir!,
      testMode: args.testMode ? 'on' : 'off',
      durability: args.durability,
    });
  });
}
