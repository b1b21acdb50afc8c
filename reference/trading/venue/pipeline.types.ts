/** A request on its way through the sequencer: it waits for its turn, and then runs until it is settled. */
import type { Answer } from '../../kit/service.ts';
import type { Footprint } from './footprint.ts';
import type { Command, Finished, Program, ShardResult } from './program.ts';
import type { ReadView } from './reads.ts';
import type { StageClock } from './stageClock.ts';

export interface Waiting {
  readonly receivedNs: number;
  readonly settle: (answer: Answer) => void;
  readonly work:
    | { kind: 'command'; operation: string; input: object }
    | { kind: 'read'; look: (view: ReadView) => Answer };
}

export interface Running {
  readonly command: Command;
  readonly footprint: Footprint | undefined;
  readonly program: Program;
  readonly stages: StageClock;
  readonly settle: (answer: Answer) => void;
  /** What its shard answered, once it has. */
  result?: ShardResult;
  /** What came of it, while others before it are still matching. */
  finished?: Finished;
}
