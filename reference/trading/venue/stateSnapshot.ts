/** The visible state as one message, and its hash: equal states have equal hashes, whatever built them. */
import { hash } from 'node:crypto';
import type {
  AccountSnapshot,
  Positions,
  StateSnapshot,
  SymbolSnapshot,
} from '../../../spec/trading/messages.d.ts';
import { canonicalJson } from '../../kit/canonicalJson.ts';
import { ordersOf } from './marketData.ts';
import { hasFigures } from './positions.ts';
import type { Account, Instrument, VenueState } from './state.ts';

/** Sorted by name, as UTF-16 code units. */
export function stateSnapshot(state: VenueState): StateSnapshot {
  return {
    symbols: sortedBy([...state.instruments.values()].map(symbolSnapshot), ({ symbol }) => symbol),
    accounts: sortedBy([...state.accounts.values()].map(accountSnapshot), ({ account }) => account),
  };
}

/** SHA-256 of the snapshot's canonical form, in lower-case hex. */
export function stateHash(snapshot: StateSnapshot): string {
  return hash('sha256', canonicalJson(snapshot), 'hex');
}

function symbolSnapshot({
  symbol,
  breaker,
  seq,
  referencePriceE4,
  image,
}: Instrument): SymbolSnapshot {
  return {
    symbol,
    state: breaker.state,
    seq,
    referencePriceE4,
    bids: ordersOf(image.bids),
    asks: ordersOf(image.asks),
  };
}

function accountSnapshot(account: Account): AccountSnapshot {
  const { name, enabled } = account;
  return { account: name, enabled, positions: positionsOf(account) };
}

/** By symbol, those with any figure that is not zero. */
export function positionsOf(account: Account): Positions['positions'] {
  const positions = [];
  for (const [{ symbol }, position] of account.positions) {
    if (hasFigures(position)) positions.push({ symbol, ...position });
  }
  return sortedBy(positions, ({ symbol }) => symbol);
}

function sortedBy<T>(items: T[], name: (item: T) => string): T[] {
  return items.sort((a, b) => (name(a) < name(b) ? -1 : 1));
}
