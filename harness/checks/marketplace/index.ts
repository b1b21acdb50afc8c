/** The judge of the marketplace case: one check for each clause of spec/marketplace/requirements.json, one file for each requirement. */
import type { Check } from '../check.ts';
import { admission } from './admission.ts';
import { balancedShards } from './balancedShards.ts';
import { boundedStaleness } from './boundedStaleness.ts';
import { cacheStatus } from './cacheStatus.ts';
import { conditionalWrites } from './conditionalWrites.ts';
import { conservation } from './conservation.ts';
import { deadlines } from './deadlines.ts';
import { failingBackends } from './failingBackends.ts';
import { forecast } from './forecast.ts';
import { hotProducts } from './hotProduct.ts';
import { hysteresisBand } from './hysteresis.ts';
import { idempotentCommands } from './idempotentCommands.ts';
import { killedSaga } from './killedSaga.ts';
import { leastLoadedOfTwo } from './leastLoaded.ts';
import { neverOversell } from './neverOversell.ts';
import { orderSaga } from './orderSaga.ts';
import { pageAndStock } from './pageAndStock.ts';
import { ramp } from './ramp.ts';
import { refusedOrders } from './refusedOrders.ts';
import { releaseAndConfirm } from './releaseAndConfirm.ts';
import { replication } from './replication.ts';
import { scaleDown } from './scaleDown.ts';
import { sharding } from './sharding.ts';
import { shipAndCancelChecks } from './shipAndCancel.ts';
import { sizing } from './sizing.ts';
import { sparedCatalogue } from './sparedCatalogue.ts';
import { staleness } from './staleness.ts';
import { survivingReservations } from './survivingReservations.ts';
import { unansweredCharges } from './unansweredCharges.ts';
import { validQuantities } from './validQuantities.ts';
import { withoutForecast } from './withoutForecast.ts';
import { writesAreSeen } from './writesAreSeen.ts';

export const checks: readonly Check[] = [
  ...deadlines,
  ...survivingReservations,
  ...releaseAndConfirm,
  ...sharding,
  ...balancedShards,
  ...replication(),
  ...neverOversell,
  ...conservation,
  ...validQuantities,
  ...conditionalWrites,
  ...idempotentCommands,
  ...hotProducts,
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
  ...forecast,
  ...hysteresisBand,
  ...sizing,
  ...scaleDown,
  ...withoutForecast,
  ...ramp,
  ...failingBackends,
  ...leastLoadedOfTwo,
];
