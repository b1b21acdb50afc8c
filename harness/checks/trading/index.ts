/** The judge of the trading case: one check for each clause of spec/trading/requirements.json, one file for each requirement. */
import type { Check } from '../check.ts';
import { limitProcess } from '../kit/unwritableStore.ts';
import { atomicCommands } from './atomicCommands.ts';
import { auditTrail } from './auditTrail.ts';
import { cancelOrders } from './cancelOrders.ts';
import { checkAndReserve } from './checkAndReserve.ts';
import { circuitBreaker } from './circuitBreaker.ts';
import { erroneousOrders } from './erroneousOrders.ts';
import { failClosed } from './failClosed.ts';
import { fairPublication } from './fairPublication.ts';
import { fillOrKill } from './fillOrKill.ts';
import { freshBook } from './freshBook.ts';
import { gapFreeFeed } from './gapFreeFeed.ts';
import { idempotentEntry } from './idempotentEntry.ts';
import { immediateOrCancel } from './immediateOrCancel.ts';
import { killSwitch } from './killSwitch.ts';
import { marketOrders } from './marketOrders.ts';
import { orderLifeCycle } from './orderLifeCycle.ts';
import { positionLimits } from './positionLimits.ts';
import { postOnly } from './postOnly.ts';
import { priceTimePriority } from './priceTimePriority.ts';
import { quantityConservation } from './quantityConservation.ts';
import { recovery } from './recovery.ts';
import { replaceOrders } from './replaceOrders.ts';
import { replay } from './replay.ts';
import { riskAlerts } from './riskAlerts.ts';
import { selfTrade } from './selfTrade.ts';
import { separateAccounts } from './separateAccounts.ts';
import { uncrossedBook } from './uncrossedBook.ts';
import { unwritableJournal } from './unwritableJournal.ts';

export const checks: readonly Check[] = [
  ...priceTimePriority,
  ...uncrossedBook,
  ...quantityConservation,
  ...immediateOrCancel,
  ...fillOrKill,
  ...marketOrders,
  ...postOnly,
  ...selfTrade,
  ...replaceOrders,
  ...cancelOrders,
  ...idempotentEntry,
  ...atomicCommands,
  ...orderLifeCycle,
  ...positionLimits,
  ...checkAndReserve,
  ...failClosed,
  ...erroneousOrders,
  ...riskAlerts,
  ...killSwitch,
  ...circuitBreaker,
  ...gapFreeFeed,
  ...fairPublication,
  ...freshBook,
  ...auditTrail,
  unwritableJournal(limitProcess),
  ...replay,
  ...recovery,
  ...separateAccounts,
];
