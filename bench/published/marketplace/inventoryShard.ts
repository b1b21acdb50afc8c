/** The published `InventoryShard`: the stock of its products, and `ReserveWithLock`. */
import { randomUUID } from 'node:crypto';
import type { Reservation } from './reservation.ts';

export interface StockRow {
  onHand: number;
  held: number;
  confirmed: number;
  version: number;
}

export interface InventoryShard {
  readonly stock: Map<string, StockRow>;
  /**
   * "Optimistic locking" says the text; the name says a lock. There is one turn of the event loop, in which nothing else runs.
   * @throws Error when there is no such product, or not enough of it
   */
  reserveWithLock(
    productId: string,
    quantity: number,
    customerId: string,
    expiresAtMs: number,
  ): Reservation;
}

export class NoSuchProduct extends Error {
  constructor(productId: string) {
    super(`there is no ${productId}`);
  }
}

export class NotInStock extends Error {
  readonly productId: string;
  readonly available: number;
  constructor(productId: string, available: number) {
    super(`${productId} has ${available}`);
    this.productId = productId;
    this.available = available;
  }
}

export function inventoryShard(): InventoryShard {
  const stock = new Map<string, StockRow>();
  return {
    stock,
    reserveWithLock(productId, quantity, customerId, expiresAtMs) {
      const row = stock.get(productId);
      if (!row) throw new NoSuchProduct(productId);
      const available = row.onHand - row.held - row.confirmed;
      if (available < quantity) throw new NotInStock(productId, available);
      row.held += quantity;
      row.version += 1;
      return {
        id: `r-${randomUUID()}`,
        productId,
        quantity,
        customerId,
        expiresAtMs,
        state: 'HELD',
      };
    },
  };
}
