/** What travels through the published engine. `openQty` is ours: somebody has to know how much of a resting order is left. */
import type { Side } from '../../../spec/trading/messages.d.ts';

export interface Order {
  readonly id: string;
  readonly account: string;
  readonly symbol: string;
  readonly side: Side;
  /** Undefined for MARKET. */
  readonly priceE4: number | undefined;
  readonly quantity: number;
  readonly receivedAtMs: number;
  openQty: number;
}

export interface Match {
  readonly resting: Order;
  readonly qty: number;
}

export interface Execution {
  readonly order: Order;
  readonly resting: Order;
  readonly priceE4: number;
  readonly qty: number;
}

export interface ExecutionResult {
  readonly status: 'EXECUTED' | 'REJECTED';
  readonly reason?: 'RISK_LIMIT';
  readonly executions: readonly Execution[];
  readonly latencyMs: number;
}
