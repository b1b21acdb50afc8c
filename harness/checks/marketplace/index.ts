/** The judge of the marketplace case: one check for each clause of spec/marketplace/requirements.json, one file for each requirement. */
import type { Check } from '../check.ts';
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
