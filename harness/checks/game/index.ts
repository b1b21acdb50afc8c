/** The judge of the game: one check for each clause of spec/game/requirements.json, one file for each requirement or theme. */
import type { Check } from '../check.ts';
import { snapshotChecks } from './snapshotsShowTheState.ts';

export const checks: readonly Check[] = [
  // One line a file.
  ...snapshotChecks,
];
