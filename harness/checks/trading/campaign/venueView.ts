/** Everything that a venue shows of its state, read when nothing happens any more. */
import type {
  AuditEvent,
  Book,
  Position,
  Positions,
  PutLimits,
  PutSymbol,
  StateHash,
  StateSnapshot,
  SymbolReport,
  Trade,
  Trades,
} from '../../../../spec/trading/messages.d.ts';
import { readPages } from '../../kit/readPages.ts';
import { positionOf } from '../venueSession.ts';
import type { Ask } from '../../askHealed.ts';
import { hasFigures } from './venueLedger.ts';

export interface SymbolView {
  readonly symbol: string;
  readonly book: Pick<Book, 'seq' | 'state' | 'bids' | 'asks'>;
  readonly referencePriceE4: number;
  readonly trades: readonly Trade[];
}

export interface AccountView {
  readonly account: string;
  /** Those with any figure that is not 0, by symbol. */
  readonly positions: readonly Position[];
}

export interface VenueView {
  readonly symbols: readonly SymbolView[];
  readonly accounts: readonly AccountView[];
  /** Of a venue that offers them. */
  readonly stateHash?: string;
  readonly snapshot?: StateSnapshot;
}

/** More levels than any campaign makes; the most that can be asked for. */
const MAX_LEVELS = 10_000;
/** Pages of trades: a campaign of 300 000 commands makes fewer than they hold, were they as short as ten trades. */
const MAX_PAGES = 100_000;

/** @throws Violation when the venue does not show what its journal says it has */
export async function viewOf(ask: Ask, journal: readonly AuditEvent[]): Promise<VenueView> {
  const named = namesOf(journal);
  const symbols: SymbolView[] = [];
  for (const symbol of named.symbols) {
    const { seq, state, bids, asks } = await ask<Book>('getBook', { symbol, depth: MAX_LEVELS });
    const { referencePriceE4 } = await ask<SymbolReport>('getSymbol', { symbol });
    const book = { seq, state, bids, asks };
    symbols.push({ symbol, book, referencePriceE4, trades: await tradesOf(ask, symbol) });
  }
  const accounts: AccountView[] = [];
  for (const account of named.accounts) {
    const { positions } = await ask<Positions>('getPositions', { account });
    accounts.push({ account, positions: figuresOf(positions) });
  }
  const hash = await ask.ifOffered<StateHash>('getStateHash', {});
  if (!hash) return { symbols, accounts };
  return { symbols, accounts, stateHash: hash.stateHash, snapshot: hash.snapshot };
}

export function figuresOf(positions: readonly Position[]): Position[] {
  return positions
    .map(positionOf)
    .filter(hasFigures)
    .sort((one, other) => (one.symbol < other.symbol ? -1 : 1));
}

function namesOf(journal: readonly AuditEvent[]): { symbols: string[]; accounts: string[] } {
  const symbols = new Set<string>();
  const accounts = new Set<string>();
  for (const { operation, input, output } of journal) {
    if ('code' in output) continue;
    if (operation === 'putSymbol') symbols.add((input as PutSymbol).symbol);
    if (operation === 'putLimits') accounts.add((input as PutLimits).account);
  }
  return { symbols: [...symbols].sort(), accounts: [...accounts].sort() };
}

function tradesOf(ask: Ask, symbol: string): Promise<Trade[]> {
  return readPages<Trade>({
    ...{ what: `listTrades of ${symbol}`, from: 1, maxPages: MAX_PAGES },
    async page(fromSeq) {
      const page = await ask<Trades>('listTrades', { symbol, fromSeq });
      return { items: page.trades, next: page.nextFromSeq };
    },
  });
}
