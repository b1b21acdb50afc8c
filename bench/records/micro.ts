/** Micro-benchmarks of the reference's health records: decisions, minimising, sealing, and the log's tree. */
import { decisionTasks } from './micro/decisionTasks.ts';
import { logTasks } from './micro/logTasks.ts';
import { recordTasks } from './micro/recordTasks.ts';

export const tasks = [...decisionTasks, ...recordTasks, ...logTasks];
