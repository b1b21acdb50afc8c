/** A conversation with a payment platform: a network of one region and one merchant, typed calls, fresh ids and keys. */
import { setTimeout as sleep } from 'node:timers/promises';
import type {
  Account,
  ConfirmPayment,
  CreatePayment,
  CreateRefund,
  KeyRecord,
  Payment,
  PaymentEvent,
  PaymentEvents,
  PaymentMethod,
  Postings,
  PutMerchant,
  PutNetwork,
  PutRegion,
  ReconciliationRun,
  Refund,
  Risk,
  RunReconciliation,
  TrialBalance,
} from '../../../spec/payments/messages.d.ts';
import { CouldNotRun, Violation } from '../check.ts';
import type { CheckContext, Session } from '../check.ts';
import type { JsonObject } from '../../target/target.ts';
import { paymentsWorld } from './worldQuestions.ts';
import type { PaymentsWorld, ProviderCharge } from './worldQuestions.ts';
import { okOutput } from '../kit/replies.ts';
import type { Reply } from '../kit/replies.ts';

/** A number of the card schemes' test range, with a valid check digit; approved by every provider. */
export const GOOD_CARD: PaymentMethod = {
  type: 'card',
  number: '4242424242424242',
  expMonth: 12,
  expYear: 2031,
  cvc: '123',
};

/** Real time that one outside call may take in a check's network: long also on a machine that does much else, short beside a check's deadline. */
export const CALL_TIMEOUT_MS = 1_000;

/** What is refused for the moment (409 in progress, OVERLOADED) is sent again so often, so far apart. */
const MAX_RETRIES = 200;
const RETRY_PAUSE_MS = 25;
/** A payment in processing has to be resolved within 20 s; looked at so often. */
const RESOLVE_TIMEOUT_MS = 20_000;
const RESOLVE_POLL_MS = 50;

export type PaymentRequest = Partial<Omit<CreatePayment, 'customer'>> & {
  customer?: Partial<CreatePayment['customer']>;
};

export interface ShopOptions {
  readonly network?: Partial<PutNetwork>;
  /** Of the one region. Default: it serves DE, by one provider. */
  readonly region?: Partial<PutRegion>;
  readonly merchant?: Partial<PutMerchant>;
}

export interface Shop {
  readonly session: Session;
  readonly world: PaymentsWorld;
  readonly networkId: string;
  readonly regionId: string;
  readonly merchantId: string;
  /** Of the region's first provider. */
  readonly providerId: string;
  /** `name` made unique in this session. */
  id(name: string): string;
  freshKey(): string;
  /** The request as it will be sent: 1 000 EUR cents by GOOD_CARD, a device of its own, a fresh key; but for what is given. */
  payment(request?: PaymentRequest): CreatePayment;
  /** Sends it and retries IDEMPOTENCY_IN_PROGRESS and OVERLOADED. */
  tryPay(request?: PaymentRequest): Promise<Reply<Payment>>;
  /** A Violation unless it is answered 200. */
  pay(request?: PaymentRequest): Promise<Payment>;
  /** An authorised payment. */
  authorize(request?: PaymentRequest): Promise<Payment>;
  /** Any command of a payment; the key is made up unless given. */
  command(
    operation: 'confirmPayment' | 'reviewPayment' | 'capturePayment' | 'cancelPayment',
    paymentId: string,
    more?: Partial<ConfirmPayment> & {
      amountMinor?: number;
      decision?: 'approve' | 'reject';
      expectedVersion?: number;
    },
  ): Promise<Reply<Payment>>;
  refund(paymentId: string, more?: Partial<CreateRefund>): Promise<Reply<Refund>>;
  get(paymentId: string): Promise<Payment>;
  /** Waits until it is no longer processing: at most 20 s. A Violation when it stays so. */
  resolved(paymentId: string): Promise<Payment>;
  events(paymentId: string): Promise<PaymentEvent[]>;
  postings(paymentId: string): Promise<Postings['entries']>;
  /** Zeros when there is no such account. */
  account(accountId: string, currency: string): Promise<Account>;
  trialBalance(currency: string): Promise<TrialBalance>;
  risk(paymentId: string): Promise<Risk>;
  findKey(idempotencyKey: string): Promise<Reply<KeyRecord>>;
  reconcile(run: Partial<RunReconciliation>): Promise<ReconciliationRun>;
  /** The providers' own ledger of this shop's merchant. */
  charges(): Promise<ProviderCharge[]>;
  chargesOf(paymentId: string): Promise<ProviderCharge[]>;
  putRegion(region: Partial<PutRegion> & { regionId: string }): Promise<void>;
  putMerchant(merchant: Partial<PutMerchant> & { merchantId: string }): Promise<void>;
  call<T = JsonObject>(operation: string, input: object): Promise<T>;
  /** Retries what is refused for the moment: IDEMPOTENCY_IN_PROGRESS and OVERLOADED. */
  attempt<T = JsonObject>(operation: string, input: object): Promise<Reply<T>>;
  /** The same shop in another conversation, as after a restart or on another session. */
  in(session: Session): Shop;
}

/** @throws CouldNotRun where there is no world */
export function worldOf({ world }: CheckContext): PaymentsWorld {
  if (world) return paymentsWorld(world);
  throw new CouldNotRun(
    'It needs the outside services that casemark plays: start the implementation with --impl.',
  );
}

/** Sets a network, a region and a merchant up and answers the shop. */
export async function openShop(
  session: Session,
  world: PaymentsWorld,
  options: ShopOptions = {},
): Promise<Shop> {
  const names: ShopNames = {
    networkId: session.id('net'),
    regionId: options.region?.regionId ?? 'home',
    merchantId: session.id('shop'),
    providerId: options.region?.providers?.[0]?.providerId ?? session.id('prov'),
  };
  const shop = shopOf(session, world, names);
  await shop.call('putNetwork', {
    networkId: names.networkId,
    callTimeoutMs: CALL_TIMEOUT_MS,
    ...options.network,
  });
  await shop.putRegion({ regionId: names.regionId, ...options.region });
  await shop.putMerchant({ merchantId: names.merchantId, ...options.merchant });
  return shop;
}

type ShopNames = Pick<Shop, 'networkId' | 'regionId' | 'merchantId' | 'providerId'>;

function shopOf(session: Session, world: PaymentsWorld, names: ShopNames): Shop {
  const { networkId, merchantId, providerId } = names;
  let keys = 0;
  let devices = 0;
  const freshKey = (): string => session.id(`k${(keys += 1)}`);

  const attempt = async <T>(operation: string, input: object): Promise<Reply<T>> => {
    for (let retries = 0; ; retries += 1) {
      const answer = await session.attempt(operation, input as JsonObject);
      if (answer.kind === 'ok') return { ...answer, output: answer.output as T };
      const { code } = answer.problem;
      const isForTheMoment = code === 'OVERLOADED' || code === 'IDEMPOTENCY_IN_PROGRESS';
      if (!isForTheMoment || retries >= MAX_RETRIES) return answer;
      await sleep(RETRY_PAUSE_MS);
    }
  };
  const call = async <T>(operation: string, input: object): Promise<T> =>
    okOutput(operation, await attempt<T>(operation, input));

  const payment: Shop['payment'] = ({ customer, ...request } = {}) => ({
    idempotencyKey: freshKey(),
    merchantId,
    amountMinor: 1_000,
    currency: 'EUR',
    paymentMethod: GOOD_CARD,
    ...request,
    customer: {
      country: 'DE',
      deviceId: session.id(`dev${(devices += 1)}`),
      name: 'Ann Example',
      ...customer,
    },
  });
  const get: Shop['get'] = (paymentId) => call('getPayment', { paymentId });

  return {
    session,
    world,
    ...names,
    id: (name) => session.id(name),
    freshKey,
    payment,
    tryPay: (request) => attempt('createPayment', payment(request)),
    pay: (request) => call('createPayment', payment(request)),
    async authorize(request) {
      const made = await call<Payment>(
        'createPayment',
        payment({ captureMethod: 'manual', ...request }),
      );
      if (made.status === 'requires_capture') return made;
      throw new Violation('A manual capture was not authorised.', 'requires_capture', made.status);
    },
    command: (operation, paymentId, more) =>
      attempt(operation, { idempotencyKey: freshKey(), paymentId, ...more }),
    refund: (paymentId, more) =>
      attempt('createRefund', { idempotencyKey: freshKey(), paymentId, ...more }),
    get,
    async resolved(paymentId) {
      const until = performance.now() + RESOLVE_TIMEOUT_MS;
      for (;;) {
        const read = await get(paymentId);
        if (read.status !== 'processing') return read;
        if (performance.now() > until) {
          throw new Violation(
            `The payment is still processing ${RESOLVE_TIMEOUT_MS / 1000} s after its provider could be asked.`,
            'another status',
            read,
          );
        }
        await sleep(RESOLVE_POLL_MS);
      }
    },
    events: async (paymentId) =>
      (await call<PaymentEvents>('listPaymentEvents', { paymentId })).events,
    postings: async (paymentId) => (await call<Postings>('listPostings', { paymentId })).entries,
    async account(accountId, currency) {
      const read = await attempt<Account>('getAccount', { accountId });
      if (read.kind === 'ok') return read.output;
      if (read.problem.code !== 'UNKNOWN_ACCOUNT') okOutput('getAccount', read);
      return {
        accountId,
        currency,
        debitsPostedMinor: 0,
        creditsPostedMinor: 0,
        debitsPendingMinor: 0,
        creditsPendingMinor: 0,
      };
    },
    trialBalance: (currency) => call('getTrialBalance', { networkId, currency }),
    risk: (paymentId) => call('getRisk', { merchantId, paymentId }),
    findKey: (idempotencyKey) => attempt('findKey', { idempotencyKey }),
    reconcile: (run) =>
      call('runReconciliation', {
        batchId: session.id(`b${(keys += 1)}`),
        networkId,
        providerId,
        fromMs: 0,
        toMs: Number.MAX_SAFE_INTEGER,
        lines: [],
        ...run,
      }),
    charges: () => world.charges({ merchantId }),
    chargesOf: (paymentId) => world.charges({ paymentId }),
    putRegion: async (region) =>
      void (await call('putRegion', {
        networkId,
        countries: ['DE'],
        providers: [{ providerId, priority: 0 }],
        ...region,
        compliance: {
          sanctionedCountries: [],
          blockedMethods: [],
          dataResidency: false,
          ...region.compliance,
        },
      })),
    putMerchant: async (merchant) =>
      void (await call('putMerchant', { networkId, country: 'DE', ...merchant })),
    call,
    attempt,
    in: (other) => shopOf(other, world, names),
  };
}
