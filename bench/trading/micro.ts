/** Micro-benchmarks of the reference's venue: book, risk, journal of the engine, market data, reports. */
import { auditTasks } from './micro/auditTasks.ts';
import { marketDataTasks } from './micro/marketDataTasks.ts';
import { matchingTasks } from './micro/matchingTasks.ts';
import { riskTasks } from './micro/riskTasks.ts';
import { storageTasks } from './micro/storageTasks.ts';

export const tasks = [
  ...matchingTasks,
  ...storageTasks,
  ...riskTasks,
  ...marketDataTasks,
  ...auditTasks,
];
