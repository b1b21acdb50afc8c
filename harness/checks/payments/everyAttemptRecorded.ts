/** PAY-EVT-01.a: declines and failures have an event stream too, which says what happened. */
import type { PaymentEvent } from '../../../spec/payments/messages.d.ts';
import type { Check } from '../check.ts';
import { hold } from '../kit/hold.ts';
import { holdRefused, paymentIdOf } from './refusals.ts';
import { openShop, worldOf } from './shop.ts';
import type { PaymentRequest, Shop } from './shop.ts';
import { badDevice, DECLINED_CARD, POOR_CARD } from './stages.ts';

interface Attempted {
  readonly what: string;
  readonly request: PaymentRequest;
  /** What the stream has to say, as a type and some of its data. */
  readonly says: readonly [type: string, data: Readonly<Record<string, string>>][];
}

const OUT_OF_ORDER = { kind: 'error', status: 500 } as const;

function declines(shop: Shop): Attempted[] {
  return [
    {
      what: 'declined by its provider',
      request: { paymentMethod: DECLINED_CARD },
      says: [
        ['provider.answered', { outcome: 'declined' }],
        ['payment.declined', { declineCode: 'CARD_DECLINED' }],
      ],
    },
    {
      what: 'declined for want of funds',
      request: { paymentMethod: POOR_CARD, captureMethod: 'manual' },
      says: [
        ['provider.answered', { outcome: 'declined' }],
        ['payment.declined', { declineCode: 'INSUFFICIENT_FUNDS' }],
      ],
    },
    {
      what: 'blocked for its score',
      request: { customer: { deviceId: badDevice(shop) } },
      says: [
        ['fraud.decided', { decision: 'block' }],
        ['payment.declined', { declineCode: 'FRAUD_SUSPECTED' }],
      ],
    },
    {
      what: 'of a sanctioned country',
      request: { customer: { country: 'KP' } },
      says: [
        ['compliance.decided', { decision: 'violation' }],
        ['payment.declined', { declineCode: 'COMPLIANCE_VIOLATION' }],
      ],
    },
  ];
}

/** Each meets a service that is out of order for it alone. */
async function failures(shop: Shop, unlucky: string): Promise<(Attempted & { code: string })[]> {
  const { world } = shop;
  const walletToken = shop.id('wallet');
  const deviceId = shop.id('unscored');
  const name = shop.id('Unscreened');
  await world.script('tokenize', walletToken, [], OUT_OF_ORDER);
  await world.script('scoreFraud', deviceId, [], OUT_OF_ORDER);
  await world.script('screenSanctions', name, [], OUT_OF_ORDER);
  const failed = (code: string, what: string, request: PaymentRequest) => ({
    ...{ what: `without ${what}`, request, code },
    says: [['payment.refused', { code }] as [string, Record<string, string>]],
  });
  return [
    failed('VAULT_UNAVAILABLE', 'a vault', { paymentMethod: { type: 'wallet', walletToken } }),
    failed('FRAUD_UNAVAILABLE', 'a score', { customer: { deviceId } }),
    failed('COMPLIANCE_UNAVAILABLE', 'a screening', { customer: { name } }),
    failed('NO_ROUTE_AVAILABLE', 'a provider', { merchantId: unlucky }),
  ];
}

export const everyAttemptRecorded: Check = {
  id: 'every-attempt-recorded',
  isolation: 'shared',
  async run(context) {
    const shop = await openShop(context.session(), worldOf(context), {
      region: {
        compliance: { sanctionedCountries: ['KP'], blockedMethods: [], dataResidency: false },
      },
    });
    for (const attempted of declines(shop)) {
      await holdRecorded(shop, attempted, 'DECLINED');
      context.hit('declined');
    }
    for (const attempted of await failures(shop, await openUnlucky(shop))) {
      await holdRecorded(shop, attempted, attempted.code);
      context.hit('failed');
    }
  },
};

/** A merchant whose provider has a problem. */
async function openUnlucky(shop: Shop): Promise<string> {
  const providerId = shop.id('unlucky-prov');
  const merchantId = shop.id('unlucky');
  await shop.world.script('createCharge', providerId, [], OUT_OF_ORDER);
  await shop.putRegion({
    ...{ regionId: 'unlucky', countries: ['FR'], providers: [{ providerId, priority: 0 }] },
  });
  await shop.putMerchant({ merchantId, country: 'FR' });
  return merchantId;
}

async function holdRecorded(shop: Shop, attempted: Attempted, code: string): Promise<void> {
  const { what, request, says } = attempted;
  const reply = await shop.tryPay(request);
  const paymentId = paymentIdOf(holdRefused(reply, [code], `A payment ${what}`));
  const events = await shop.events(paymentId);
  for (const [type, data] of [['payment.created', {}] as const, ...says]) {
    hold(
      events.some((event) => event.type === type && hasData(event, data)),
      `The stream of a payment ${what} should have a ${type} with ${JSON.stringify(data)}.`,
      { type, data },
      events,
    );
  }
  for (const { input } of await shop.world.calls(paymentId, ['createCharge'])) {
    holdAttempt(events, { reference: input['reference'], providerId: input['providerId'] }, what);
  }
}

/** What the provider was asked has its event, and so has what it answered. */
function holdAttempt(
  events: readonly PaymentEvent[],
  asked: Readonly<Record<string, unknown>>,
  what: string,
): void {
  const attempted = events.find(
    (event) => event.type === 'provider.attempted' && hasData(event, asked),
  );
  hold(
    attempted !== undefined,
    `The provider of a payment ${what} was asked under a reference that no provider.attempted has.`,
    asked,
    events,
  );
  const { attempt } = dataOf(attempted);
  hold(
    events.some(
      (event) =>
        event.type === 'provider.answered' &&
        event.seq > attempted.seq &&
        dataOf(event)['attempt'] === attempt,
    ),
    `The stream of a payment ${what} has a provider.attempted without its provider.answered.`,
    { type: 'provider.answered', attempt },
    events,
  );
}

function hasData(event: PaymentEvent, data: Readonly<Record<string, unknown>>): boolean {
  return Object.entries(data).every(([name, value]) => dataOf(event)[name] === value);
}

function dataOf({ data }: PaymentEvent): Readonly<Record<string, unknown>> {
  return data as Readonly<Record<string, unknown>>;
}
