/** MKT-SHARD-01: a key stays where it is, unless a new shard takes it over. */
import type { Check } from '../check.ts';
import { fewKeysMove } from './fewKeysMove.ts';
import { reshardingKeepsEverything } from './reshardingKeepsEverything.ts';
import { stableRoutes } from './stableRoutes.ts';

export const sharding: readonly Check[] = [stableRoutes, fewKeysMove, reshardingKeepsEverything];
