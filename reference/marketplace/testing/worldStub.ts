/** For tests: the catalogue and the payment service in a few lines. Every charge is approved, unless a test says otherwise with `behave`. */
import { startStubServer } from '../../kit/stubServer.ts';
import type { StubCall, StubReply, StubServer } from '../../kit/stubServer.ts';

/** fail: 503 without an effect. silence: no reply, and no effect. book: the effect, and no reply. */
export type Behaviour = 'answer' | 'decline' | 'fail' | 'silence' | 'book';

export interface WorldStub extends StubServer {
  /** Every call of the payment service: `create`, `get` or `void`. */
  readonly calls: string[];
  /** Status by reference. */
  readonly charges: Map<string, string>;
  /** Of the payment service. */
  behave: (act: 'create' | 'get' | 'void') => Behaviour;
}

export async function startWorldStub(): Promise<WorldStub> {
  const calls: string[] = [];
  const charges = new Map<string, string>();
  const prices = new Map<string, number>();

  function item(productId: string): StubReply {
    if (productId.includes('-absent')) return { status: 404, body: {} };
    const cache = { ttlMs: 60_000, staleWhileRevalidateMs: 30_000, staleIfErrorMs: 300_000 };
    const priceMinor = prices.get(productId) ?? 1000;
    return { status: 200, body: { productId, title: productId, priceMinor, revision: 1, cache } };
  }

  function chargeOf(reference: string): StubReply {
    const status = charges.get(reference);
    return status === undefined
      ? { status: 404, body: {} }
      : { status: 200, body: { reference, status } };
  }

  function pay(call: StubCall): StubReply {
    const [, , named, isVoid] = call.path;
    const act = named === undefined ? 'create' : isVoid === undefined ? 'get' : 'void';
    const reference = named ?? String(call.body['reference']);
    calls.push(act);
    const behaviour = stub.behave(act);
    if (behaviour === 'fail') return { status: 503, body: {} };
    if (behaviour === 'silence') return 'silence';
    const before = charges.get(reference);
    if (act === 'void' && before !== 'declined') charges.set(reference, 'voided');
    if (act === 'create') charges.set(reference, created(before, behaviour));
    return behaviour === 'book' ? 'silence' : chargeOf(reference);
  }

  const server = await startStubServer((call) => {
    const [service, , productId = '', price] = call.path;
    if (service === 'payments') return pay(call);
    if (price !== undefined) prices.set(productId, Number(call.body['priceMinor']));
    return item(productId);
  });
  const stub: WorldStub = { ...server, calls, charges, behave: () => 'answer' };
  return stub;
}

function created(before: string | undefined, behaviour: Behaviour): string {
  if (before === 'voided') return 'declined';
  return before ?? (behaviour === 'decline' ? 'declined' : 'approved');
}
