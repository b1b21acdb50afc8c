/** The thread of one matching shard: a task in, a copy of its result out. */
import { parentPort } from 'node:worker_threads';
import { createMatchingEngine } from '../engine/matchingEngine.ts';
import type { BookEvents } from '../engine/matchingEngine.types.ts';
import type { ShardTask } from './program.ts';
import { runTask } from './runTask.ts';

const engine = createMatchingEngine();

parentPort?.on('message', (task: ShardTask) => {
  const { events, outcome, value } = runTask(engine, task);
  parentPort?.postMessage({ events: filled(events), outcome: { ...outcome }, value });
});

/** Only the rows that are filled cross the threads. */
function filled(events: BookEvents): BookEvents {
  const { count } = events;
  return {
    count,
    kind: events.kind.slice(0, count),
    orderId: events.orderId.slice(0, count),
    account: events.account.slice(0, count),
    side: events.side.slice(0, count),
    priceTicks: events.priceTicks.slice(0, count),
    qty: events.qty.slice(0, count),
    leavesQty: events.leavesQty.slice(0, count),
  };
}
