/** The reference's book with a result object a command: what the packages do too. */
import { createMatchingEngine } from '../../reference/trading/engine/matchingEngine.ts';
import { CANCEL_TAKER, IOC, REST } from '../../reference/trading/engine/matchingEngine.types.ts';
import type {
  MatchingEngine,
  SideCode,
} from '../../reference/trading/engine/matchingEngine.types.ts';
import { CANCEL, CENTRE_TICKS, MOVE, PLACE_IOC } from './bookCommands.ts';
import type { BookCommands } from './bookCommands.ts';
import { KEPT_RESULTS, nowNs } from './bookEngine.ts';
import type { BookEngine } from './bookEngine.ts';
import { bookResult, canceledResult } from './bookResult.ts';
import type { BookResult } from './bookResult.ts';
import { restingOrders } from './restingOrders.ts';

interface Running {
  readonly engine: MatchingEngine;
  readonly book: number;
  readonly commands: BookCommands;
  readonly kept: BookResult[];
}

export const bookAlone: BookEngine = {
  name: 'reference book',
  open(commands) {
    const engine = createMatchingEngine();
    const book = engine.openBook(CENTRE_TICKS);
    const kept = new Array<BookResult>(KEPT_RESULTS).fill(canceledResult(0));
    const running: Running = { engine, book, commands, kept };
    return {
      run: (from, to) => run(running, from, to),
      runTimed: (from, to, tookNs) => runTimed(running, from, to, tookNs),
      orders: () => restingOrders(engine, book),
      close: () => undefined,
    };
  },
};

function run({ engine, book, commands, kept }: Running, from: number, to: number): void {
  for (let index = from; index < to; index++) {
    kept[index & (KEPT_RESULTS - 1)] = carryOut(engine, book, commands, index);
  }
}

function runTimed(running: Running, from: number, to: number, tookNs: Float64Array): void {
  const { engine, book, commands, kept } = running;
  for (let index = from; index < to; index++) {
    const startNs = nowNs();
    kept[index & (KEPT_RESULTS - 1)] = carryOut(engine, book, commands, index);
    tookNs[index - from] = nowNs() - startNs;
  }
}

function carryOut(
  engine: MatchingEngine,
  book: number,
  commands: BookCommands,
  index: number,
): BookResult {
  const kind = commands.kind[index]!;
  const orderId = commands.orderId[index]!;
  if (kind === MOVE) {
    const priceTicks = commands.priceTicks[index]!;
    engine.replace(book, orderId, priceTicks, commands.qty[index]!, false, CANCEL_TAKER);
    return bookResult(engine, orderId);
  }
  if (kind === CANCEL) {
    engine.cancel(book, orderId);
    return canceledResult(orderId);
  }
  engine.submit(
    book,
    orderId,
    commands.account[index]!,
    commands.side[index]! as SideCode,
    commands.priceTicks[index]!,
    commands.qty[index]!,
    kind === PLACE_IOC ? IOC : REST,
    false,
    CANCEL_TAKER,
  );
  return bookResult(engine, orderId);
}
