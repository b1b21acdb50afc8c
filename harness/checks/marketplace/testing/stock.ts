/** What is physically there of each product. */
import { setImmediate as nextTurn } from 'node:timers/promises';
import type {
  AdjustStock,
  GetStock,
  PutStock,
  Stock,
} from '../../../../spec/marketplace/messages.d.ts';
import type { SystemAnswer } from '../../testing/inMemoryTarget.ts';
import { keyRecord, underKey } from './keys.ts';
import { has, refused } from './life.ts';
import type { Life } from './life.ts';
import type { Operations } from './operations.ts';
import { canChange } from './replicas.ts';
import { shardOf } from './rings.ts';
import type { StockState } from './state.ts';
import { openStep, raise } from './step.ts';

const MAX_UNITS = 1_000_000_000;

export function availableOf({ onHand, held, confirmed }: StockState): number {
  return onHand - held - confirmed;
}

const etag = ({ version }: StockState): { etag: string } => ({ etag: `"${version}"` });

export function answerStock(life: Life, stock: StockState): SystemAnswer {
  const { productId, onHand, held, confirmed, shipped, perCustomerLimit, version } = stock;
  const told = has(life, 'tells what is on hand without what is confirmed');
  const isStale = !canChange(life) && !has(life, 'takes changes without a majority');
  const output: Stock = {
    ...{ productId, onHand: told ? onHand - confirmed : onHand, available: availableOf(stock) },
    ...{ held, confirmed, shipped, perCustomerLimit, version },
    shardId: has(life, 'tells another shard than its route')
      ? (life.state.rings.get('inventory')?.shardIds[0] ?? '-')
      : shardOf(life, 'inventory', productId),
    ...(isStale && !has(life, 'does not say that a read is stale') && { stale: true }),
  };
  const shownEtag = has(life, 'tells another ETag than the version')
    ? { etag: `"${version + 1}"` }
    : etag(stock);
  return { output, headers: shownEtag };
}

export function createStock(life: Life): Operations {
  return {
    putStock: (input: PutStock) => putStock(life, input),
    adjustStock: (input: AdjustStock) =>
      underKey(life, 'adjustStock', input, (command) => adjustStock(life, input, command)),
    getStock: ({ productId }: GetStock) => {
      const stock = life.lagging.get(productId) ?? life.state.stocks.get(productId);
      if (!stock) return refused('UNKNOWN_PRODUCT');
      const isRefused = !canChange(life) && life.freedoms.readWithoutMajority === 'refused';
      return isRefused ? refused('STORE_UNAVAILABLE') : answerStock(life, stock);
    },
  };
}

async function putStock(
  life: Life,
  { productId, ifMatch, onHand, perCustomerLimit }: PutStock,
): Promise<SystemAnswer> {
  const before = life.state.stocks.get(productId);
  const isLax = !before && has(life, 'takes any version for a product without a record');
  const isOther = ifMatch !== undefined && ifMatch !== `"${before?.version ?? 0}"` && !isLax;
  if (isOther && !has(life, 'ignores If-Match')) {
    if (!before) return refused('VERSION_MISMATCH', { version: 0 }, { etag: '"0"' });
    const { version } = before;
    const isBare = has(life, 'refuses another version without the ETag');
    if (has(life, 'sets stock that it refuses')) change(life, { ...before, onHand });
    return isBare
      ? refused('VERSION_MISMATCH')
      : refused('VERSION_MISMATCH', { version }, etag(before));
  }
  const isMade = !before && has(life, 'looks for the record before its turn');
  if (isMade || has(life, 'looks at the version before its turn')) await nextTurn();
  const present = life.state.stocks.get(productId) ?? noStock(productId);
  const stock = { ...present, onHand, perCustomerLimit: perCustomerLimit ?? null };
  if (availableOf(stock) < 0 && !has(life, 'sets stock below what is promised')) {
    return refused('NEGATIVE_STOCK');
  }
  return change(life, stock);
}

function noStock(productId: string): StockState {
  const nothing = { onHand: 0, held: 0, confirmed: 0, shipped: 0, version: 0 };
  return { productId, ...nothing, perCustomerLimit: null };
}

function change(life: Life, stock: StockState): SystemAnswer {
  const step = openStep(life);
  raise(life, stock);
  step.put({ stock });
  step.write();
  return answerStock(life, stock);
}

function adjustStock(
  life: Life,
  { productId, delta }: AdjustStock,
  command: Parameters<typeof keyRecord>[1],
): SystemAnswer {
  const before = life.state.stocks.get(productId);
  if (!before) return refused('UNKNOWN_PRODUCT');
  const stock = { ...before, onHand: before.onHand + delta };
  if (stock.onHand > MAX_UNITS) return refused('INVALID_REQUEST');
  const isTooFew = has(life, 'adjusts below what is promised')
    ? stock.onHand < 0
    : availableOf(stock) < 0;
  if (isTooFew) return refused('NEGATIVE_STOCK');
  if (!has(life, 'keeps the version when stock is adjusted')) raise(life, stock);
  const answer = answerStock(life, stock);
  const step = openStep(life);
  step.put({ stock, key: keyRecord(life, command, answer) });
  step.write();
  return answer;
}
