/** The marketplace as a process. */
import { programOf, serveProgram } from '../kit/serveProgram.ts';
import type { ProgramArguments } from '../kit/serveProgram.ts';
import { openMarketplace } from './marketplaceService.ts';

const program = programOf(
  'marketplace',
  'The reference implementation of the marketplace case study.',
).requiredOption('--world-url <url>', 'where the outside services are');

await serveProgram<ProgramArguments & { worldUrl: string }>(program, (args) =>
  openMarketplace({
    dataDir: args.data,
    clockMs: args.clockMs,
    testMode: args.testMode ? 'on' : 'off',
    durability: args.durability,
    worldUrl: args.worldUrl,
  }),
);
