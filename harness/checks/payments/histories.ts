/** Whole histories of payments, each ending in a state that lasts: what checks of the events and of the ledger look at. */
import { okOutput } from '../kit/replies.ts';
import type { Payment, Refund } from '../../../spec/payments/messages.d.ts';
import type { Session } from '../check.ts';
import { holdRefused, paymentIdOf } from './refusals.ts';
import { openShop } from './shop.ts';
import type { PaymentRequest, Shop } from './shop.ts';
import { badDevice, DECLINED_CARD, oddDevice, OTHER_CARD } from './stages.ts';
import type { PaymentsWorld } from './worldQuestions.ts';

/** A network that has everything that a history needs, and nothing else in it. */
export interface HistoryScene {
  readonly shop: Shop;
  /** Its provider has a problem with every charge. */
  readonly unlucky: string;
  /** Its provider declines every refund. */
  readonly unwilling: string;
  /** Settles in USD. */
  readonly abroad: string;
  /** Two merchants for splits. */
  readonly partners: readonly [string, string];
}

/** What came of it. `refunds`: those that the replies called succeeded. */
export interface History {
  readonly name: string;
  readonly paymentId: string;
  readonly refunds: readonly Refund[];
}

interface Plot {
  readonly name: string;
  /** @param amountMinor at least 10 */
  play(scene: HistoryScene, amountMinor: number): Promise<Omit<History, 'name'>>;
}

export const SETTLED_ABROAD = { from: 'EUR', to: 'USD', rate: '1.08375' } as const;
/** Of every network of a scene. */
export const SCENE_FEE = { bps: 290, fixedMinor: 3 } as const;
const SANCTIONED_COUNTRY = 'KP';

export async function openScene(session: Session, world: PaymentsWorld): Promise<HistoryScene> {
  const shop = await openShop(session, world, {
    network: { fee: SCENE_FEE },
    region: {
      compliance: {
        sanctionedCountries: [SANCTIONED_COUNTRY],
        blockedMethods: [],
        dataResidency: false,
      },
    },
  });
  const merchant = async (name: string, more: object = {}): Promise<string> => {
    const merchantId = shop.id(name);
    await shop.putMerchant({ merchantId, ...more });
    return merchantId;
  };
  const elsewhere = async (name: string, country: string): Promise<string> => {
    const providerId = shop.id(`${name}-prov`);
    await shop.putRegion({
      ...{ regionId: name, countries: [country], providers: [{ providerId, priority: 0 }] },
    });
    return merchant(name, { country });
  };
  const { networkId } = shop;
  await shop.call('putRate', { networkId, ...SETTLED_ABROAD });
  const scene = {
    shop,
    unlucky: await elsewhere('unlucky', 'FR'),
    unwilling: await elsewhere('unwilling', 'IT'),
    abroad: await merchant('abroad', { settlementCurrency: SETTLED_ABROAD.to }),
    partners: [await merchant('east'), await merchant('west')],
  } as const;
  await world.script('createCharge', shop.id('unlucky-prov'), [], { kind: 'error', status: 503 });
  await world.script('refundCharge', shop.id('unwilling-prov'), [], {
    ...{ kind: 'decline', declineCode: 'CARD_DECLINED' },
  });
  return scene;
}

/** Side by side, each with one of the amounts. */
export function playAll(
  plots: readonly Plot[],
  scene: HistoryScene,
  amountsMinor: readonly number[],
): Promise<History[]> {
  const playing = plots.map(async ({ name, play }, index): Promise<History> => {
    const amountMinor = amountsMinor[index % amountsMinor.length] ?? 1_000;
    return { name, ...(await play(scene, amountMinor)) };
  });
  return Promise.all(playing);
}

const pay = async ({ shop }: HistoryScene, request: PaymentRequest) =>
  ended(await shop.pay(request));

function ended({ paymentId }: Payment, refunds: readonly Refund[] = []): Omit<History, 'name'> {
  return { paymentId, refunds };
}

async function declined({ shop }: HistoryScene, request: PaymentRequest): Promise<string> {
  const reply = await shop.tryPay(request);
  return paymentIdOf(holdRefused(reply, ['DECLINED'], 'A payment that is to be declined'));
}

async function command(
  { shop }: HistoryScene,
  operation: Parameters<Shop['command']>[0],
  paymentId: string,
  more: Parameters<Shop['command']>[2] = {},
): Promise<Omit<History, 'name'>> {
  return ended(okOutput(operation, await shop.command(operation, paymentId, more)));
}

async function refunded(
  { shop }: HistoryScene,
  paymentId: string,
  amountsMinor: readonly (number | undefined)[],
): Promise<Omit<History, 'name'>> {
  const refunds: Refund[] = [];
  for (const amountMinor of amountsMinor) {
    const asked = amountMinor === undefined ? {} : { amountMinor };
    refunds.push(okOutput('createRefund', await shop.refund(paymentId, asked)));
  }
  return { paymentId, refunds: refunds.filter(({ status }) => status === 'succeeded') };
}

/** Those in which money is reserved or moves. */
export const MONEY_PLOTS: readonly Plot[] = [
  {
    name: 'captured at once',
    play: (scene, amountMinor) => pay(scene, { amountMinor }),
  },
  {
    name: 'held',
    play: (scene, amountMinor) => pay(scene, { amountMinor, captureMethod: 'manual' }),
  },
  {
    name: 'held and captured',
    async play(scene, amountMinor) {
      const { paymentId } = await scene.shop.authorize({ amountMinor });
      return command(scene, 'capturePayment', paymentId);
    },
  },
  {
    name: 'captured in part',
    async play(scene, amountMinor) {
      const { paymentId } = await scene.shop.authorize({ amountMinor });
      const part = Math.ceil(amountMinor / 3);
      return command(scene, 'capturePayment', paymentId, { amountMinor: part });
    },
  },
  {
    name: 'held and canceled',
    async play(scene, amountMinor) {
      const { paymentId } = await scene.shop.authorize({ amountMinor });
      return command(scene, 'cancelPayment', paymentId);
    },
  },
  {
    name: 'refunded in two parts',
    async play(scene, amountMinor) {
      const { paymentId } = await scene.shop.pay({ amountMinor });
      return refunded(scene, paymentId, [Math.ceil(amountMinor / 4), undefined]);
    },
  },
  {
    name: 'refunded in vain',
    async play(scene, amountMinor) {
      const merchantId = scene.unwilling;
      const { paymentId } = await scene.shop.pay({ amountMinor, merchantId });
      return refunded(scene, paymentId, [Math.ceil(amountMinor / 2)]);
    },
  },
  {
    name: 'declined, then paid by another card',
    async play(scene, amountMinor) {
      const paymentId = await declined(scene, { amountMinor, paymentMethod: DECLINED_CARD });
      return command(scene, 'confirmPayment', paymentId, { paymentMethod: OTHER_CARD });
    },
  },
  {
    name: 'reviewed and approved',
    async play(scene, amountMinor) {
      const customer = { deviceId: oddDevice(scene.shop) };
      const { paymentId } = await scene.shop.pay({ amountMinor, customer });
      return command(scene, 'reviewPayment', paymentId, { decision: 'approve' });
    },
  },
  {
    name: 'shared out',
    play: (scene, amountMinor) =>
      pay(scene, {
        amountMinor,
        splits: [
          { merchantId: scene.partners[0], weight: 3 },
          { merchantId: scene.shop.merchantId, weight: 2 },
          { merchantId: scene.partners[1], weight: 2 },
        ],
      }),
  },
  {
    name: 'converted, and refunded in part',
    async play(scene, amountMinor) {
      const { paymentId } = await scene.shop.pay({ amountMinor, merchantId: scene.abroad });
      return refunded(scene, paymentId, [Math.ceil(amountMinor / 3)]);
    },
  },
];

/** Those in which none does. */
const OTHER_PLOTS: readonly Plot[] = [
  {
    name: 'only recorded',
    play: (scene, amountMinor) => pay(scene, { amountMinor, confirm: false }),
  },
  {
    name: 'declined by the provider',
    async play(scene, amountMinor) {
      const paymentId = await declined(scene, { amountMinor, paymentMethod: DECLINED_CARD });
      return { paymentId, refunds: [] };
    },
  },
  {
    name: 'declined for its score',
    async play(scene, amountMinor) {
      const customer = { deviceId: badDevice(scene.shop) };
      return { paymentId: await declined(scene, { amountMinor, customer }), refunds: [] };
    },
  },
  {
    name: 'declined by the rules, then canceled',
    async play(scene, amountMinor) {
      const customer = { country: SANCTIONED_COUNTRY };
      const paymentId = await declined(scene, { amountMinor, customer });
      return command(scene, 'cancelPayment', paymentId);
    },
  },
  {
    name: 'reviewed and rejected',
    async play(scene, amountMinor) {
      const customer = { deviceId: oddDevice(scene.shop) };
      const { paymentId } = await scene.shop.pay({ amountMinor, customer });
      return command(scene, 'reviewPayment', paymentId, { decision: 'reject' });
    },
  },
  {
    name: 'without a provider',
    async play(scene, amountMinor) {
      const reply = await scene.shop.tryPay({ amountMinor, merchantId: scene.unlucky });
      const problem = holdRefused(reply, ['NO_ROUTE_AVAILABLE'], 'A payment without a provider');
      return { paymentId: paymentIdOf(problem), refunds: [] };
    },
  },
];

export const ALL_PLOTS: readonly Plot[] = [...MONEY_PLOTS, ...OTHER_PLOTS];
