/** MKT-RES-01: a hold ends at its deadline, for everybody, at once. */
import type { Check } from '../check.ts';
import { expiredAtTheDeadline } from './expiredAtTheDeadline.ts';
import { expiredUnitsAreFree } from './expiredUnitsAreFree.ts';
import { extendedDeadline } from './extendedDeadline.ts';
import { heldUntilTheDeadline } from './heldUntilTheDeadline.ts';

export const deadlines: readonly Check[] = [
  heldUntilTheDeadline,
  expiredAtTheDeadline,
  expiredUnitsAreFree,
  extendedDeadline,
];
