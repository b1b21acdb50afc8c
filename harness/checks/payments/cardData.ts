/** PAY-COMP-02: of a card number or an IBAN only the last four characters and a fingerprint leave the vault. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { PaymentMethod } from '../../../spec/payments/messages.d.ts';
import type { Check } from '../check.ts';
import { hold } from '../kit/hold.ts';
import { okOutput } from '../kit/replies.ts';
import { withIbanDigits, withLuhnDigit, withWrongDigit } from './checkDigits.ts';
import { methodTraffic, sendBrokenBodies } from './methodTraffic.ts';
import { noNumberAtRest } from './noNumberAtRest.ts';
import { holdUnexposed, plantedMethods } from './plantedMethods.ts';
import type { PlantedMethod } from './plantedMethods.ts';
import { holdRefused } from './refusals.ts';
import { seededDigits } from './seededDigits.ts';
import { openShop, worldOf } from './shop.ts';
import type { Shop } from './shop.ts';
import type { SeenCall } from './worldQuestions.ts';

const METHODS = 9;
/** Of the first of them: two cards, an IBAN, a wallet. */
const METHOD_KINDS = 4;
/** For the deliveries of what has just happened; that they come is another requirement. */
const DELIVERY_MS = 300;

const noNumberInReplies: Check = {
  id: 'no-number-in-replies',
  isolation: 'shared',
  async run(context) {
    const { seed, target, hit } = context;
    const shop = await openShop(context.session(), worldOf(context));
    await addWebhook(shop);
    const methods = plantedMethods(seed, METHODS);
    hit('planted', methods.length);
    const look = (text: string, what: string): void => {
      holdUnexposed(text, methods, what);
      hit('replies');
    };
    await methodTraffic(shop, methods, (answer, what) => look(JSON.stringify(answer), what));
    if (target.address !== undefined) {
      for (const method of methods.slice(0, 3)) {
        await sendBrokenBodies(target.address, method, look);
      }
    }
    await Promise.all(methods.slice(0, METHOD_KINDS).map((planted) => holdMasked(shop, planted)));
    await sleep(DELIVERY_MS);
    for (const call of await shop.world.calls(shop.merchantId, ['receiveWebhook'])) {
      holdUnexposed(told(call), methods, 'A webhook');
    }
  },
};

/** What is shown is enough to know the method by: a platform that shows nothing keeps no secret. */
async function holdMasked(shop: Shop, { method, text }: PlantedMethod): Promise<void> {
  const [first, second] = await Promise.all([
    shop.pay({ paymentMethod: method }),
    shop.pay({ paymentMethod: method }),
  ]);
  for (const { paymentMethod } of [first, await shop.get(first.paymentId)]) {
    hold(
      paymentMethod.type === method.type && paymentMethod.last4 === text.slice(-4),
      `A payment should show the last four characters of its ${method.type}.`,
      { type: method.type, last4: text.slice(-4) },
      paymentMethod,
    );
    hold(
      paymentMethod.fingerprint === second.paymentMethod.fingerprint,
      `Two payments by one ${method.type} should show one fingerprint, the vault's.`,
      second.paymentMethod.fingerprint,
      paymentMethod.fingerprint,
    );
  }
}

const noNumberToOthers: Check = {
  id: 'no-number-to-others',
  isolation: 'shared',
  async run(context) {
    const shop = await openShop(context.session(), worldOf(context));
    await addWebhook(shop);
    const methods = plantedMethods(context.seed, METHODS);
    await methodTraffic(shop, methods, () => undefined);
    await sleep(DELIVERY_MS);
    for (const call of await shop.world.calls(shop.merchantId)) {
      if (call.operation === 'tokenize') continue;
      holdUnexposed(told(call), methods, `A call of ${call.operation}, an outside service,`);
      context.hit('calls');
    }
  },
};

function told({ input, headers, body }: SeenCall): string {
  return JSON.stringify({ input, headers, body });
}

async function addWebhook({ world, merchantId, putMerchant }: Shop): Promise<void> {
  const webhook = { url: `${world.url}/webhooks/${merchantId}`, secret: 'a-secret-of-the-shop' };
  await putMerchant({ merchantId, webhook });
}

/** Valid methods, of lengths that are in use; others in every shop, since the vault remembers for all who was asked about. */
function validMethods(seed: number, { merchantId }: Shop): PaymentMethod[] {
  const digits = (of: string, many: number): string =>
    seededDigits(seed, `${merchantId} ${of}`, many);
  const card = (prefix: string, length: number): PaymentMethod => {
    const rest = length - prefix.length - 1;
    const number = withLuhnDigit(`${prefix}${digits(prefix, rest)}`);
    return { type: 'card', number, expMonth: 4, expYear: 2030, cvc: '812' };
  };
  const iban = (country: string, bank: string, many: number): PaymentMethod => ({
    type: 'iban',
    iban: withIbanDigits(country, `${bank}${digits(country, many)}`),
  });
  return [
    card('424242', 16),
    card('555555', 16),
    card('378282', 15),
    card('620000', 19),
    iban('DE', '10010099', 10),
    iban('GB', 'CMRK', 14),
    iban('NL', 'CMRK', 10),
  ];
}

/** The check digit itself, and digits in the middle. */
function spoilt(method: PaymentMethod, seed: number): PaymentMethod[] {
  const by = Number(seededDigits(seed, JSON.stringify(method), 3));
  switch (method.type) {
    case 'card': {
      const { number } = method;
      return [number.length - 1, number.length - 5].map((index) => ({
        ...method,
        number: withWrongDigit(number, index, by),
      }));
    }
    case 'iban':
      return [3, method.iban.length - 1].map((index) => ({
        ...method,
        iban: withWrongDigit(method.iban, index, by),
      }));
    case 'wallet':
      return [];
  }
}

const checkedBeforeRouting: Check = {
  id: 'checked-before-routing',
  isolation: 'shared',
  async run(context) {
    const { seed, hit } = context;
    const shop = await openShop(context.session(), worldOf(context));
    const methods = validMethods(seed, shop);
    const kept = await shop.pay({ confirm: false });
    const askedBefore = await askedOf(shop, []);
    const wrong = methods.flatMap((method) => spoilt(method, seed));
    for (const [index, paymentMethod] of wrong.entries()) {
      const what = `A payment with the ${paymentMethod.type} ${numberOf(paymentMethod)}, whose check digits are wrong,`;
      const isLater = index % 3 === 2;
      const reply = isLater
        ? await shop.command('confirmPayment', kept.paymentId, { paymentMethod })
        : await shop.tryPay({ paymentMethod });
      holdRefused(reply, ['INVALID_PAYMENT_METHOD', 'INVALID_REQUEST'], what);
      hit('refused');
    }
    const asked = await askedOf(shop, wrong);
    hold(
      asked.length === askedBefore.length,
      `Payments whose check digits are wrong were refused, but ${asked.at(-1)?.operation} was asked about one of them.`,
      [],
      asked.slice(askedBefore.length),
    );
    await Promise.all(
      methods.map(async (paymentMethod) => {
        const reply = await shop.tryPay({ paymentMethod });
        const { status } = okOutput(
          `A payment with the ${paymentMethod.type} ${numberOf(paymentMethod)}, whose check digits are right,`,
          reply,
        );
        hold(status === 'succeeded', 'A valid method was not charged.', 'succeeded', status);
        hit('accepted');
      }),
    );
  },
};

/** Calls of all outside services: about the shop, and of the vault about these methods. */
async function askedOf(shop: Shop, methods: readonly PaymentMethod[]): Promise<SeenCall[]> {
  const about = [shop.merchantId, ...methods.map(numberOf)];
  return (await Promise.all(about.map((id) => shop.world.calls(id)))).flat();
}

function numberOf(method: PaymentMethod): string {
  switch (method.type) {
    case 'card':
      return method.number;
    case 'iban':
      return method.iban;
    case 'wallet':
      return method.walletToken;
  }
}

export const cardData: readonly Check[] = [
  noNumberInReplies,
  noNumberAtRest,
  noNumberToOthers,
  checkedBeforeRouting,
];
