/** The outside services that a check can script and ask. */
import { CouldNotRun } from '../check.ts';
import type { CheckContext } from '../check.ts';
import { recordsWorld } from './worldQuestions.ts';
import type { RecordsWorld } from './worldQuestions.ts';

/** @throws CouldNotRun where there is no world */
export function worldOf({ world, patience }: CheckContext): RecordsWorld {
  if (world) return recordsWorld(world, patience);
  throw new CouldNotRun(
    'It needs the outside services that casemark plays: start the implementation with --impl.',
  );
}
