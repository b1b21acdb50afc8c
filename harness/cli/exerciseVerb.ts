/** `casemark exercise`: case studies to hand out, to try and to mark. Each sub-verb is one file in exercise/. */
import type { Command } from 'commander';
import { addListVerb } from './exercise/listVerb.ts';
import { addMarkVerb } from './exercise/markVerb.ts';
import { addNewVerb } from './exercise/newVerb.ts';
import { addTryVerb } from './exercise/tryVerb.ts';

/** @param end takes the exit code */
export function addExerciseVerb(program: Command, end: (code: number) => void): void {
  const exercise = program
    .command('exercise')
    .description('case studies as exercises: list, new, try, mark');
  for (const add of [addListVerb, addNewVerb, addTryVerb, addMarkVerb]) add(exercise, end);
}
