/**
 * What an account has and what its open orders could make of it. An order reserves its whole open quantity at entry; a fill
 * moves quantity from the reservation to the position; what ends is released.
 */
import type { Side } from '../../../spec/trading/messages.d.ts';
import type { Account, Instrument } from './state.ts';

export interface Position {
  netQty: number;
  openBuyQty: number;
  openSellQty: number;
  /** Notional sold minus notional bought. */
  realizedNotionalE4: number;
}

const NO_POSITION: Readonly<Position> = {
  netQty: 0,
  openBuyQty: 0,
  openSellQty: 0,
  realizedNotionalE4: 0,
};

export function positionOf(account: Account, instrument: Instrument): Readonly<Position> {
  return account.positions.get(instrument) ?? NO_POSITION;
}

export function hasFigures(position: Position): boolean {
  const { netQty, openBuyQty, openSellQty, realizedNotionalE4 } = position;
  return netQty !== 0 || openBuyQty !== 0 || openSellQty !== 0 || realizedNotionalE4 !== 0;
}

/** `qty` at `priceE4` is now open (negative: no longer). */
export function reserve(
  account: Account,
  instrument: Instrument,
  side: Side,
  qty: number,
  priceE4: number,
): void {
  const position = mutablePosition(account, instrument);
  if (side === 'BUY') {
    position.openBuyQty += qty;
    account.openBuyNotionalE4 += qty * priceE4;
  } else position.openSellQty += qty;
}

export function release(
  account: Account,
  instrument: Instrument,
  side: Side,
  qty: number,
  priceE4: number,
): void {
  reserve(account, instrument, side, -qty, priceE4);
}

/** `qty` of an order that reserved at `reservedPriceE4` traded at `tradePriceE4`. */
export function fillPosition(
  account: Account,
  instrument: Instrument,
  side: Side,
  qty: number,
  reservedPriceE4: number,
  tradePriceE4: number,
): void {
  release(account, instrument, side, qty, reservedPriceE4);
  const position = mutablePosition(account, instrument);
  const notionalE4 = qty * tradePriceE4;
  position.netQty += side === 'BUY' ? qty : -qty;
  position.realizedNotionalE4 += side === 'BUY' ? -notionalE4 : notionalE4;
  account.realizedNotionalE4 += side === 'BUY' ? -notionalE4 : notionalE4;
}

function mutablePosition(account: Account, instrument: Instrument): Position {
  let position = account.positions.get(instrument);
  if (!position) account.positions.set(instrument, (position = { ...NO_POSITION }));
  return position;
}
