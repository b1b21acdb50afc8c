/** For tests: a platform in this process with a network, two regions and a merchant, and the outside services as stubs. */
import type { Answer, Problem, Service } from '../../kit/service.ts';
import { temporaryDir } from '../../kit/temporaryDir.ts';
import { openPayments } from '../paymentService.ts';
import { startOutsideStub } from './outsideStub.ts';
import type { OutsideStub } from './outsideStub.ts';

export const START_MS = 1_000_000;

export const CARD = {
  type: 'card',
  number: '4242424242424242',
  expMonth: 12,
  expYear: 2030,
  cvc: '123',
};
export const DECLINED_CARD = { ...CARD, number: '4000000000000002' };

export const NETWORK = { networkId: 'net', callTimeoutMs: 100 };

export const SETTINGS: readonly (readonly [string, object])[] = [
  ['putNetwork', NETWORK],
  [
    'putRegion',
    {
      networkId: 'net',
      regionId: 'eu',
      countries: ['DE'],
      providers: [
        { providerId: 'first', priority: 0 },
        { providerId: 'second', priority: 1 },
      ],
      compliance: { sanctionedCountries: ['KP'], blockedMethods: [], dataResidency: false },
    },
  ],
  ['putMerchant', { merchantId: 'shop', networkId: 'net', country: 'DE' }],
];

export interface TestPlatform {
  readonly outside: OutsideStub;
  call(operation: string, input: object): Promise<Answer>;
  /** The output; throws on a refusal. */
  ok<T>(operation: string, input: object): Promise<T>;
  /** The problem; throws on an output. */
  refused(operation: string, input: object): Promise<Problem>;
  /** createPayment over 1000 EUR minor units, with changes. */
  pay(key: string, changes?: object): Promise<Answer>;
  restart(): Promise<void>;
  close(): Promise<void>;
}

export async function openTestPlatform(): Promise<TestPlatform> {
  const dir = temporaryDir();
  const outside = await startOutsideStub();
  const open = async (): Promise<Service> => {
    const { service } = await openPayments({
      dataDir: dir.path,
      clockMs: START_MS,
      testMode: 'on',
      durability: 'D1',
      worldUrl: outside.url,
    });
    return service;
  };
  let service = await open();
  const call = (operation: string, input: object) => service.call(operation, input);
  for (const [operation, input] of SETTINGS) await call(operation, input);
  return {
    outside,
    call,
    async ok<T>(operation: string, input: object) {
      const answer = await call(operation, input);
      if ('problem' in answer) throw new Error(`${operation}: ${JSON.stringify(answer.problem)}`);
      return answer.output as T;
    },
    async refused(operation, input) {
      const answer = await call(operation, input);
      if ('output' in answer) throw new Error(`${operation} was not refused`);
      return answer.problem;
    },
    pay: (key, changes) => call('createPayment', paymentInput(key, changes)),
    async restart() {
      await service.close();
      service = await open();
    },
    async close() {
      await service.close();
      await outside.close();
      dir.remove();
    },
  };
}

export function paymentInput(key: string, changes: object = {}): Record<string, unknown> {
  return {
    idempotencyKey: key,
    merchantId: 'shop',
    amountMinor: 1000,
    currency: 'EUR',
    paymentMethod: CARD,
    customer: { country: 'DE', deviceId: 'phone', name: 'Ann Example' },
    ...changes,
  };
}
