/** The state of a venue with one symbol whose public book holds 1 000 orders, and an account. */
import { publish } from '../../../reference/trading/venue/marketData.ts';
import { emptyState, newAccount, newInstrument } from '../../../reference/trading/venue/state.ts';
import type { Account, Instrument, VenueState } from '../../../reference/trading/venue/state.ts';

export const LEVELS_A_SIDE = 500;
export const TICK_E4 = 100;
export const CENTRE_E4 = 1_000_000;
export const QTY = 10;

export interface FilledVenue {
  readonly state: VenueState;
  readonly instrument: Instrument;
  readonly account: Account;
}

export function filledVenue(): FilledVenue {
  const state = emptyState();
  const instrument = newInstrument('MICRO', 0, 0, {
    tickSizeE4: TICK_E4,
    lotSize: 1,
    referencePriceE4: CENTRE_E4,
    collarBps: 1_000,
    band: null,
  });
  state.instruments.set(instrument.symbol, instrument);
  const account = newAccount(state, 'ann', {
    account: 'ann',
    maxPosition: 1_000,
    maxOrderQty: 100,
    maxNotionalE4: 1e12,
    maxOpenOrders: 1_000,
    maxOrdersPerSec: 1_000,
    creditLimitE4: 1e15,
    restrictedSymbols: [],
  });
  for (let level = 1; level <= LEVELS_A_SIDE; level++) {
    for (const side of ['BUY', 'SELL'] as const) {
      const priceE4 = CENTRE_E4 + (side === 'BUY' ? -level : level) * TICK_E4;
      publish(state, instrument, {
        type: 'ADD',
        orderId: `${side}${level}`,
        side,
        priceE4,
        leavesQty: QTY,
      });
    }
  }
  state.outbox = [];
  return { state, instrument, account };
}
