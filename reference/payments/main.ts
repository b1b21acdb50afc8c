/** The platform as a process. */
import { programOf, serveProgram } from '../kit/serveProgram.ts';
import type { ProgramArguments } from '../kit/serveProgram.ts';
import { openPayments } from './paymentService.ts';

const program = programOf(
  'payments',
  'The reference platform of the payments case study.',
).requiredOption('--world-url <url>', 'where the outside services are');

await serveProgram<ProgramArguments & { worldUrl: string }>(program, (args) =>
  openPayments({
    dataDir: args.data,
    clockMs: args.clockMs,
    testMode: args.testMode ? 'on' : 'off',
    durability: args.durability,
    worldUrl: args.worldUrl,
  }),
);
