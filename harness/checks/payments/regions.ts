/** PAY-ROUTE-03: a region that is down hands over only what may leave it. */
import fc from 'fast-check';
import type { PutRegion } from '../../../spec/payments/messages.d.ts';
import type { Check, CheckContext, Session } from '../check.ts';
import { hold } from '../kit/hold.ts';
import type { Reply } from '../kit/replies.ts';
import { booked, codeOf, holdCarriedOut, holdRefused, paymentIdOf } from './refusals.ts';
import { openShop, worldOf } from './shop.ts';
import type { PaymentRequest, Shop } from './shop.ts';

/** The merchants' region is shop.regionId; the others are these. */
const BACKUP = 'backup';
const THIRD = 'third';

interface Neighbours {
  readonly home?: Partial<PutRegion>;
  readonly backup?: Partial<PutRegion>;
}

/** A home region whose backup is `backup`, whose backup is `third`; each has one provider. */
async function openRegions(
  context: CheckContext,
  session: Session,
  { home, backup }: Neighbours = {},
): Promise<Shop> {
  const shop = await openShop(session, worldOf(context));
  await shop.putRegion({ regionId: THIRD, countries: ['US'], providers: providers(shop, THIRD) });
  await shop.putRegion({
    ...{ regionId: BACKUP, countries: ['FR'], providers: providers(shop, BACKUP) },
    backupRegionId: THIRD,
    ...backup,
  });
  await shop.putRegion({ regionId: shop.regionId, backupRegionId: BACKUP, ...home });
  return shop;
}

function providers(shop: Shop, regionId: string): PutRegion['providers'] {
  return [{ providerId: providerOf(shop, regionId), priority: 0 }];
}

function providerOf(shop: Shop, regionId: string): string {
  return regionId === shop.regionId ? shop.providerId : shop.id(`prov-${regionId}`);
}

async function setUp(shop: Shop, regionId: string, up: boolean): Promise<void> {
  await shop.call('setRegionState', { networkId: shop.networkId, regionId, up });
}

const backupRegion: Check = {
  id: 'backup-region',
  isolation: 'shared',
  run: (context) =>
    context.property(
      fc.record({
        amountMinor: fc.integer({ min: 1, max: 50_000 }),
        captureMethod: fc.constantFrom('automatic' as const, 'manual' as const),
      }),
      async ({ amountMinor, captureMethod }, session) => {
        const shop = await openRegions(context, session);
        const request = { amountMinor, captureMethod };
        await holdCarriedBy(shop, request, shop.regionId, 'its region is up');
        const { paymentId } = await shop.pay({ ...request, confirm: false });
        await setUp(shop, shop.regionId, false);
        await holdCarriedBy(shop, request, BACKUP, 'its region is down');
        context.hit('handedOver');
        const when = 'its region went down before its confirmation';
        const reply = await shop.command('confirmPayment', paymentId);
        await holdCarrier(shop, holdCarriedOut(reply, `A payment when ${when}`), BACKUP, when);
        context.hit('handedOver');
        // What is put while it is down leaves it down.
        await shop.putRegion({ regionId: shop.regionId, backupRegionId: BACKUP });
        await holdCarriedBy(shop, request, BACKUP, 'its region is down and was put again');
        await setUp(shop, shop.regionId, true);
        await holdCarriedBy(shop, request, shop.regionId, 'its region is up again');
      },
      { runs: 4 },
    ),
};

async function holdCarriedBy(
  shop: Shop,
  request: PaymentRequest,
  regionId: string,
  when: string,
): Promise<void> {
  const payment = holdCarriedOut(await shop.tryPay(request), `A payment when ${when}`);
  await holdCarrier(shop, payment, regionId, when);
}

async function holdCarrier(
  shop: Shop,
  payment: { paymentId: string; regionId: string | null },
  regionId: string,
  when: string,
): Promise<void> {
  hold(
    payment.regionId === regionId,
    `When ${when} a payment should be carried by ${regionId}, but says ${payment.regionId}.`,
    regionId,
    payment,
  );
  const charges = await shop.chargesOf(payment.paymentId);
  const providerId = providerOf(shop, regionId);
  hold(
    charges.length === 1 && charges[0]?.providerId === providerId,
    `When ${when} a payment should be charged by the provider of ${regionId} alone.`,
    providerId,
    booked(charges),
  );
}

/** Why nobody may carry it. */
const OBSTACLES = ['dataResidency', 'no backup', 'the backup is down'] as const;
type Obstacle = (typeof OBSTACLES)[number];

const RESIDENT: PutRegion['compliance'] = {
  sanctionedCountries: [],
  blockedMethods: [],
  dataResidency: true,
};

const residency: Check = {
  id: 'residency',
  isolation: 'shared',
  async run(context) {
    const walk = async (obstacle: Obstacle): Promise<void> => {
      const shop = await openRegions(context, context.session());
      const { regionId } = shop;
      if (obstacle === 'dataResidency') {
        await shop.putRegion({ regionId, backupRegionId: BACKUP, compliance: RESIDENT });
      }
      if (obstacle === 'no backup') await shop.putRegion({ regionId });
      // Its own backup is up, and does not count.
      if (obstacle === 'the backup is down') await setUp(shop, BACKUP, false);
      await setUp(shop, regionId, false);
      for (const captureMethod of ['automatic', 'manual'] as const) {
        const reply = await shop.tryPay({ captureMethod });
        const what = `A payment of a region that is down (${obstacle})`;
        holdRefused(reply, ['NO_ROUTE_AVAILABLE'], what);
        const [asked] = await shop.world.calls(shop.merchantId, ['createCharge']);
        hold(
          asked === undefined,
          `${what} was refused, and a provider was asked all the same.`,
          [],
          asked?.input,
        );
        context.hit('refused');
      }
      await setUp(shop, regionId, true);
      await holdCarriedBy(shop, {}, regionId, 'its region is up again');
    };
    await Promise.all(OBSTACLES.map(walk));
  },
};

/** What the backup region forbids, and the home region does not. */
const RULES: readonly {
  readonly name: string;
  readonly compliance: Partial<PutRegion['compliance']>;
  readonly breaks: (shop: Shop) => PaymentRequest;
  readonly keeps: (shop: Shop) => PaymentRequest;
}[] = [
  {
    name: 'a sanctioned country',
    compliance: { sanctionedCountries: ['KP'] },
    breaks: () => ({ customer: { country: 'KP' } }),
    keeps: () => ({ customer: { country: 'FR' } }),
  },
  {
    name: 'a blocked method',
    compliance: { blockedMethods: ['wallet'] },
    breaks: (shop) => ({
      paymentMethod: { type: 'wallet', walletToken: shop.id('wallet-token') },
    }),
    keeps: () => ({}),
  },
  {
    name: 'a limit',
    compliance: { maxAmountMinor: 5_000 },
    breaks: () => ({ amountMinor: 5_001 }),
    keeps: () => ({ amountMinor: 5_000 }),
  },
];

const rulesOfTheCarrier: Check = {
  id: 'rules-of-the-carrier',
  isolation: 'shared',
  async run(context) {
    const walk = async ({ name, compliance, breaks, keeps }: (typeof RULES)[number]) => {
      const lax = { sanctionedCountries: [], blockedMethods: [], dataResidency: false };
      const shop = await openRegions(context, context.session(), {
        backup: { compliance: { ...lax, ...compliance } as PutRegion['compliance'] },
      });
      await holdCarriedBy(shop, breaks(shop), shop.regionId, 'its region is up');
      await setUp(shop, shop.regionId, false);
      await holdCarriedBy(shop, keeps(shop), BACKUP, 'its region is down');
      const reply = await shop.tryPay(breaks(shop));
      await holdViolation(shop, reply, `A payment that breaks ${name} of the backup region`);
      context.hit('judged');
      await setUp(shop, shop.regionId, true);
      await holdCarriedBy(shop, breaks(shop), shop.regionId, 'its region is up again');
    };
    await Promise.all(RULES.map(walk));
  },
};

async function holdViolation(shop: Shop, reply: Reply<unknown>, what: string): Promise<void> {
  const problem = holdRefused(reply, ['DECLINED'], `${what}, which carries it,`);
  hold(
    problem.declineCode === 'COMPLIANCE_VIOLATION',
    `${what} should be declined with COMPLIANCE_VIOLATION, but is declined with ${String(problem.declineCode)} (${codeOf(reply)}).`,
    'COMPLIANCE_VIOLATION',
    problem,
  );
  const charges = await shop.chargesOf(paymentIdOf(problem));
  hold(charges.length === 0, `${what} was declined, and charged.`, [], booked(charges));
}

export const regions: readonly Check[] = [backupRegion, residency, rulesOfTheCarrier];
