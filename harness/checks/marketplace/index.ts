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
];
