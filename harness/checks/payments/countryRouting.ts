/** PAY-ROUTE-01: the merchant's country decides the region. */
import fc from 'fast-check';
import type { Payment, PutRegion } from '../../../spec/payments/messages.d.ts';
import type { Check } from '../check.ts';
import { hold, holdSame } from '../kit/hold.ts';
import { booked, holdRefused } from './refusals.ts';
import { openShop, worldOf } from './shop.ts';
import type { Shop } from './shop.ts';

const COUNTRIES = ['DE', 'FR', 'US', 'BR', 'IN', 'JP'] as const;

/** A region: which countries it names, and its providers' priorities in the order in which they are put. */
interface RegionPlan {
  readonly countries: readonly string[];
  readonly priorities: readonly number[];
}

const regionArbitrary: fc.Arbitrary<RegionPlan> = fc.record({
  countries: fc.shuffledSubarray([...COUNTRIES], { minLength: 1, maxLength: 4 }),
  priorities: fc.uniqueArray(fc.integer({ min: 0, max: 1_000 }), { minLength: 1, maxLength: 4 }),
});

const countryDecidesRegion: Check = {
  id: 'country-decides-region',
  isolation: 'shared',
  run: (context) =>
    context.property(
      fc.record({
        regions: fc.array(regionArbitrary, { minLength: 2, maxLength: 4 }),
        customerCountry: fc.constantFrom(...COUNTRIES),
      }),
      async ({ regions, customerCountry }, session) => {
        const shop = await openShop(session, worldOf(context), { region: { countries: [] } });
        for (const [index, plan] of regions.entries()) {
          await shop.putRegion(regionOf(shop, plan, index));
        }
        const payFrom = async (country: string): Promise<void> => {
          // A country belongs to the region that named it last.
          const index = regions.findLastIndex(({ countries }) => countries.includes(country));
          if (index < 0) return;
          const merchantId = shop.id(`shop-${country}`);
          await shop.putMerchant({ merchantId, country });
          const customer = { country: customerCountry };
          const payment = await shop.pay({ merchantId, customer });
          const { regionId, providers } = regionOf(shop, regions[index]!, index);
          const [first] = [...providers].sort((a, b) => a.priority - b.priority);
          await holdCarriedBy(shop, payment, regionId, first!.providerId, country);
          context.hit('routed');
        };
        await Promise.all(COUNTRIES.map(payFrom));
      },
      { runs: 6 },
    ),
};

function regionOf(
  shop: Shop,
  plan: RegionPlan,
  index: number,
): Pick<PutRegion, 'regionId' | 'countries' | 'providers'> {
  const [first, ...more] = plan.priorities.map((priority, place) => ({
    providerId: shop.id(`p${index}.${place}`),
    priority,
  }));
  return {
    regionId: `region-${index}`,
    countries: [...plan.countries],
    providers: [first!, ...more] as PutRegion['providers'],
  };
}

async function holdCarriedBy(
  shop: Shop,
  payment: Payment,
  regionId: string,
  providerId: string,
  country: string,
): Promise<void> {
  const { route } = payment;
  const what = `A payment of a merchant in ${country}`;
  hold(
    payment.regionId === regionId,
    `${what} should be carried by the region ${regionId}, but is carried by ${payment.regionId}.`,
    regionId,
    payment.regionId,
  );
  const tried = route.map((attempt) => attempt.providerId);
  holdSame(
    tried,
    [providerId],
    `${what} should be taken to ${providerId}, the provider of the lowest priority number; its route is ${tried.join(', ')}.`,
  );
  const charges = await shop.chargesOf(payment.paymentId);
  const chargedAt = charges.map((charge) => charge.providerId);
  hold(
    chargedAt.length === 1 && chargedAt[0] === providerId,
    `${what} should be charged at ${providerId}, but is charged at ${chargedAt.join(', ') || 'none'}.`,
    providerId,
    booked(charges),
  );
}

const unknownCountry: Check = {
  id: 'unknown-country',
  isolation: 'shared',
  run: (context) =>
    context.property(
      fc.record({
        country: fc.constantFrom('FR', 'US', 'AQ'),
        /** Whether a region served it once. */
        wasServed: fc.boolean(),
        amountMinor: fc.integer({ min: 1, max: 50_000 }),
      }),
      async ({ country, wasServed, amountMinor }, session) => {
        const shop = await openShop(session, worldOf(context), {
          region: { countries: wasServed ? ['DE', country] : ['DE'] },
        });
        const { regionId } = shop;
        if (wasServed) await shop.putRegion({ regionId, countries: ['DE'] });
        const merchantId = shop.id('abroad');
        await shop.putMerchant({ merchantId, country });
        const walletToken = shop.id('wallet-token');
        const paymentMethod = { type: 'wallet' as const, walletToken };
        const request = shop.payment({ merchantId, amountMinor, paymentMethod });
        const what = `A payment of a merchant in ${country}, which no region serves,`;
        for (let time = 0; time < 2; time += 1) {
          const reply = await shop.attempt('createPayment', request);
          holdRefused(reply, ['NO_ROUTE'], what);
          await holdNobodyAsked(shop, merchantId, walletToken, what);
          context.hit('refused');
        }
        // It stops nothing: others pay, and so does this one once it is served.
        await shop.pay({ amountMinor });
        await shop.putRegion({ regionId, countries: ['DE', country] });
        await shop.call('createPayment', request);
      },
      { runs: 4 },
    ),
};

async function holdNobodyAsked(
  { world }: Shop,
  merchantId: string,
  walletToken: string,
  what: string,
): Promise<void> {
  const calls = await Promise.all([world.calls(merchantId), world.calls(walletToken)]);
  const [asked] = calls.flat();
  hold(
    asked === undefined,
    `${what} should ask no outside service, but asked ${asked?.operation}.`,
    [],
    asked?.input,
  );
}

export const countryRouting: readonly Check[] = [countryDecidesRegion, unknownCountry];
