/**
 * Idempotency keys. A key is claimed in memory before anything is awaited, and stands in the database from the command's first
 * step on: open while it is carried out, then with its reply. What is refused without effect leaves no key.
 */
import { createHmac, randomBytes } from 'node:crypto';
import { canonicalJson } from '../../kit/canonicalJson.ts';
import type { Answer } from '../../kit/service.ts';
import type { KeyRow, PaymentDatabase } from '../eventStore/database.ts';

/** A command that is being carried out under its key. */
export interface Claim {
  readonly key: string;
  readonly operation: string;
  /** Tells one request from another, and nothing of what is in it. */
  readonly request: Buffer;
  paymentId: string | null;
  refundId: string | null;
  /** The first reply: the final one, or what is said while the outcome cannot be learned. */
  told(): Promise<Answer>;
  /** From now on, until it is finished, whoever asks is told this. */
  interim(render: () => Answer): void;
  finish(answer: Answer): void;
}

export type KeyCheck =
  | { readonly kind: 'fresh'; readonly claim: Claim }
  | { readonly kind: 'in-flight'; readonly claim: Claim }
  | { readonly kind: 'kept'; readonly answer: Answer }
  /** Begun before a crash or a defect, and not being carried out now. */
  | { readonly kind: 'interrupted'; readonly row: KeyRow }
  | { readonly kind: 'conflict' };

export interface Keys {
  check(key: string, operation: string, input: object): KeyCheck;
  /** Claims a key that stands open in the database. */
  reclaim(row: KeyRow): Claim;
  inFlight(key: string): Claim | undefined;
  /** How many are in flight. */
  count(): number;
  /** Identifies a request without telling what is in it. */
  digest(operation: string, input: object): Buffer;
}

const SECRET = 'request-digest-key';

export function keyRegister(database: PaymentDatabase): Keys {
  const claims = new Map<string, Claim>();
  const secret = digestSecret(database);

  // Keyed, because a plain hash of a card number can be found by trying them all (PCI DSS v4.0, 3.5.1.1).
  const digest = (operation: string, input: object): Buffer =>
    createHmac('sha256', secret).update(canonicalJson({ operation, input })).digest();

  function claim(key: string, operation: string, request: Buffer): Claim {
    let waiting: ((answer: Answer) => void)[] = [];
    let render: (() => Answer) | undefined;
    const tell = (answer: Answer): void => {
      const told = waiting;
      waiting = [];
      for (const resolve of told) resolve(answer);
    };
    const made: Claim = {
      key,
      operation,
      request,
      paymentId: null,
      refundId: null,
      told: () =>
        render ? Promise.resolve(render()) : new Promise((resolve) => waiting.push(resolve)),
      interim(renderNow) {
        render = renderNow;
        tell(render());
      },
      finish(answer) {
        claims.delete(key);
        render = () => answer;
        tell(answer);
      },
    };
    claims.set(key, made);
    return made;
  }

  return {
    digest,
    inFlight: (key) => claims.get(key),
    count: () => claims.size,
    reclaim: ({ key, operation, request, payment, refund }) =>
      Object.assign(claim(key, operation, request), { paymentId: payment, refundId: refund }),
    check(key, operation, input) {
      const request = digest(operation, input);
      const claimed = claims.get(key);
      if (claimed) {
        return claimed.request.equals(request)
          ? { kind: 'in-flight', claim: claimed }
          : { kind: 'conflict' };
      }
      const row = database.key(key);
      if (!row) return { kind: 'fresh', claim: claim(key, operation, request) };
      if (!row.request.equals(request)) return { kind: 'conflict' };
      if (row.reply === null) return { kind: 'interrupted', row };
      return { kind: 'kept', answer: JSON.parse(row.reply) as Answer };
    },
  };
}

function digestSecret(database: PaymentDatabase): Buffer {
  const kept = database.getMeta(SECRET);
  if (kept !== undefined) return Buffer.from(kept, 'hex');
  const secret = randomBytes(32);
  database.setMeta(SECRET, secret.toString('hex'));
  return secret;
}

/** What is kept under a key, and so repeated: what was carried out, and declines. */
export function isKept(answer: Answer): boolean {
  return 'output' in answer || answer.problem.code === 'DECLINED';
}

/** The reply again, marked as such. */
export function replayed(answer: Answer): Answer {
  return isKept(answer) ? { ...answer, headers: { 'Idempotent-Replayed': 'true' } } : answer;
}
