/** Everything for which an order or a replace is refused before it may match, and the alerts that some refusals raise. */
import type { Alert, Reason, Side } from '../../../spec/trading/messages.d.ts';
import { highestInside, isOutside, lowestInside } from './priceRange.ts';
import type { Command } from './program.ts';
import type { Account, Instrument } from './state.ts';

/** Why not, and the figures for the alert: what stood there, the value that would break the limit, the limit. */
export interface Refusal {
  readonly reason: Reason;
  readonly current: number;
  readonly attempted: number;
  readonly limit: number;
}

/** An order as the risk checks see it. */
export interface Proposal {
  readonly account: Account;
  readonly instrument: Instrument;
  readonly side: Side;
  /** Null for MARKET. */
  readonly priceE4: number | null;
  /** Total quantity; what of it is not filled yet counts against positions and credit. */
  readonly qty: number;
  readonly leavesQty: number;
  readonly canRest: boolean;
}

/** What a MARKET order counts with: the worst price inside the collar. */
export function riskPriceE4({ priceE4, side, instrument }: Proposal): number {
  if (priceE4 !== null) return priceE4;
  const { referencePriceE4, collarBps } = instrument;
  return side === 'BUY'
    ? highestInside(referencePriceE4, collarBps)
    : lowestInside(referencePriceE4, collarBps);
}

/** What is wrong with the order itself, whoever sends it. */
export function formFault(
  instrument: Instrument,
  priceE4: number | null,
  qty: number,
): Reason | undefined {
  if (priceE4 !== null && priceE4 % instrument.tickSizeE4 !== 0) return 'INVALID_PRICE_TICK';
  if (qty % instrument.lotSize !== 0) return 'INVALID_QTY';
  return undefined;
}

/** Refusals that need no figures of the account's positions. */
export function gateRefusal({ account, instrument, priceE4, qty }: Proposal): Refusal | undefined {
  const plain = (reason: Reason): Refusal => ({ reason, current: 0, attempted: qty, limit: 0 });
  if (instrument.breaker.state === 'HALTED') return plain('HALTED');
  if (!account.enabled) return plain('KILL_SWITCH');
  if (account.restricted.has(instrument.symbol)) return plain('RISK_RESTRICTED');
  const { referencePriceE4, collarBps } = instrument;
  if (priceE4 !== null && isOutside(priceE4, referencePriceE4, collarBps)) {
    const limit =
      priceE4 > referencePriceE4
        ? highestInside(referencePriceE4, collarBps)
        : lowestInside(referencePriceE4, collarBps);
    return { reason: 'PRICE_COLLAR', current: referencePriceE4, attempted: priceE4, limit };
  }
  return undefined;
}

/** Remembers an alert where the reason asks for one. */
export function raiseAlert(
  account: Account,
  instrument: Instrument,
  { reason, current, attempted, limit }: Refusal,
  { auditSeq, nowMs }: Command,
): void {
  if (!isAlerting(reason)) return;
  const alert: Alert = {
    auditSeq,
    timeMs: nowMs,
    account: account.name,
    symbol: instrument.symbol,
    reason,
    current,
    attempted,
    limit,
  };
  account.alerts.push(alert);
}

function isAlerting(reason: Reason): boolean {
  return reason.startsWith('RISK_') || reason === 'PRICE_COLLAR' || reason === 'KILL_SWITCH';
}
