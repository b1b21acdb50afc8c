/** The judge of the records case: one check for each clause of spec/records/requirements.json, one file for each requirement or a part of it. */
import type { Check } from '../check.ts';
import { accessedFields } from './accessedFields.ts';
import { breakGlass } from './breakGlass.ts';
import { breakGlassEnd } from './breakGlassEnd.ts';
import { credentials } from './credentials.ts';
import { noValues } from './noValues.ts';
import { sessions } from './sessions.ts';
import { silentRefusals } from './silentRefusals.ts';
import { treatment } from './treatment.ts';
import { versions } from './versions.ts';
import { withinTheProfile } from './withinTheProfile.ts';

export const checks: readonly Check[] = [
  ...accessedFields,
  ...breakGlass,
  ...breakGlassEnd,
  ...credentials,
  ...noValues,
  ...sessions,
  ...silentRefusals,
  ...treatment,
  ...versions,
  ...withinTheProfile,
];
