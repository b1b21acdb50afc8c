/** The game as a process. */
import { programOf, serveProgram } from '../kit/serveProgram.ts';
import { openGame } from './gameService.ts';

const program = programOf('game', 'The reference implementation of the game case study.');

await serveProgram(program, async (args) =>
  openGame({
    dataDir: args.data,
    testMode: args.testMode ? 'on' : 'off',
    durability: args.durability,
  }),
);
