/** MKT-RES-02: what was acknowledged is there after a crash, with its deadline. */
import type { Check } from '../check.ts';
import { acknowledgedSurvives } from './acknowledgedSurvives.ts';
import { confirmOrExpire } from './confirmOrExpire.ts';
import { deadlinesSurviveAKill } from './deadlinesSurviveAKill.ts';

export const survivingReservations: readonly Check[] = [
  acknowledgedSurvives,
  deadlinesSurviveAKill,
  confirmOrExpire,
];
