/** The judge of the game: one check for each clause of spec/game/requirements.json, one file for each requirement or theme. */
import type { Check } from '../check.ts';
import { areaChecks } from './areaOfInterest.ts';
import { arrivalChecks } from './arrivalOrder.ts';
import { budgetChecks } from './byteBudget.ts';
import { claimedStateChecks } from './claimedState.ts';
import { claimChecks } from './claims.ts';
import { conflictChecks } from './conflicts.ts';
import { deltaSizeChecks } from './deltaSizes.ts';
import { deltaSnapshotChecks } from './deltaSnapshots.ts';
import { determinismChecks } from './determinism.ts';
import { floodChecks } from './flood.ts';
import { lifeTimeChecks } from './formerLives.ts';
import { freshReadChecks } from './freshReads.ts';
import { joinChecks } from './joinsAndLeaves.ts';
import { lagChecks } from './lagCompensation.ts';
import { longestStepChecks } from './longestSteps.ts';
import { malformedChecks } from './malformedMessages.ts';
import { ownerChecks } from './oneOwner.ts';
import { predictionChecks } from './prediction.ts';
import { reconnectChecks } from './reconnects.ts';
import { refusedCommandChecks } from './refusedCommands.ts';
import { repeatChecks } from './repeatedRequests.ts';
import { sequenceChecks } from './sequence.ts';
import { slowClientChecks } from './slowClients.ts';
import { snapshotChecks } from './snapshotsShowTheState.ts';
import { tokenChecks } from './tokens.ts';
import { flagChecks } from './flagsDoNotAct.ts';
import { habitChecks } from './habits.ts';
import { headshotChecks } from './headshots.ts';
import { jitterChecks } from './jitter.ts';
import { killedMatchChecks } from './killedMatches.ts';
import { reportChecks } from './reports.ts';
import { tickChecks } from './ticks.ts';
import { twinChecks } from './twinRuns.ts';
import { vectorChecks } from './vectorScenarios.ts';
import { weaponRuleChecks } from './weaponRules.ts';

export const checks: readonly Check[] = [
  // One line a file.
  ...areaChecks,
  ...arrivalChecks,
  ...budgetChecks,
  ...claimedStateChecks,
  ...claimChecks,
  ...conflictChecks,
  ...deltaSizeChecks,
  ...deltaSnapshotChecks,
  ...determinismChecks,
  ...floodChecks,
  ...lifeTimeChecks,
  ...freshReadChecks,
  ...joinChecks,
  ...lagChecks,
  ...longestStepChecks,
  ...malformedChecks,
  ...ownerChecks,
  ...predictionChecks,
  ...reconnectChecks,
  ...refusedCommandChecks,
  ...repeatChecks,
  ...sequenceChecks,
  ...slowClientChecks,
  ...snapshotChecks,
  ...tokenChecks,
  ...flagChecks,
  ...habitChecks,
  ...headshotChecks,
  ...jitterChecks,
  ...killedMatchChecks,
  ...reportChecks,
  ...tickChecks,
  ...twinChecks,
  ...vectorChecks,
  ...weaponRuleChecks,
];
