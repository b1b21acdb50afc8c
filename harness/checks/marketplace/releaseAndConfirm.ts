/** MKT-RES-03: a hold is given back or sold once, by whom it belongs to. */
import type { Check } from '../check.ts';
import { confirmAndReleaseOnce } from './confirmAndReleaseOnce.ts';
import { confirmOrRelease } from './confirmOrRelease.ts';
import { foreignHoldsRefused } from './foreignHoldsRefused.ts';

export const releaseAndConfirm: readonly Check[] = [
  confirmAndReleaseOnce,
  foreignHoldsRefused,
  confirmOrRelease,
];
