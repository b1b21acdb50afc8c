/** Requests of many kinds with payment methods that are planted, and the replies to them. */
import type { PaymentMethod } from '../../../spec/payments/messages.d.ts';
import type { Answer, JsonObject } from '../../target/target.ts';
import { withWrongDigit } from './checkDigits.ts';
import { badDevice, oddDevice } from './stages.ts';
import type { PlantedMethod } from './plantedMethods.ts';
import type { PaymentRequest, Shop } from './shop.ts';

/** Whatever came, with words for a sentence. */
export type OnAnswer = (answer: Answer, what: string) => void;

interface Conversation {
  readonly shop: Shop;
  readonly planted: PlantedMethod;
  /** Sends it, whatever it is, and hands the answer on. */
  send(operation: string, input: object, what?: string): Promise<Answer>;
  /** Of the method; a fresh key. */
  request(more?: PaymentRequest): JsonObject;
}

type Story = (conversation: Conversation) => Promise<void>;

/** What becomes of a payment: each story is told with one method. */
const STORIES: readonly Story[] = [
  async function paidAndRefunded({ shop, send, request }) {
    const input = request();
    const paymentId = paymentIn(await send('createPayment', input));
    await send('createPayment', input, 'createPayment, repeated,');
    await send('createRefund', { idempotencyKey: shop.freshKey(), paymentId, amountMinor: 10 });
    await readAll({ shop, send, paymentId, idempotencyKey: String(input['idempotencyKey']) });
  },
  async function blocked({ shop, send, request }) {
    const input = request({ customer: { deviceId: badDevice(shop) } });
    const paymentId = paymentIn(await send('createPayment', input));
    await readAll({ shop, send, paymentId, idempotencyKey: String(input['idempotencyKey']) });
  },
  async function authorizedAndCaptured({ shop, send, request }) {
    const paymentId = paymentIn(await send('createPayment', request({ captureMethod: 'manual' })));
    await send('capturePayment', { idempotencyKey: shop.freshKey(), paymentId, amountMinor: 5 });
  },
  async function confirmedLater({ shop, send, request, planted }) {
    const paymentId = paymentIn(await send('createPayment', request({ confirm: false })));
    const { method: paymentMethod } = planted;
    const idempotencyKey = shop.freshKey();
    await send('confirmPayment', { idempotencyKey, paymentId, paymentMethod });
  },
  async function withoutVault({ shop, send, request, planted }) {
    await shop.world.script('tokenize', planted.text, [{ kind: 'error', status: 500 }]);
    const paymentId = paymentIn(await send('createPayment', request()));
    await send('listPaymentEvents', { paymentId });
  },
  async function withoutScore({ shop, send, request }) {
    const deviceId = shop.id('device without a score');
    await shop.world.script('scoreFraud', deviceId, [], { kind: 'error', status: 500 });
    const paymentId = paymentIn(await send('createPayment', request({ customer: { deviceId } })));
    await send('listPaymentEvents', { paymentId });
  },
  async function rejectedAfterReview({ shop, send, request }) {
    const customer = { deviceId: oddDevice(shop) };
    const paymentId = paymentIn(await send('createPayment', request({ customer })));
    const idempotencyKey = shop.freshKey();
    await send('reviewPayment', { idempotencyKey, paymentId, decision: 'reject' });
  },
  async function underAUsedKey({ shop, send, request }) {
    const { idempotencyKey } = await usedKey(shop);
    await send('createPayment', request({ idempotencyKey }), 'createPayment under a used key');
  },
  async function byAnUnknownMerchant({ shop, send, request }) {
    const input = request({ merchantId: shop.id('nobody') });
    await send('createPayment', input, 'createPayment by an unknown merchant');
  },
];

/** What is wrong with a request beside its method: a careless refusal quotes all of it. */
const WRONG_REQUESTS: Readonly<Record<string, (method: JsonObject) => JsonObject>> = {
  'an amount that is text': () => ({ amountMinor: '1000' }),
  'an unknown field': () => ({ surprise: true }),
  'an unknown field in its method': (method) => ({ paymentMethod: { ...method, surprise: true } }),
  'its method in a list': (method) => ({ paymentMethod: [method] }),
  'a method of an unknown type': (method) => ({ paymentMethod: { ...method, type: 'cheque' } }),
  'a wrong check digit': (method) => ({ paymentMethod: { ...method, ...wrongDigitOf(method) } }),
  'a wrong month': (method) => ({ paymentMethod: { ...method, expMonth: 13 } }),
  'a currency that does not exist': () => ({ currency: 'QQQ' }),
  'no customer': () => ({ customer: null }),
};

/** A wallet token has no check digit. */
function wrongDigitOf({ number, iban }: JsonObject): JsonObject {
  if (typeof number === 'string') return { number: withWrongDigit(number, number.length - 1, 1) };
  if (typeof iban === 'string') return { iban: withWrongDigit(iban, iban.length - 1, 1) };
  return {};
}

/** Tells every story, with one method each, and sends every method in a request that is wrong. All at once. */
export async function methodTraffic(
  shop: Shop,
  methods: readonly PlantedMethod[],
  onAnswer: OnAnswer,
): Promise<void> {
  await Promise.all(
    methods.map(async (planted, index) => {
      const conversation: Conversation = {
        shop,
        planted,
        async send(operation, input, what = operation) {
          const answer = await shop.session.raw(operation, input as JsonObject);
          onAnswer(answer, `The reply to ${what}`);
          return answer;
        },
        request: (more = {}) =>
          shop.payment({ paymentMethod: planted.method, ...more }) as unknown as JsonObject,
      };
      await STORIES[index % STORIES.length]?.(conversation);
      await sendWrong(conversation);
    }),
  );
}

async function sendWrong({ planted, send, request }: Conversation): Promise<void> {
  const method = planted.method as unknown as JsonObject;
  for (const [wrong, change] of Object.entries(WRONG_REQUESTS)) {
    await send('createPayment', { ...request(), ...change(method) }, `createPayment with ${wrong}`);
  }
}

async function readAll(read: {
  shop: Shop;
  send: Conversation['send'];
  paymentId: string;
  idempotencyKey: string;
}): Promise<void> {
  const { shop, send, paymentId, idempotencyKey } = read;
  await send('getPayment', { paymentId });
  await send('listPaymentEvents', { paymentId });
  await send('listPostings', { paymentId });
  await send('getRisk', { merchantId: shop.merchantId, paymentId });
  await send('findKey', { idempotencyKey });
}

async function usedKey(shop: Shop): Promise<{ idempotencyKey: string }> {
  const request = shop.payment();
  await shop.tryPay(request);
  return request;
}

/** Of whatever came; a text that is no payment where there is none. */
function paymentIn(answer: Answer): string {
  const document: object =
    answer.kind === 'ok' ? answer.output : answer.kind === 'refused' ? answer.problem : {};
  return 'paymentId' in document ? String(document.paymentId) : 'none';
}

/** Bytes that are no request at all, with the method in them; only by HTTP. */
export async function sendBrokenBodies(
  address: string,
  { method }: PlantedMethod,
  onText: (text: string, what: string) => void,
): Promise<void> {
  for (const { what, type, body } of brokenBodies(method)) {
    const text = await post(`${address}/v1/payments`, type, body);
    if (text !== undefined) onText(text, `The reply to ${what}`);
  }
}

function brokenBodies(method: PaymentMethod): { what: string; type: string; body: string }[] {
  const document = JSON.stringify({ amountMinor: 1_000, paymentMethod: method });
  const json = 'application/json';
  return [
    { what: 'a JSON document that is cut off', type: json, body: document.slice(0, -3) },
    { what: 'JSON with text behind it', type: json, body: `${document} and more` },
    { what: 'JSON with single quotes', type: json, body: document.replaceAll('"', "'") },
    { what: 'a body of plain text', type: 'text/plain', body: document },
    {
      what: 'a form',
      type: 'application/x-www-form-urlencoded',
      body: new URLSearchParams(
        Object.fromEntries(Object.entries(method).map(([key, value]) => [key, String(value)])),
      ).toString(),
    },
  ];
}

const MAX_REPLY_MS = 2_000;

/** Status line, headers and body; undefined when the connection was refused or cut, which gives nothing away. */
async function post(url: string, type: string, body: string): Promise<string | undefined> {
  try {
    const reply = await fetch(url, {
      method: 'POST',
      headers: { 'content-type': type, 'idempotency-key': 'broken-body' },
      body,
      signal: AbortSignal.timeout(MAX_REPLY_MS),
    });
    const headers = JSON.stringify([...reply.headers]);
    return `${reply.status} ${reply.statusText} ${headers} ${await reply.text()}`;
  } catch {
    return undefined;
  }
}
