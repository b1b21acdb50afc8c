/** MKT-REP-02.a: after a cut all copies have one version and the stock that the acknowledged changes make. */
import type { Reservation } from '../../../spec/marketplace/messages.d.ts';
import type { Check } from '../check.ts';
import { okOutput, openMarket } from './market.ts';
import type { Reply } from './market.ts';
import { holdCounts } from './reservationStates.ts';
import { converged, cutOff, join, nodesOf, whenTakenOver } from './replicas.ts';

const ON_HAND = 100;
const CUTS = 2;

export const replicasConverge = (takeOverMs: number): Check => ({
  id: 'replicas-converge',
  isolation: 'exclusive',
  needs: ['replicas'],
  async run(context) {
    const market = openMarket(context.session());
    const productId = await market.stocked(ON_HAND);
    let onHand = ON_HAND;
    let held = 0;
    let confirmed = 0;
    const carriedOut = async <T>(operation: string, send: () => Promise<Reply<T>>): Promise<T> =>
      okOutput(operation, await whenTakenOver(takeOverMs, send));
    const reserve = (quantity: number): Promise<Reservation> =>
      carriedOut('reserve', () => market.tryReserve(productId, { quantity }));
    /** Each of the changes that a copy can miss, or have twice. */
    const change = async (): Promise<void> => {
      await reserve(1);
      held += 1;
      const sold = await reserve(2);
      await carriedOut('confirmReservation', () => market.confirm(sold));
      confirmed += 2;
      const returned = await reserve(3);
      await carriedOut('releaseReservation', () => market.release(returned));
      await carriedOut('adjustStock', () => market.adjust({ productId, delta: 5 }));
      onHand += 5;
    };
    const available = (): number => onHand - held - confirmed;
    await change();
    // A primary that comes back may have what nobody else has; another node misses what was done meanwhile.
    for (let cut = 0; cut < CUTS; cut += 1) {
      const wanted = cut % 2 === 0;
      const node = (await nodesOf(market, productId)).find(({ primary }) => primary === wanted)!;
      await cutOff(market, node.nodeId);
      context.hit('cuts');
      await change();
      const inFlight = change();
      await join(market, node.nodeId);
      await inFlight;
      await converged(market, productId, available(), takeOverMs);
      const counts = { available: available(), held, confirmed };
      await holdCounts(market, productId, counts, 'when a node that was cut off has come back');
    }
  },
});
