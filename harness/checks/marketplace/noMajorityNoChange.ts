/** MKT-REP-03.a: without a majority reservations are refused with STORE_UNAVAILABLE, and what is refused is not done. */
import type { Reservation, Stock } from '../../../spec/marketplace/messages.d.ts';
import type { Check } from '../check.ts';
import { hold } from '../kit/hold.ts';
import { okOutput, refusedWith } from '../kit/replies.ts';
import { together } from '../kit/together.ts';
import { openMarket } from './market.ts';
import type { Market } from './market.ts';
import { holdCounts, holdState } from './reservationStates.ts';
import { converged, cutOff, join, nodesOf, whenTakenOver } from './replicas.ts';

const ON_HAND = 20;
const ATTEMPTS = 5;
const WITHOUT = 'without a majority';

export const noMajorityNoChange = (takeOverMs: number): Check => ({
  id: 'no-majority-no-change',
  isolation: 'exclusive',
  needs: ['replicas'],
  async run(context) {
    const market = openMarket(context.session());
    const productId = await market.stocked(ON_HAND);
    const earlier = await market.reserve(productId);
    const nodes = await nodesOf(market, productId);
    const cut = enoughOf(nodes).map(({ nodeId }) => nodeId);
    await Promise.all(cut.map((nodeId) => cutOff(market, nodeId)));

    const requests = Array.from({ length: ATTEMPTS }, () => ({
      idempotencyKey: market.freshKey(),
      customerId: market.freshKey(),
    }));
    const replies = await together(ATTEMPTS, (index) =>
      market.tryReserve(productId, requests[index]),
    );
    for (const reply of replies) {
      refusedWith(`reserve ${WITHOUT}`, reply, 'STORE_UNAVAILABLE');
      context.hit('refused');
    }
    await holdReadKnowsItsAge(market, productId);

    await Promise.all(cut.map((nodeId) => join(market, nodeId)));
    await converged(market, productId, ON_HAND - 1, takeOverMs);
    const counts = { available: ON_HAND - 1, held: 1, confirmed: 0 };
    await holdCounts(market, productId, counts, `when reservations were refused ${WITHOUT}`);
    await holdState(market, earlier, 'HELD', 'when the majority has come back');
    const again = await whenTakenOver(takeOverMs, () => market.tryReserve(productId, requests[0]));
    const made: Reservation = okOutput('reserve, when the majority has come back,', again);
    await holdState(market, made, 'HELD', 'when the majority has come back');
  },
});

/** So many that those left are no majority: the primary stays, which could go on by itself. */
function enoughOf<T extends { primary: boolean }>(nodes: readonly T[]): T[] {
  const others = nodes.filter(({ primary }) => !primary);
  return others.slice(0, Math.ceil(nodes.length / 2));
}

async function holdReadKnowsItsAge(market: Market, productId: string): Promise<void> {
  const reply = await market.attempt<Stock>('getStock', { productId });
  if (reply.kind === 'refused') {
    refusedWith(`getStock ${WITHOUT}`, reply, 'STORE_UNAVAILABLE');
    return;
  }
  hold(
    reply.output.stale === true,
    `A read ${WITHOUT} should be refused or say stale: true.`,
    true,
    reply.output,
  );
}
