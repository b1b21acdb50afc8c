/** The outside services of spec/payments/case.json, each answer read for what it means to the caller. Nothing is retried here. */
import type {
  CaptureChargeRequest,
  Charge,
  ChargeLookup,
  ChargeName,
  ChargeOutcome,
  CreateChargeRequest,
  FraudRequest,
  ProviderRefund,
  RefundChargeRequest,
  RefundLookup,
  RefundName,
  RefundOutcome,
  SanctionsRequest,
  Token,
  TokenizeRequest,
} from './outsideTypes.ts';
import { jsonClient } from '../../kit/jsonClient.ts';
import type { HttpAnswer } from '../../kit/jsonClient.ts';

/** `timeoutMs` is real time, for the whole call. No call rejects. */
export interface OutsideServices {
  tokenize(method: TokenizeRequest, timeoutMs: number): Promise<Token | 'unavailable'>;
  /** A score in [0, 1]; everything else that comes is 'unavailable'. */
  scoreFraud(request: FraudRequest, timeoutMs: number): Promise<number | 'unavailable'>;
  /** Whether the sanctions list matches; anything but a boolean is 'unavailable'. */
  screenSanctions(request: SanctionsRequest, timeoutMs: number): Promise<boolean | 'unavailable'>;
  createCharge(request: CreateChargeRequest, timeoutMs: number): Promise<ChargeOutcome>;
  captureCharge(request: CaptureChargeRequest, timeoutMs: number): Promise<ChargeOutcome>;
  voidCharge(name: ChargeName, timeoutMs: number): Promise<ChargeOutcome>;
  getCharge(name: ChargeName, timeoutMs: number): Promise<ChargeLookup>;
  refundCharge(request: RefundChargeRequest, timeoutMs: number): Promise<RefundOutcome>;
  getProviderRefund(name: RefundName, timeoutMs: number): Promise<RefundLookup>;
  /** Whether the receiver took it: any 2xx. `body` is sent as it stands, since the signature is over its bytes. */
  deliverWebhook(
    url: string,
    body: string,
    signatureHeader: string,
    timeoutMs: number,
  ): Promise<boolean>;
  /** Ends the calls that are under way. */
  close(): Promise<void>;
}

/** `worldUrl`: where the services are, such as http://127.0.0.1:4000. */
export function outsideServices(worldUrl: string): OutsideServices {
  const client = jsonClient();
  const { origin, pathname } = new URL(worldUrl);
  const base = pathname.replace(/\/$/, '');

  function post(path: string, body: object, timeoutMs: number): Promise<HttpAnswer> {
    const text = JSON.stringify(body);
    return client({ origin, method: 'POST', path: base + path, body: text, timeoutMs });
  }

  function get(path: string, timeoutMs: number): Promise<HttpAnswer> {
    return client({ origin, method: 'GET', path: base + path, timeoutMs });
  }

  return {
    async tokenize(method, timeoutMs) {
      const body = usable(await post('/vault/tokens', method, timeoutMs));
      return isToken(body) ? body : 'unavailable';
    },
    async scoreFraud(request, timeoutMs) {
      const { score } = usable(await post('/fraud/scores', request, timeoutMs));
      return isScore(score) ? score : 'unavailable';
    },
    async screenSanctions(request, timeoutMs) {
      const { match } = usable(await post('/sanctions/screenings', request, timeoutMs));
      return typeof match === 'boolean' ? match : 'unavailable';
    },
    async createCharge({ providerId, ...charge }, timeoutMs) {
      return chargeOutcome(await post(`/providers/${providerId}/charges`, charge, timeoutMs));
    },
    async captureCharge({ providerId, reference, ...capture }, timeoutMs) {
      const path = `${chargePath({ providerId, reference })}/captures`;
      return chargeOutcome(await post(path, capture, timeoutMs));
    },
    async voidCharge(name, timeoutMs) {
      return chargeOutcome(await post(`${chargePath(name)}/void`, {}, timeoutMs));
    },
    async getCharge(name, timeoutMs) {
      const answer = await get(chargePath(name), timeoutMs);
      const body = usable(answer);
      if (isCharge(body)) return { kind: 'answered', charge: body };
      return { kind: isAbsent(answer) ? 'absent' : 'unknown' };
    },
    async refundCharge({ providerId, reference, ...refund }, timeoutMs) {
      const path = `${chargePath({ providerId, reference })}/refunds`;
      const answer = await post(path, refund, timeoutMs);
      const body = usable(answer);
      return isRefund(body) ? { kind: 'answered', refund: body } : { kind: failure(answer) };
    },
    async getProviderRefund({ providerId, refundReference }, timeoutMs) {
      const answer = await get(`/providers/${providerId}/refunds/${refundReference}`, timeoutMs);
      const body = usable(answer);
      if (isRefund(body)) return { kind: 'answered', refund: body };
      return { kind: isAbsent(answer) ? 'absent' : 'unknown' };
    },
    async deliverWebhook(url, body, signatureHeader, timeoutMs) {
      const target = URL.parse(url);
      if (!target) return false;
      const answer = await client({
        origin: target.origin,
        method: 'POST',
        path: target.pathname + target.search,
        headers: { 'casemark-signature': signatureHeader },
        body,
        timeoutMs,
      });
      return isSuccess(answer);
    },
    close: () => client.close(),
  };
}

/** Ids of the spec need no percent-encoding. */
function chargePath({ providerId, reference }: ChargeName): string {
  return `/providers/${providerId}/charges/${reference}`;
}

function chargeOutcome(answer: HttpAnswer): ChargeOutcome {
  const body = usable(answer);
  return isCharge(body) ? { kind: 'answered', charge: body } : { kind: failure(answer) };
}

function failure(answer: HttpAnswer): 'retryable' | 'impossible' | 'unknown' {
  if (answer.kind === 'unsent') return 'retryable';
  if (answer.kind === 'lost') return 'unknown';
  if (answer.status >= 500) return 'retryable';
  if (answer.status >= 400) return 'impossible';
  return 'unknown';
}

function isSuccess(answer: HttpAnswer): boolean {
  return answer.kind === 'answer' && answer.status >= 200 && answer.status < 300;
}

function isAbsent(answer: HttpAnswer): boolean {
  return answer.kind === 'answer' && answer.status === 404;
}

/** The body of a 2xx answer if it is an object; an empty one otherwise, which has no member that anybody asks for. */
function usable(answer: HttpAnswer): Record<string, unknown> {
  if (answer.kind !== 'answer' || !isSuccess(answer)) return {};
  const { body } = answer;
  return typeof body === 'object' && body !== null ? (body as Record<string, unknown>) : {};
}

function isScore(score: unknown): score is number {
  return typeof score === 'number' && score >= 0 && score <= 1;
}

type Members = Record<string, unknown>;

function isToken(body: Members): body is Members & Token {
  return (
    typeof body.token === 'string' &&
    typeof body.last4 === 'string' &&
    typeof body.fingerprint === 'string'
  );
}

const CHARGE_STATUSES: readonly unknown[] = ['authorized', 'captured', 'declined', 'voided'];

function isCharge(body: Members): body is Members & Charge {
  return CHARGE_STATUSES.includes(body.status) && Number.isSafeInteger(body.feeMinor);
}

const REFUND_STATUSES: readonly unknown[] = ['succeeded', 'declined'];

function isRefund(body: Members): body is Members & ProviderRefund {
  return REFUND_STATUSES.includes(body.status) && Number.isSafeInteger(body.amountMinor);
}
