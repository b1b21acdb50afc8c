/**
 * Risk, book and positions as one step a command, in three stages that can be timed one by one: `checkRisk` admits and reserves,
 * `match` carries the command out on the book, `execute` moves what traded into the positions and builds the report.
 */
import { createMatchingEngine } from '../../reference/trading/engine/matchingEngine.ts';
import {
  CANCEL_TAKER,
  EVENT_EXECUTE,
  IOC,
  REST,
} from '../../reference/trading/engine/matchingEngine.types.ts';
import type {
  MatchingEngine,
  SideCode,
} from '../../reference/trading/engine/matchingEngine.types.ts';
import { createRiskBook } from '../../reference/trading/engine/riskBook.ts';
import { RISK_OK } from '../../reference/trading/engine/riskBook.types.ts';
import type {
  RiskBook,
  RiskCode,
  RiskLimits,
} from '../../reference/trading/engine/riskBook.types.ts';
import { ACCOUNTS, CANCEL, CENTRE_TICKS, MOVE, PLACE_IOC } from './bookCommands.ts';
import type { BookCommands } from './bookCommands.ts';
import { bookResult, canceledResult, refusedResult } from './bookResult.ts';
import type { BookResult } from './bookResult.ts';

const TICK_E4 = 100;

/** As far as prices may be from the reference price: the workload's IOC orders take any price. */
const COLLAR_BPS = 5_000;

/** All are checked, and none is reached: a refusal would leave another book than the engines without risk have. */
const LIMITS: RiskLimits = {
  maxPosition: 1_000_000_000,
  maxOrderQty: 1_000,
  maxNotionalE4: 1e12,
  maxOpenOrders: 1_000,
  maxOrdersPerSec: 1_000_000,
  creditLimitE4: Number.MAX_SAFE_INTEGER,
};

export interface GuardedBook {
  readonly engine: MatchingEngine;
  readonly risk: RiskBook;
  readonly book: number;
  readonly symbol: number;
}

export function openGuardedBook(): GuardedBook {
  const engine = createMatchingEngine();
  const risk = createRiskBook();
  for (let account = 0; account < ACCOUNTS; account++) {
    risk.setLimits(risk.openAccount(), LIMITS);
  }
  return {
    engine,
    risk,
    book: engine.openBook(CENTRE_TICKS),
    symbol: risk.openSymbol(CENTRE_TICKS * TICK_E4, COLLAR_BPS),
  };
}

export function carryOutGuarded(
  guarded: GuardedBook,
  commands: BookCommands,
  index: number,
  nowMs: number,
): BookResult {
  const refusal = checkRisk(guarded, commands, index, nowMs);
  if (refusal !== RISK_OK) return refusedResult(commands.orderId[index]!, refusal);
  match(guarded, commands, index);
  return execute(guarded, commands, index);
}

export function checkRisk(
  { engine, risk, book, symbol }: GuardedBook,
  commands: BookCommands,
  index: number,
  nowMs: number,
): RiskCode {
  const kind = commands.kind[index]!;
  if (kind === CANCEL) return RISK_OK;
  const account = commands.account[index]!;
  const side = commands.side[index]! as SideCode;
  const qty = commands.qty[index]!;
  const priceE4 = commands.priceTicks[index]! * TICK_E4;
  if (kind !== MOVE) return risk.admit(account, symbol, side, qty, priceE4, nowMs);
  const old = engine.restingOrder(book, commands.orderId[index]!)!;
  const oldPriceE4 = old.priceTicks * TICK_E4;
  return risk.readmit(account, symbol, side, old.leavesQty, oldPriceE4, qty, qty, priceE4);
}

export function match({ engine, book }: GuardedBook, commands: BookCommands, index: number): void {
  const kind = commands.kind[index]!;
  const orderId = commands.orderId[index]!;
  if (kind === CANCEL) {
    engine.cancel(book, orderId);
    return;
  }
  const priceTicks = commands.priceTicks[index]!;
  const qty = commands.qty[index]!;
  if (kind === MOVE) {
    engine.replace(book, orderId, priceTicks, qty, false, CANCEL_TAKER);
    return;
  }
  const account = commands.account[index]!;
  const side = commands.side[index]! as SideCode;
  const remainder = kind === PLACE_IOC ? IOC : REST;
  engine.submit(book, orderId, account, side, priceTicks, qty, remainder, false, CANCEL_TAKER);
}

export function execute(guarded: GuardedBook, commands: BookCommands, index: number): BookResult {
  const { engine, risk, symbol } = guarded;
  const orderId = commands.orderId[index]!;
  const account = commands.account[index]!;
  const side = commands.side[index]! as SideCode;
  const qty = commands.qty[index]!;
  const priceE4 = commands.priceTicks[index]! * TICK_E4;
  if (commands.kind[index] === CANCEL) {
    risk.close(account, symbol, side, qty, priceE4);
    return canceledResult(orderId);
  }
  const { filledQty, leavesQty } = engine.outcome;
  if (filledQty > 0) moveFills(guarded, account, side, priceE4);
  if (leavesQty === 0) risk.close(account, symbol, side, qty - filledQty, priceE4);
  return bookResult(engine, orderId);
}

function moveFills(
  { engine, risk, symbol }: GuardedBook,
  account: number,
  side: SideCode,
  priceE4: number,
): void {
  const { events } = engine;
  for (let index = 0; index < events.count; index++) {
    if (events.kind[index] !== EVENT_EXECUTE) continue;
    const maker = events.account[index]!;
    const makerSide = events.side[index]! as SideCode;
    const traded = events.qty[index]!;
    const tradeE4 = events.priceTicks[index]! * TICK_E4;
    risk.fill(maker, symbol, makerSide, traded, tradeE4, tradeE4);
    if (events.leavesQty[index] === 0) risk.close(maker, symbol, makerSide, 0, tradeE4);
    risk.fill(account, symbol, side, traded, priceE4, tradeE4);
  }
}
