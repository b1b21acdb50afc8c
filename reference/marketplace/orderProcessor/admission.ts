/** How many orders may be in progress: beyond that they are refused at once, before anything is looked up or written for them. */
import type { PutAdmission } from '../../../spec/marketplace/messages.d.ts';
import type { Answer } from '../../kit/service.ts';
import type { Layer } from '../inventorySystem/consistencyMgr/layer.ts';
import type { Market } from '../market.ts';

/** Of the contract. */
const DEFAULT_MAX_ORDERS = 10_000;

const SETTING = 'maxOrdersInProgress';

export function putAdmission(draft: Layer, _: Market, input: PutAdmission): Answer {
  const { maxOrdersInProgress } = input;
  draft.set('settings', SETTING, maxOrdersInProgress);
  return { output: { maxOrdersInProgress } };
}

export function refuseBeyondLimit(market: Market): Answer | undefined {
  const limit = market.state.get('settings', SETTING) ?? DEFAULT_MAX_ORDERS;
  if (market.ordersInProgress.size < limit) return undefined;
  return market.refusal('OVERLOADED', `${limit} orders are in progress: send it again later`);
}
