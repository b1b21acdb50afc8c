/** Micro-benchmarks of the reference's marketplace: page cache, shards, stock, load balancer and fleets, beside packages and baselines. */
import { cacheTasks } from './micro/cacheTasks.ts';
import { shardTasks } from './micro/shardTasks.ts';

export const tasks = [...cacheTasks, ...shardTasks];
