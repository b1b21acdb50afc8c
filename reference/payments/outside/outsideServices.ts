import { Pool } from 'undici';
import type { PaymentMethod } from '../../../spec/payments/messages.d.ts';
export interface Token {
  token: string;
  last4: string;
  fingerprint: string;
}
export interface Charge {
  reference: string;
  status: 'authorized' | 'captured' | 'declined' | 'voided';
  declineCode: string | null;
  amountMinor: number;
  capturedMinor: number;
  refundedMinor: number;
  feeMinor: number;
}
export interface ProviderRefund {
  refundReference: string;
  status: 'succeeded' | 'declined';
  amountMinor: number;
}
export type ChargeOutcome =
  { kind: 'answered'; charge: Charge } | { kind: 'retryable' } | { kind: 'unknown' };
export type Ref = { providerId: string; reference: string };
export interface OutsideServices {
  tokenize(method: PaymentMethod, timeoutMs: number): Promise<Token | 'unavailable'>;
  scoreFraud(request: object, timeoutMs: number): Promise<number | 'unavailable'>;
  screenSanctions(request: object, timeoutMs: number): Promise<boolean | 'unavailable'>;
  createCharge(request: Ref & Record<string, unknown>, timeoutMs: number): Promise<ChargeOutcome>;
  captureCharge(
    request: Ref & { captureReference: string; amountMinor: number },
    timeoutMs: number,
  ): Promise<ChargeOutcome | { kind: 'impossible' }>;
  voidCharge(request: Ref, timeoutMs: number): Promise<ChargeOutcome | { kind: 'impossible' }>;
  refundCharge(
    request: Ref & { refundReference: string; amountMinor: number },
    timeoutMs: number,
  ): Promise<
    | { kind: 'answered'; refund: ProviderRefund }
    | { kind: 'retryable' }
    | { kind: 'unknown' }
    | { kind: 'impossible' }
  >;
  getCharge(
    request: Ref,
    timeoutMs: number,
  ): Promise<{ kind: 'answered'; charge: Charge } | { kind: 'absent' } | { kind: 'unknown' }>;
  deliverWebhook(url: string, body: string, signature: string, timeoutMs: number): Promise<boolean>;
  close(): Promise<void>;
}
export function outsideServices(worldUrl: string): OutsideServices {
  const pool = new Pool(worldUrl, { connections: 64, pipelining: 1 });
  const ask = async (
    method: 'GET' | 'POST',
    path: string,
    body: object | undefined,
    timeoutMs: number,
  ): Promise<{ status: number; value: unknown } | 'refused' | 'unknown'> => {
    try {
      const r = await pool.request({
        method,
        path,
        ...(body
          ? { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }
          : {}),
        signal: AbortSignal.timeout(timeoutMs),
      });
      return { status: r.statusCode, value: await r.body.json() };
    } catch (error) {
      return (error as { code?: string }).code === 'ECONNREFUSED' ? 'refused' : 'unknown';
    }
  };
  const act = async <T>(path: string, body: object, timeoutMs: number, wrap: (v: unknown) => T) => {
    const r = await ask('POST', path, body, timeoutMs);
    if (r === 'refused') return { kind: 'retryable' } as const;
    if (r === 'unknown') return { kind: 'unknown' } as const;
    if (r.status >= 500) return { kind: 'retryable' } as const;
    if (r.status === 409) return { kind: 'impossible' } as const;
    return wrap(r.value);
  };
  const charge = (v: unknown) => ({ kind: 'answered', charge: v as Charge }) as const;
  return {
    async tokenize(method, t) {
      const r = await ask('POST', '/vault/tokens', method, t);
      return typeof r === 'object' && r.status === 200 ? (r.value as Token) : 'unavailable';
    },
    async scoreFraud(q, t) {
      const r = await ask('POST', '/fraud/scores', q, t);
      const s =
        typeof r === 'object' && r.status === 200
          ? (r.value as { score?: unknown }).score
          : undefined;
      return typeof s === 'number' && s >= 0 && s <= 1 ? s : 'unavailable';
    },
    async screenSanctions(q, t) {
      const r = await ask('POST', '/sanctions/screenings', q, t);
      const s =
        typeof r === 'object' && r.status === 200
          ? (r.value as { match?: unknown }).match
          : undefined;
      return typeof s === 'boolean' ? s : 'unavailable';
    },
    createCharge: (q, t) =>
      act(`/providers/${q.providerId}/charges`, q, t, charge) as Promise<ChargeOutcome>,
    captureCharge: (q, t) =>
      act(`/providers/${q.providerId}/charges/${q.reference}/captures`, q, t, charge),
    voidCharge: (q, t) =>
      act(`/providers/${q.providerId}/charges/${q.reference}/void`, q, t, charge),
    refundCharge: (q, t) =>
      act(
        `/providers/${q.providerId}/charges/${q.reference}/refunds`,
        q,
        t,
        (v) => ({ kind: 'answered', refund: v as ProviderRefund }) as const,
      ),
    async getCharge(q, t) {
      const r = await ask('GET', `/providers/${q.providerId}/charges/${q.reference}`, undefined, t);
      if (typeof r !== 'object' || (r.status !== 200 && r.status !== 404))
        return { kind: 'unknown' };
      return r.status === 404
        ? { kind: 'absent' }
        : { kind: 'answered', charge: r.value as Charge };
    },
    async deliverWebhook(url, body, signature, t) {
      try {
        const { request } = await import('undici');
        const r = await request(url, {
          method: 'POST',
          body,
          headers: { 'content-type': 'application/json', 'casemark-signature': signature },
          signal: AbortSignal.timeout(t),
        });
        await r.body.dump();
        return r.statusCode < 300;
      } catch {
        return false;
      }
    },
    close: () => pool.destroy(),
  };
}
