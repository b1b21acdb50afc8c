/** `RealTimeRiskManager` with its position tracker, risk limits, alert system and circuit breaker. */
import type { Execution, Order } from './order.ts';

export interface RiskAlert {
  readonly type: 'POSITION_LIMIT_EXCEEDED';
  readonly account: string;
  readonly symbol: string;
  readonly current: number;
  readonly limit: number;
}

export interface RiskManager {
  readonly riskLimits: Map<string, { readonly maxPosition: number }>;
  /** `POSITIONS[account][symbol]`. */
  readonly positions: Map<string, Map<string, number>>;
  readonly alerts: RiskAlert[];
  /** Symbols whose circuit breaker an operator has tripped: no trade ever does. */
  readonly tripped: Set<string>;
}

/** An alert is never removed by the design; the oldest go here, so that it cannot grow without end. */
const MAX_ALERTS = 10_000;

export function riskManager(): RiskManager {
  return { riskLimits: new Map(), positions: new Map(), alerts: [], tripped: new Set() };
}

/** `ValidateOrder`, line by line. */
export function validateOrder(risk: RiskManager, order: Order): boolean {
  const currentPosition = positionOf(risk, order.symbol, order.account);
  // The published line: the side of the order plays no part.
  const newPosition = currentPosition + order.quantity;

  const limit = risk.riskLimits.get(order.account);
  // `if limit, exists`: an account without limits may do anything.
  if (limit && Math.abs(newPosition) > limit.maxPosition) {
    sendAlert(risk, {
      type: 'POSITION_LIMIT_EXCEEDED',
      account: order.account,
      symbol: order.symbol,
      current: newPosition,
      limit: limit.maxPosition,
    });
    return false;
  }

  // This path raises no alert.
  return !risk.tripped.has(order.symbol);
}

export function positionOf(risk: RiskManager, symbol: string, account: string): number {
  return risk.positions.get(account)?.get(symbol) ?? 0;
}

/** What postTradeProcessing does to the position tracker, with the sign that the design forgets when it checks. */
export function trackPositions(risk: RiskManager, executions: readonly Execution[]): void {
  for (const { order, resting, qty } of executions) {
    move(risk, order, qty);
    move(risk, resting, qty);
  }
}

function move(risk: RiskManager, { account, symbol, side }: Order, qty: number): void {
  const positions = risk.positions.get(account) ?? new Map<string, number>();
  risk.positions.set(account, positions);
  positions.set(symbol, (positions.get(symbol) ?? 0) + (side === 'BUY' ? qty : -qty));
}

function sendAlert({ alerts }: RiskManager, alert: RiskAlert): void {
  if (alerts.length >= MAX_ALERTS) alerts.shift();
  alerts.push(alert);
}
