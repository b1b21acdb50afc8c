/** The published processor behind the operations of the payments case. What the design has no step for is not offered. */
import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { frozenClock } from '../../../reference/kit/clock.ts';
import { loadContract } from '../../../reference/kit/contract.ts';
import type { Answer, Service } from '../../../reference/kit/service.ts';
import { validated } from '../../../reference/kit/validated.ts';
import type {
  CreatePayment,
  GetRisk,
  ListEvents,
  Payment,
  PutRegion,
  SetClock,
  SetRegionState,
} from '../../../spec/payments/messages.d.ts';
import { complianceEngine } from './complianceEngine.ts';
import { decodedString } from './decoded.ts';
import { eventStore } from './eventStore.ts';
import { fraudDetection } from './fraudDetection.ts';
import { outsideCalls } from './outsideCalls.ts';
import type { PaymentRequest } from './payment.ts';
import { processPayment } from './paymentProcessor.ts';
import type { PaymentProcessor } from './paymentProcessor.ts';
import { declineExtensions, eventReports, feedReport, paymentReport } from './paymentReports.ts';
import { locationOf, settings as openSettings } from './settings.ts';
import type { Setting } from './settings.ts';

/**
 * `literal` has ProcessPayment and nothing else. `kind` adds what anybody who had to use the design would: reads of what it knows,
 * a threshold that the network sets, and no payment that it could not carry out as asked.
 */
export type Reading = 'literal' | 'kind';

export interface PlatformOptions {
  readonly dataDir: string;
  readonly clockMs: number;
  readonly worldUrl: string;
}

const CASE_DIR = join(import.meta.dirname, '../../../spec/payments');
/** `fraudScore > 0.8`. */
const PUBLISHED_THRESHOLD = 0.8;
/** Of a network that is not known here. */
const DEFAULT_TIMEOUT_MS = 1000;
const DEFAULT_FEED_LIMIT = 100;

export function publishedPlatform(options: PlatformOptions, reading: Reading): Service {
  const contract = loadContract(CASE_DIR, 'on');
  const clock = frozenClock(options.clockMs);
  const outside = outsideCalls(
    options.worldUrl,
    (networkId) => settings.networks.get(networkId)?.callTimeoutMs ?? DEFAULT_TIMEOUT_MS,
  );
  const compliance = complianceEngine(outside);
  const store = eventStore(options.dataDir);
  const processor: PaymentProcessor = {
    regionRouters: new Map(),
    fraudDetection: fraudDetection(outside),
    complianceEngine: compliance,
    eventStore: store,
    declineAbove: ({ networkId }) =>
      (reading === 'kind' ? settings.networks.get(networkId)?.fraud.blockAbove : undefined) ??
      PUBLISHED_THRESHOLD,
  };
  const { regionRouters } = processor;
  const settings = openSettings(options.dataDir, {
    regionRouters,
    rules: compliance.rules,
    outside,
  });
  /** In memory: the events do not say what a payment was, not even in which currency. */
  const payments = new Map<string, Payment>();

  const refuse = (code: string, detail: string, extensions?: Record<string, unknown>): Answer => ({
    problem: contract.problem(code, detail, extensions),
  });
  const notOffered = (what: string): Answer =>
    refuse('NOT_SUPPORTED', `the published design has no ${what}`);

  const put = (setting: Setting): void => settings.put(setting);

  const createPayment = async (input: CreatePayment): Promise<Answer> => {
    const merchant = settings.merchants.get(input.merchantId);
    if (!merchant) return refuse('UNKNOWN_MERCHANT', input.merchantId);
    const { captureMethod = 'automatic' } = input;
    if (reading === 'kind' && (input.confirm === false || input.splits !== undefined)) {
      return notOffered(input.splits ? 'splits' : 'payment that is only recorded');
    }
    const { networkId, country } = merchant;
    const vaulted = await outside.post(networkId, '/vault/tokens', input.paymentMethod);
    const { type } = input.paymentMethod;
    const request: PaymentRequest = {
      id: `p-${randomUUID()}`,
      merchantId: input.merchantId,
      merchantLocation: locationOf(networkId, country),
      networkId,
      amount: input.amountMinor,
      currency: input.currency,
      methodType: type,
      method: {
        type,
        last4: decodedString(vaulted, 'last4'),
        fingerprint: decodedString(vaulted, 'fingerprint'),
      },
      token: decodedString(vaulted, 'token'),
      customer: input.customer,
      capture: reading === 'literal' || captureMethod === 'automatic',
    };
    const result = await processPayment(processor, request);
    const report = paymentReport(request, result, captureMethod, clock.nowMs());
    // A payment that was declined before step 4 leaves nothing behind: its events are never made.
    if (result.regionId !== null) payments.set(request.id, report);
    if (result.status !== 'DECLINED') return { output: report };
    const extensions = declineExtensions(request.id, result);
    return refuse('DECLINED', extensions.declineCode, extensions);
  };

  const regionReport = ({ networkId, regionId }: SetRegionState | PutRegion): Answer => {
    const region = settings.regions.get(`${networkId}/${regionId}`);
    if (!region) return refuse('UNKNOWN_REGION', regionId);
    const { countries, providers } = region;
    const up = settings.isUp(networkId, regionId);
    return { output: { networkId, regionId, up, countries, providers } };
  };

  const putRegion = (input: PutRegion): Answer => {
    if (!settings.networks.has(input.networkId)) return refuse('UNKNOWN_NETWORK', input.networkId);
    put({ operation: 'putRegion', input });
    return regionReport(input);
  };

  const setRegionState = (input: SetRegionState): Answer => {
    put({ operation: 'setRegionState', input });
    return regionReport(input);
  };

  const found = (paymentId: string, answer: (payment: Payment) => object | undefined): Answer => {
    const payment = payments.get(paymentId);
    const output = payment && answer(payment);
    return output ? { output } : refuse('UNKNOWN_PAYMENT', paymentId);
  };

  const eventsOf = (paymentId: string) =>
    store.saved.filter((event) => event.paymentId === paymentId);

  const getRisk = ({ merchantId, paymentId }: GetRisk): Answer =>
    found(paymentId, (payment) => {
      const scored = eventsOf(paymentId).find((event) => event.kind === 'FraudCheckCompleted');
      if (!scored || payment.merchantId !== merchantId) return undefined;
      const { score } = scored;
      return { paymentId, merchantId, score, level: 'normal', decision: 'allow' };
    });

  const read = (operation: string, input: unknown): Answer | undefined => {
    const { paymentId } = input as { paymentId: string };
    switch (operation) {
      case 'getPayment':
        return found(paymentId, (payment) => payment);
      case 'listPaymentEvents': {
        const events = eventsOf(paymentId);
        if (events.length === 0) return refuse('UNKNOWN_PAYMENT', paymentId);
        return { output: { paymentId, events: eventReports(events) } };
      }
      case 'listEvents': {
        const { after = 0, limit = DEFAULT_FEED_LIMIT } = input as ListEvents;
        return { output: feedReport(store.saved, after, limit) };
      }
      case 'getRisk':
        return getRisk(input as GetRisk);
    }
    return undefined;
  };

  const setClock = ({ nowMs }: SetClock): Answer =>
    clock.moveTo(nowMs) ? { output: { nowMs } } : refuse('CLOCK_BACKWARDS', String(nowMs));

  const call = async (operation: string, input: unknown): Promise<Answer> => {
    switch (operation) {
      case 'putNetwork': {
        const setting = { operation, input } as Setting & { operation: 'putNetwork' };
        put(setting);
        return { output: settings.networks.get(setting.input.networkId) ?? {} };
      }
      case 'putMerchant': {
        const setting = { operation, input } as Setting & { operation: 'putMerchant' };
        put(setting);
        return { output: settings.merchants.get(setting.input.merchantId) ?? {} };
      }
      case 'putRegion':
        return putRegion(input as PutRegion);
      case 'setRegionState':
        return setRegionState(input as SetRegionState);
      case 'createPayment':
        return createPayment(input as CreatePayment);
    }
    const answer =
      reading === 'literal'
        ? undefined
        : operation === 'setClock'
          ? setClock(input as SetClock)
          : operation === 'putRate'
            ? { output: input as object }
            : read(operation, input);
    return answer ?? notOffered(operation);
  };

  return validated(
    {
      call,
      subscribe: async (stream) => ({ problem: contract.problem('NOT_SUPPORTED', stream) }),
      close: async () => undefined,
    },
    contract,
  );
}
