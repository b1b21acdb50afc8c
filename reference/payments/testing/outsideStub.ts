/**
 * For tests: the outside services in a few lines, over HTTP. Everything is approved, unless a test says otherwise with
 * `behave`.
 */
import { startStubServer } from '../../kit/stubServer.ts';
import type { StubCall } from '../../kit/stubServer.ts';

export interface StubCharge {
  reference: string;
  status: 'authorized' | 'captured' | 'declined' | 'voided';
  declineCode: string | null;
  amountMinor: number;
  capturedMinor: number;
  refundedMinor: number;
  feeMinor: number;
}

export type Call = StubCall;

/** fail: 503 without an effect. silence: no reply, and no effect. book: the effect, and no reply. */
export type Behaviour = 'answer' | 'fail' | 'silence' | 'book' | { readonly reply: unknown };

export interface OutsideStub {
  readonly url: string;
  readonly calls: Call[];
  /** By `provider/reference`. */
  readonly charges: Map<string, StubCharge>;
  behave: (call: Call) => Behaviour;
  close(): Promise<void>;
}

/** Of the amount: what the stub's providers keep. */
const FEE_BPS = 100;

export async function startOutsideStub(): Promise<OutsideStub> {
  const charges = new Map<string, StubCharge>();
  const refunds = new Map<string, object>();
  const calls: Call[] = [];
  const server = await startStubServer((call) => {
    calls.push(call);
    const behaviour = stub.behave(call);
    if (behaviour === 'silence') return 'silence';
    if (typeof behaviour === 'object') return { status: 200, body: behaviour.reply };
    const reply = behaviour === 'fail' ? undefined : serve(call);
    if (behaviour === 'book') return 'silence';
    return reply ?? { status: 503, body: {} };
  });

  function serve(call: Call): { status: number; body: unknown } | undefined {
    const [service, provider = '', kind, reference = '', act] = call.path;
    const ok = (body: unknown) => ({ status: 200, body });
    if (service === 'vault') return ok(tokenOf(call.body));
    if (service === 'fraud') return ok({ score: 0.1 });
    if (service === 'sanctions') return ok({ match: false });
    if (service === 'webhooks') return ok({});
    if (service !== 'providers') return undefined;
    if (kind === 'refunds') return found(refunds.get(reference));
    const id = `${provider}/${reference}`;
    if (call.method === 'GET') return found(charges.get(id));
    if (reference === '') return ok(charge(provider, call.body));
    return change(id, act, call.body);
  }

  const found = (value: unknown) =>
    value === undefined ? { status: 404, body: {} } : { status: 200, body: value };

  function charge(provider: string, body: Record<string, unknown>): StubCharge {
    const reference = String(body['reference']);
    const id = `${provider}/${reference}`;
    const before = charges.get(id);
    if (before?.status === 'voided') return { ...before, status: 'declined' };
    if (before) return before;
    const amountMinor = Number(body['amountMinor']);
    const made = { ...NEW_CHARGE, reference, amountMinor };
    if (String(body['token']).includes('0002')) {
      Object.assign(made, { status: 'declined', declineCode: 'CARD_DECLINED' });
    } else if (body['capture'] === true) captureAll(made, amountMinor);
    charges.set(id, made);
    return made;
  }

  function change(id: string, act: string | undefined, body: Record<string, unknown>) {
    const charge = charges.get(id);
    if (act === 'void') {
      const voided = charge ?? { ...NEW_CHARGE, reference: id.split('/')[1] ?? '', amountMinor: 1 };
      voided.status = 'voided';
      charges.set(id, voided);
      return { status: 200, body: voided };
    }
    if (!charge) return { status: 404, body: {} };
    const amountMinor = Number(body['amountMinor']);
    if (act === 'captures') {
      if (charge.status === 'authorized') captureAll(charge, amountMinor);
      return { status: charge.status === 'captured' ? 200 : 409, body: charge };
    }
    const refundReference = String(body['refundReference']);
    const made = refunds.get(refundReference);
    if (made) return { status: 200, body: made };
    if (charge.refundedMinor + amountMinor > charge.capturedMinor) return { status: 409, body: {} };
    charge.refundedMinor += amountMinor;
    const refund = { refundReference, status: 'succeeded', amountMinor };
    refunds.set(refundReference, refund);
    return { status: 200, body: refund };
  }

  const stub: OutsideStub = { ...server, calls, charges, behave: () => 'answer' };
  return stub;
}

const NEW_CHARGE = {
  status: 'authorized' as StubCharge['status'],
  declineCode: null,
  capturedMinor: 0,
  refundedMinor: 0,
  feeMinor: 0,
};

function captureAll(charge: StubCharge, amountMinor: number): void {
  charge.status = 'captured';
  charge.capturedMinor = amountMinor;
  charge.feeMinor = Math.floor((amountMinor * FEE_BPS) / 10_000);
}

function tokenOf(method: Record<string, unknown>): object {
  const number = String(method['number'] ?? method['iban'] ?? method['walletToken']);
  const last4 = number.slice(-4);
  return { token: `tok-${last4}`, last4, fingerprint: `fp-${last4}` };
}
