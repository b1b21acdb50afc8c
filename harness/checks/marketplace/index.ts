/** The judge of the marketplace case: one check for each clause of spec/marketplace/requirements.json, one file for each requirement. */
import type { Check } from '../check.ts';
import { balancedShards } from './balancedShards.ts';
import { deadlines } from './deadlines.ts';
import { releaseAndConfirm } from './releaseAndConfirm.ts';
import { replication } from './replication.ts';
import { sharding } from './sharding.ts';
import { survivingReservations } from './survivingReservations.ts';

export const checks: readonly Check[] = [
  ...deadlines,
  ...survivingReservations,
  ...releaseAndConfirm,
  ...sharding,
  ...balancedShards,
  ...replication(),
import { conditionalWrites } from './conditionalWrites.ts';
import { conservation } from './conservation.ts';
import { hotProducts } from './hotProduct.ts';
import { idempotentCommands } from './idempotentCommands.ts';
import { neverOversell } from './neverOversell.ts';
import { validQuantities } from './validQuantities.ts';

export const checks: readonly Check[] = [
  ...neverOversell,
  ...conservation,
  ...validQuantities,
  ...conditionalWrites,
  ...idempotentCommands,
  ...hotProducts,
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
