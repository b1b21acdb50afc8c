/** Micro-benchmarks of the reference's marketplace: page cache, shards, stock, load balancer and fleets, beside packages and baselines. */
import { balancerTasks } from './micro/balancerTasks.ts';
import { cacheTasks } from './micro/cacheTasks.ts';
import { fleetTasks } from './micro/fleetTasks.ts';
import { inventoryTasks } from './micro/inventoryTasks.ts';
import { shardTasks } from './micro/shardTasks.ts';

export const tasks = [
  ...cacheTasks,
  ...shardTasks,
  ...inventoryTasks,
  ...balancerTasks,
  ...fleetTasks,
];
