/** The judge of the game: one check for each clause of spec/game/requirements.json, one file for each requirement or theme. */
import type { Check } from '../check.ts';
import { areaChecks } from './areaOfInterest.ts';
import { arrivalChecks } from './arrivalOrder.ts';
import { budgetChecks } from './byteBudget.ts';
import { claimChecks } from './claims.ts';
import { conflictChecks } from './conflicts.ts';
import { deltaSizeChecks } from './deltaSizes.ts';
import { deltaSnapshotChecks } from './deltaSnapshots.ts';
import { floodChecks } from './flood.ts';
import { lifeTimeChecks } from './formerLives.ts';
import { joinChecks } from './joinsAndLeaves.ts';
import { lagChecks } from './lagCompensation.ts';
import { malformedChecks } from './malformedMessages.ts';
import { ownerChecks } from './oneOwner.ts';
import { reconnectChecks } from './reconnects.ts';
import { repeatChecks } from './repeatedRequests.ts';
import { slowClientChecks } from './slowClients.ts';
import { snapshotChecks } from './snapshotsShowTheState.ts';
import { twinChecks } from './twinRuns.ts';

export const checks: readonly Check[] = [
  // One line a file.
  ...areaChecks,
  ...arrivalChecks,
  ...budgetChecks,
  ...claimChecks,
  ...conflictChecks,
  ...deltaSizeChecks,
  ...deltaSnapshotChecks,
  ...floodChecks,
  ...lifeTimeChecks,
  ...joinChecks,
  ...lagChecks,
  ...malformedChecks,
  ...ownerChecks,
  ...reconnectChecks,
  ...repeatChecks,
  ...slowClientChecks,
  ...snapshotChecks,
  ...twinChecks,
];
