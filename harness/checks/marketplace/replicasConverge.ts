/** MKT-REP-02.a: after a cut all copies have one version and the stock that the acknowledged changes make. */
import { okOutput } from '../kit/replies.ts';
import type { Reply } from '../kit/replies.ts';
import type { Reservation } from '../../../spec/marketplace/messages.d.ts';
import type { Check } from '../check.ts';
import { openMarket } from './market.ts';
import type { Market } from './market.ts';
import { converged, cutOff, join, nodesOf, whenTakenOver } from './replicas.ts';
import { holdCounts } from './reservationStates.ts';

const ON_HAND = 100;
/** A primary that comes back may have what nobody else has; another node misses what was done meanwhile. */
const CUT_PRIMARY = [true, false];

export const replicasConverge = (takeOverMs: number): Check => ({
  id: 'replicas-converge',
  isolation: 'exclusive',
  needs: ['replicas'],
  async run(context) {
    const market = openMarket(context.session());
    const [missed, busy] = await Promise.all([
      changing(market, takeOverMs),
      changing(market, takeOverMs),
    ]);
    for (const primary of CUT_PRIMARY) {
      const nodes = await nodesOf(market, missed.productId);
      const { nodeId } = nodes.find((each) => each.primary === primary)!;
      await busy.change();
      await cutOff(market, nodeId);
      context.hit('cuts');
      await Promise.all([missed.change(), busy.change()]);
      const inFlight = busy.change();
      await join(market, nodeId);
      await inFlight;
      for (const product of [missed, busy]) await product.holdConverged();
    }
  },
});

interface Changing {
  readonly productId: string;
  /** Each of the changes that a copy can miss, or have twice. */
  change(): Promise<void>;
  holdConverged(): Promise<void>;
}

async function changing(market: Market, takeOverMs: number): Promise<Changing> {
  const productId = await market.stocked(ON_HAND);
  let onHand = ON_HAND;
  let [held, confirmed] = [0, 0];
  const carriedOut = async <T>(operation: string, send: () => Promise<Reply<T>>): Promise<T> =>
    okOutput(operation, await whenTakenOver(takeOverMs, send));
  const reserve = (quantity: number): Promise<Reservation> =>
    carriedOut('reserve', () => market.tryReserve(productId, { quantity }));
  return {
    productId,
    async change() {
      await reserve(1);
      held += 1;
      const sold = await reserve(2);
      await carriedOut('confirmReservation', () => market.confirm(sold));
      confirmed += 2;
      const returned = await reserve(3);
      await carriedOut('releaseReservation', () => market.release(returned));
      await carriedOut('adjustStock', () => market.adjust({ productId, delta: 5 }));
      onHand += 5;
    },
    async holdConverged() {
      const available = onHand - held - confirmed;
      await converged(market, productId, available, takeOverMs);
      const counts = { available, held, confirmed };
      await holdCounts(market, productId, counts, 'when a node that was cut off has come back');
    },
  };
}
