/** The judge of the marketplace case: one check for each clause of spec/marketplace/requirements.json, one file for each requirement. */
import type { Check } from '../check.ts';
import { admission } from './admission.ts';
import { boundedStaleness } from './boundedStaleness.ts';
import { cacheStatus } from './cacheStatus.ts';
import { killedSaga } from './killedSaga.ts';
import { orderSaga } from './orderSaga.ts';
import { pageAndStock } from './pageAndStock.ts';
import { refusedOrders } from './refusedOrders.ts';
import { shipAndCancelChecks } from './shipAndCancel.ts';
import { sparedCatalogue } from './sparedCatalogue.ts';
import { staleness } from './staleness.ts';
import { unansweredCharges } from './unansweredCharges.ts';
import { writesAreSeen } from './writesAreSeen.ts';

export const checks: readonly Check[] = [
  ...sparedCatalogue,
  ...writesAreSeen,
  ...pageAndStock,
  ...boundedStaleness,
  ...staleness,
  cacheStatus,
  ...orderSaga,
  ...unansweredCharges,
  ...killedSaga,
  ...refusedOrders,
  ...shipAndCancelChecks,
  ...admission,
];
