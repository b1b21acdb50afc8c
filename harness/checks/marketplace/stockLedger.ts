/** What a check has put into stocks and reservations, and so what they should say. */
import type { Reservation } from '../../../spec/marketplace/messages.d.ts';
import { holdSame } from '../kit/hold.ts';
import type { Market } from './market.ts';
import { holdCounts } from './reservationStates.ts';

export interface StockLedger {
  /** Units that are physically there, by product. */
  readonly onHand: Map<string, number>;
  /** By id, as they were last answered. */
  readonly reservations: Map<string, Reservation>;
  /**
   * Reads every product and every reservation, and holds the counts of a product to the reservations on it.
   * @param when as in `after SIGKILL`
   * @returns how many were read
   */
  holdAll(market: Market, when: string): Promise<{ reservations: number; products: number }>;
}

export function stockLedger(): StockLedger {
  const onHand = new Map<string, number>();
  const reservations = new Map<string, Reservation>();

  const countsOf = (productId: string): { held: number; confirmed: number } => {
    const counts = { held: 0, confirmed: 0 };
    for (const { state, lines } of reservations.values()) {
      const quantity = lines.find((line) => line.productId === productId)?.quantity ?? 0;
      if (state === 'HELD') counts.held += quantity;
      if (state === 'CONFIRMED') counts.confirmed += quantity;
    }
    return counts;
  };

  return {
    onHand,
    reservations,
    async holdAll(market, when) {
      const reads = [...reservations.values()].map(async (expected) => {
        const read = await market.reservation(expected.reservationId);
        holdSame(
          essence(read),
          essence(expected),
          `A reservation should be ${expected.state} until ${expected.expiresAtMs} ${when}, as it was answered, but reads as ${read.state} until ${read.expiresAtMs}, or with other lines.`,
        );
      });
      const counts = [...onHand].map(([productId, units]) => {
        const { held, confirmed } = countsOf(productId);
        const available = units - held - confirmed;
        return holdCounts(market, productId, { available, held, confirmed }, when);
      });
      await Promise.all([...reads, ...counts]);
      return { reservations: reads.length, products: counts.length };
    },
  };
}

/** Without the versions of its lines, and in the order of the products. */
function essence({ reservationId, state, customerId, lines, expiresAtMs }: Reservation): object {
  const units = lines
    .map(({ productId, quantity }) => ({ productId, quantity }))
    .sort((a, b) => (a.productId < b.productId ? -1 : 1));
  return { reservationId, state, customerId, lines: units, expiresAtMs };
}
