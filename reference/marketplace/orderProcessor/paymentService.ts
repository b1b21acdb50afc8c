/** The payment service of spec/marketplace/world.schema.json, each answer read for what it means to an order. No call rejects. */
import { jsonClient } from '../../kit/jsonClient.ts';
import type { HttpAnswer, JsonClient } from '../../kit/jsonClient.ts';

export interface ChargeRequest {
  readonly reference: string;
  readonly customerId: string;
  readonly methodId: string;
  readonly amountMinor: number;
}

export type ChargeStatus = 'approved' | 'declined' | 'voided';

export interface PaymentService {
  /** unavailable: it said that it has a problem, or was not reached. unknown: it may have booked the charge. */
  createCharge(request: ChargeRequest): Promise<ChargeStatus | 'unavailable' | 'unknown'>;
  getCharge(reference: string): Promise<ChargeStatus | 'absent' | 'unknown'>;
  voidCharge(reference: string): Promise<ChargeStatus | 'unknown'>;
  /** Ends the calls that are under way. */
  close(): Promise<void>;
}

/** Of the contract: no answer within a second is no answer. */
const TIMEOUT_MS = 1000;

const STATUSES: readonly unknown[] = ['approved', 'declined', 'voided'];

export function paymentService(worldUrl: string): PaymentService {
  const charging = jsonClient();
  // Connections of its own: what is found out in the background must not keep charges waiting.
  const resolving = jsonClient();
  const { origin, pathname } = new URL(worldUrl);
  const base = `${pathname.replace(/\/$/, '')}/payments/charges`;

  function call(client: JsonClient, method: 'GET' | 'POST', path: string, body?: object) {
    const text = body && { body: JSON.stringify(body) };
    return client({ origin, method, path: base + path, ...text, timeoutMs: TIMEOUT_MS });
  }

  return {
    async createCharge(request) {
      const answer = await call(charging, 'POST', '', request);
      if (answer.kind === 'lost') return 'unknown';
      if (answer.kind === 'unsent' || answer.status >= 400) return 'unavailable';
      return chargeStatus(answer) ?? 'unknown';
    },
    async getCharge(reference) {
      const answer = await call(resolving, 'GET', `/${reference}`);
      if (answer.kind === 'answer' && answer.status === 404) return 'absent';
      return chargeStatus(answer) ?? 'unknown';
    },
    async voidCharge(reference) {
      return chargeStatus(await call(resolving, 'POST', `/${reference}/void`, {})) ?? 'unknown';
    },
    async close() {
      await Promise.all([charging.close(), resolving.close()]);
    },
  };
}

function chargeStatus(answer: HttpAnswer): ChargeStatus | undefined {
  if (answer.kind !== 'answer' || answer.status !== 200) return undefined;
  const { status } = Object(answer.body) as { status?: unknown };
  return STATUSES.includes(status) ? (status as ChargeStatus) : undefined;
}
