import type { MatchingEngine } from '../engine/matchingEngine.types.ts';
import type { ShardResult, ShardTask } from './program.ts';

/** Does what a task says. The answer's events and outcome are the engine's own, reused by the next task. */
export function runTask(engine: MatchingEngine, task: ShardTask): ShardResult {
  return { events: engine.events, outcome: engine.outcome, value: perform(engine, task) };
}

function perform(engine: MatchingEngine, task: ShardTask): number {
  switch (task.kind) {
    case 'openBook':
      return engine.openBook(task.centreTicks);
    case 'setBand':
      engine.setBand(task.book, task.lowTicks, task.highTicks);
      return 0;
    case 'submit': {
      const { orderId, account, side, priceTicks, qty, remainder, postOnly, selfTrade } =
        task.order;
      engine.submit(
        task.book,
        orderId,
        account,
        side,
        priceTicks,
        qty,
        remainder,
        postOnly,
        selfTrade,
      );
      return 0;
    }
    case 'replace': {
      const { orderId, priceTicks, qty, postOnly, selfTrade } = task.order;
      if (!engine.replace(task.book, orderId, priceTicks, qty, postOnly, selfTrade)) {
        throw new Error(`order ${orderId} is open but not in its book`);
      }
      return 0;
    }
    case 'cancel': {
      const leavesQty = engine.cancel(task.book, task.orderId);
      if (leavesQty === 0) throw new Error(`order ${task.orderId} is open but not in its book`);
      return leavesQty;
    }
  }
}
