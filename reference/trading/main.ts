/** The venue as a process. */
import { integer, programOf, serveProgram } from '../kit/serveProgram.ts';
import type { ProgramArguments } from '../kit/serveProgram.ts';
import { openTrading } from './tradingService.ts';

/** More threads than a machine has cores for only wait for each other. */
const MAX_SHARDS = 16;

const program = programOf('trading', 'The reference venue of the trading case study.').option(
  '--shards <count>',
  'matching threads; 0: match in the main one',
  integer(0, MAX_SHARDS),
  0,
);

await serveProgram<ProgramArguments & { shards: number }>(program, (args) =>
  openTrading({
    dataDir: args.data,
    clockMs: args.clockMs,
    testMode: args.testMode ? 'on' : 'off',
    durability: args.durability,
    shards: args.shards,
  }),
);
