/** The records as a process. */
import { programOf, serveProgram } from '../kit/serveProgram.ts';
import type { ProgramArguments } from '../kit/serveProgram.ts';
import { openRecords } from './recordsService.ts';

const program = programOf(
  'records',
  'The reference implementation of the health records case study.',
).requiredOption('--world-url <url>', 'where the outside services are');

await serveProgram<ProgramArguments & { worldUrl: string }>(program, (args) =>
  openRecords({
    dataDir: args.data,
    clockMs: args.clockMs,
    testMode: args.testMode ? 'on' : 'off',
    durability: args.durability,
    worldUrl: args.worldUrl,
  }),
);
