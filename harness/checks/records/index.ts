/** The judge of the records case: one check for each clause of spec/records/requirements.json, one file for each requirement or a part of it. */
import { limitProcess } from '../kit/unwritableStore.ts';
import type { Check } from '../check.ts';
import { accessedFields } from './accessedFields.ts';
import { alerts } from './alerts.ts';
import { atRest } from './atRest.ts';
import { breakGlass } from './breakGlass.ts';
import { breakGlassEnd } from './breakGlassEnd.ts';
import { ciphertexts } from './ciphertexts.ts';
import { consentCriteriaChecks } from './consentCriteria.ts';
import { consentDefaults } from './consentDefaults.ts';
import { consentOracleProperty } from './consentOracleProperty.ts';
import { consentPeriodsChecks } from './consentPeriods.ts';
import { credentials } from './credentials.ts';
import { disclosures } from './disclosures.ts';
import { duties } from './duties.ts';
import { erasure } from './erasure.ts';
import { erasureFinished } from './erasureFinished.ts';
import { everyDecision } from './everyDecision.ts';
import { keyServiceDown } from './keyServiceDown.ts';
import { killedReplies } from './killedReplies.ts';
import { merkleLog } from './merkleLog.ts';
import { nestedProvisions } from './nestedProvisions.ts';
import { noStaleDecision } from './noStaleDecision.ts';
import { noValues } from './noValues.ts';
import { purpose } from './purpose.ts';
import { revocation } from './revocation.ts';
import { rolePurposeCategories } from './rolePurposeCategory.ts';
import { rotation } from './rotation.ts';
import { scopes } from './scopes.ts';
import { sessions } from './sessions.ts';
import { silentRefusals } from './silentRefusals.ts';
import { sinks } from './sinks.ts';
import { survives } from './survives.ts';
import { treatment } from './treatment.ts';
import { versions } from './versions.ts';
import { withinTheProfile } from './withinTheProfile.ts';
import { writeRightsChecks } from './writeRights.ts';
import { wrongKey } from './wrongKey.ts';
import { wrongPatient } from './wrongPatient.ts';
import { auditDown } from './auditDown.ts';

export const checks: readonly Check[] = [
  ...accessedFields,
  ...alerts,
  ...atRest,
  ...breakGlass,
  ...breakGlassEnd,
  ...ciphertexts,
  ...consentCriteriaChecks,
  ...consentDefaults,
  ...consentOracleProperty,
  ...consentPeriodsChecks,
  ...credentials,
  ...disclosures,
  ...duties,
  ...erasure,
  erasureFinished,
  ...everyDecision,
  ...keyServiceDown,
  ...killedReplies,
  ...merkleLog,
  ...nestedProvisions,
  ...noStaleDecision,
  ...noValues,
  ...purpose,
  ...revocation,
  ...rolePurposeCategories,
  ...rotation,
  ...scopes,
  ...sessions,
  ...silentRefusals,
  ...sinks,
  ...survives,
  ...treatment,
  ...versions,
  ...withinTheProfile,
  ...writeRightsChecks,
  ...wrongKey,
  wrongPatient,
  auditDown(limitProcess),
];
