/** The judge of the records case: one check for each clause of spec/records/requirements.json, one file for each requirement or a part of it. */
import { limitProcess } from '../kit/unwritableStore.ts';
import type { Check } from '../check.ts';
import { accessedFields } from './accessedFields.ts';
import { alerts } from './alerts.ts';
import { breakGlass } from './breakGlass.ts';
import { breakGlassEnd } from './breakGlassEnd.ts';
import { credentials } from './credentials.ts';
import { disclosures } from './disclosures.ts';
import { everyDecision } from './everyDecision.ts';
import { killedReplies } from './killedReplies.ts';
import { merkleLog } from './merkleLog.ts';
import { noValues } from './noValues.ts';
import { sessions } from './sessions.ts';
import { silentRefusals } from './silentRefusals.ts';
import { sinks } from './sinks.ts';
import { treatment } from './treatment.ts';
import { versions } from './versions.ts';
import { withinTheProfile } from './withinTheProfile.ts';
import { auditDown } from './auditDown.ts';
import { revocation } from './revocation.ts';
import { noStaleDecision } from './noStaleDecision.ts';
import { keyServiceDown } from './keyServiceDown.ts';
import { ciphertexts } from './ciphertexts.ts';
import { survives } from './survives.ts';

export const checks: readonly Check[] = [
  ...accessedFields,
  ...alerts,
  ...breakGlass,
  ...breakGlassEnd,
  ...credentials,
  ...disclosures,
  ...everyDecision,
  ...killedReplies,
  ...merkleLog,
  ...noValues,
  ...sessions,
  ...silentRefusals,
  ...sinks,
  ...treatment,
  ...versions,
  ...withinTheProfile,
  auditDown(limitProcess),
  ...revocation,
  ...noStaleDecision,
  ...keyServiceDown,
  ...ciphertexts,
  ...survives,
];
