/** Micro-benchmarks of the reference's payment platform: ledger, events, money, reconciliation, and what is around a command. */
import { commandTasks } from './micro/commandTasks.ts';
import { eventTasks } from './micro/eventTasks.ts';
import { ledgerTasks } from './micro/ledgerTasks.ts';
import { moneyTasks } from './micro/moneyTasks.ts';
import { reconciliationTasks } from './micro/reconciliationTasks.ts';

export const tasks = [
  ...ledgerTasks,
  ...eventTasks,
  ...moneyTasks,
  ...reconciliationTasks,
  ...commandTasks,
];
