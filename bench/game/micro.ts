/** Micro-benchmarks of the reference's game: what a client is sent of a tick, beside @colyseus/schema. */
import { snapshotTasks } from './micro/snapshotTasks.ts';

export const tasks = [...snapshotTasks];
