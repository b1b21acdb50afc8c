/** The commands of the contract: those on payments, each under its idempotency key, and the others. */
import type { Answer } from '../../../kit/service.ts';
import type { Claim } from '../keys.ts';
import type { Platform } from '../platform.ts';
import { cancelPayment } from './cancelPayment.ts';
import { capturePayment } from './capturePayment.ts';
import { confirmPayment } from './confirmPayment.ts';
import { createPayment } from './createPayment.ts';
import { createRefund } from './createRefund.ts';
import { reviewPayment } from './reviewPayment.ts';
import { runReconciliation } from './runReconciliation.ts';
import { putMerchant, putNetwork, putRate, putRegion, setRegionState } from './settings.ts';

/** The input has the shape that the contract gives the operation. */
export type KeyedCommand = (platform: Platform, claim: Claim, input: never) => Promise<Answer>;
export type PlainCommand = (platform: Platform, input: never) => Promise<Answer>;

export const keyedCommands: ReadonlyMap<string, KeyedCommand> = new Map<string, KeyedCommand>([
  ['createPayment', createPayment],
  ['confirmPayment', confirmPayment],
  ['reviewPayment', reviewPayment],
  ['capturePayment', capturePayment],
  ['cancelPayment', cancelPayment],
  ['createRefund', createRefund],
]);

export const plainCommands: ReadonlyMap<string, PlainCommand> = new Map<string, PlainCommand>([
  ['putNetwork', putNetwork],
  ['putRegion', putRegion],
  ['setRegionState', setRegionState],
  ['putRate', putRate],
  ['putMerchant', putMerchant],
  ['runReconciliation', runReconciliation],
]);
