/** The judge of the payments case: one check for each clause of spec/payments/requirements.json, one file for each requirement. */
import type { Check } from '../check.ts';
import { authorizationExpiry } from './authorizationExpiry.ts';
import { boundedSums } from './boundedSums.ts';
import { burntKeys } from './burntKeys.ts';
import { cardData } from './cardData.ts';
import { complianceRules } from './complianceRules.ts';
import { countryRouting } from './countryRouting.ts';
import { crashIdempotency } from './crashIdempotency.ts';
import { decideFirst } from './decideFirst.ts';
import { doubleEntry } from './doubleEntry.ts';
import { eventStreams } from './eventStreams.ts';
import { eventsAreTruth } from './eventsAreTruth.ts';
import { exactArithmetic } from './exactArithmetic.ts';
import { failOver } from './failOver.ts';
import { fraudDecision } from './fraudDecision.ts';
import { idempotentCommands } from './idempotentCommands.ts';
import { immutablePostings } from './immutablePostings.ts';
import { keyConflicts } from './keyConflicts.ts';
import { minorUnits } from './minorUnits.ts';
import { reconciliation } from './reconciliation.ts';
import { regions } from './regions.ts';
import { scorerDown } from './scorerDown.ts';
import { stateMachine } from './stateMachine.ts';
import { storeDown } from './storeDown.ts';
import { versions } from './versions.ts';
import { webhooks } from './webhooks.ts';
import { limitProcess } from '../kit/unwritableStore.ts';

export const checks: readonly Check[] = [
  ...idempotentCommands,
  ...keyConflicts,
  ...burntKeys,
  ...crashIdempotency,
  ...stateMachine,
  ...boundedSums,
  ...authorizationExpiry,
  ...minorUnits,
  ...exactArithmetic,
  ...doubleEntry,
  ...immutablePostings,
  ...countryRouting,
  ...failOver,
  ...regions,
  ...fraudDecision,
  ...scorerDown,
  ...decideFirst,
  ...complianceRules,
  ...cardData,
  ...eventStreams,
  storeDown(limitProcess),
  ...eventsAreTruth,
  ...versions,
  ...reconciliation,
  ...webhooks,
];
