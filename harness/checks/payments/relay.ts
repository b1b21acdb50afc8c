/** A shop whose region has several providers, and who was asked in which order. */
import type { PutNetwork, PutRegion } from '../../../spec/payments/messages.d.ts';
import type { Session } from '../check.ts';
import { openShop } from './shop.ts';
import type { Shop } from './shop.ts';
import type { PaymentsWorld } from './worldQuestions.ts';

export interface Relay {
  readonly shop: Shop;
  /** By priority. */
  readonly providerIds: readonly string[];
}

export async function openRelay(
  session: Session,
  world: PaymentsWorld,
  count: number,
  network: Partial<PutNetwork> = {},
): Promise<Relay> {
  const providerIds = Array.from({ length: count }, (_, index) => session.id(`prov${index}`));
  // Put in another order than that of their priorities. The first of the list is shop.providerId.
  const listed = providerIds.map((providerId, index) => ({ providerId, priority: 10 * index }));
  const providers = [...listed.slice(1), ...listed.slice(0, 1)] as PutRegion['providers'];
  const shop = await openShop(session, world, { network, region: { providers } });
  return { shop, providerIds };
}

/** The providers that were asked to charge the merchant's payments, in order; repeated requests to one are one try. */
export async function providersAsked(shop: Shop): Promise<string[]> {
  const calls = await shop.world.calls(shop.merchantId, ['createCharge']);
  const asked = calls.map(({ input }) => String(input.providerId));
  return asked.filter((providerId, index) => providerId !== asked[index - 1]);
}
