/** Voids the charges of cancelled orders, behind the replies and after a restart, until the payment service says that they are. */
import { StoreUnavailable } from '../../kit/commitQueue.ts';
import { Closed } from '../../kit/lifetime.ts';
import { write } from '../decide.ts';
import type { Market } from '../market.ts';

/** Asked at once: a payment service that has just come back is not run over. */
const MAX_AT_ONCE = 64;

/** The contract gives 20 s from when the payment service answers again. */
const RETRY_PAUSE_MS = 1000;

/** Wakes it; once awake it goes on until there is nothing to void, or the marketplace closes. */
export function chargeVoider(market: Market): () => void {
  const { chargesToVoid } = market.state;
  let isAwake = false;

  async function voidAll(): Promise<void> {
    while (chargesToVoid.size > 0) {
      const some = [...chargesToVoid].slice(0, MAX_AT_ONCE);
      const done = await Promise.all(some.map((orderId) => voidOne(market, orderId)));
      if (done.every((isDone) => isDone)) continue;
      await market.pause(RETRY_PAUSE_MS);
    }
  }

  return () => {
    if (isAwake || chargesToVoid.size === 0) return;
    isAwake = true;
    voidAll()
      .catch((error: unknown) => {
        if (!(error instanceof Closed)) console.error(error);
      })
      .finally(() => (isAwake = false));
  };
}

/** False when it has to be tried again: it is put behind the others. */
async function voidOne(market: Market, orderId: string): Promise<boolean> {
  const { chargesToVoid } = market.state;
  try {
    const status = await market.payments.voidCharge(orderId);
    const order = market.decided.get('orders', orderId);
    if (order && status !== 'unknown') {
      await write(market, [['orders', orderId, { ...order, chargeToVoid: false }]]);
      return true;
    }
  } catch (error) {
    if (!(error instanceof StoreUnavailable)) throw error;
  }
  if (chargesToVoid.delete(orderId)) chargesToVoid.add(orderId);
  return false;
}
