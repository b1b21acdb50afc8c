/** From PENDING to the order's end: the charge is asked for, its outcome found out, and both written, whatever it takes. */
import { StoreUnavailable } from '../../kit/commitQueue.ts';
import { Closed } from '../../kit/lifetime.ts';
import type { Answer } from '../../kit/service.ts';
import { untilKnown } from '../../kit/untilKnown.ts';
import { write } from '../decide.ts';
import { layerOver } from '../inventorySystem/consistencyMgr/layer.ts';
import type { OrderRecord, Step } from '../inventorySystem/consistencyMgr/records.ts';
import type { Market } from '../market.ts';
import { endings } from './endings.ts';
import type { Outcome } from './endings.ts';
import { orderAnswer } from './orderView.ts';

/** How long until an outcome that could not be written is written again: there is no way back from it. */
const REWRITE_PAUSE_MS = 200;

/**
 * Writes `step`, which holds the PENDING order, and pays for it. Resolves with the reply: the order's end, or the order as it stands
 * when the client has waited enough; it then goes on in the background. Rejects with StoreUnavailable: then nothing was done.
 */
export async function startSaga(market: Market, order: OrderRecord, step: Step): Promise<Answer> {
  const told = payFor(market, order, step);
  market.ordersInProgress.set(order.orderId, told);
  try {
    return await told;
  } finally {
    market.ordersInProgress.delete(order.orderId);
  }
}

async function payFor(market: Market, order: OrderRecord, step: Step): Promise<Answer> {
  await write(market, step);
  return new Promise((resolve, reject) => {
    const goOn = (): void => resolve(orderAnswer(market, order.orderId));
    charge(market, order, goOn).then(resolve, reject);
  });
}

async function charge(market: Market, order: OrderRecord, goOn: () => void): Promise<Answer> {
  const { orderId: reference, customerId, methodId, amountMinor } = order;
  const request = { reference, customerId, methodId, amountMinor };
  const outcome = await market.payments.createCharge(request);
  if (outcome !== 'unknown') return conclude(market, order, outcome, goOn);
  return conclude(market, order, await findOut(market, reference, goOn), goOn);
}

/** Takes up the orders that were PENDING when the process ended: their charges may have been asked for or not. */
export function resumeSagas(market: Market): void {
  for (const orderId of market.state.pendingOrders) {
    const order = market.state.get('orders', orderId);
    if (order) resume(market, order).catch(reportDefect);
  }
}

async function resume(market: Market, order: OrderRecord): Promise<void> {
  const goOn = (): void => undefined;
  await conclude(market, order, await findOut(market, order.orderId, goOn), goOn);
}

/** A reference that the payment service never had is voided, so that a request that is still under way cannot be booked. */
function findOut(
  { payments, pause }: Market,
  reference: string,
  goOn: () => void,
): Promise<Outcome> {
  return untilKnown(pause, goOn, async () => {
    let status = await payments.getCharge(reference);
    if (status === 'absent') status = await payments.voidCharge(reference);
    return status === 'unknown' ? undefined : status;
  });
}

async function conclude(
  market: Market,
  order: OrderRecord,
  outcome: Outcome,
  goOn: () => void,
): Promise<Answer> {
  for (;;) {
    const draft = layerOver(market.decided);
    const answer = endings[outcome](draft, market, order);
    try {
      await write(market, draft.step());
      return answer;
    } catch (error) {
      if (!(error instanceof StoreUnavailable)) throw error;
    }
    goOn();
    await market.pause(REWRITE_PAUSE_MS);
  }
}

function reportDefect(error: unknown): void {
  if (!(error instanceof Closed)) console.error(error);
}
