/** Idempotency keys: a key belongs to the first request that was carried out under it. */
import { createHash } from 'node:crypto';
import canonicalize from 'canonicalize';
import { has, refused, write } from './life.ts';
import type { Life } from './life.ts';
import type { Command, KeptKey, PaymentState } from './state.ts';
import { viewPayment } from './views.ts';
import type { SystemAnswer } from '../../testing/inMemoryTarget.ts';

/** What a body that leaves it out means. */
const DEFAULTS: Readonly<Record<string, object>> = {
  createPayment: { captureMethod: 'automatic', confirm: true },
};

export async function underKey(
  life: Life,
  operation: string,
  { idempotencyKey, ...body }: { idempotencyKey: string },
  carryOut: (command: Command) => Promise<SystemAnswer>,
): Promise<SystemAnswer> {
  const { freedoms } = life.options;
  const command = commandUnder(life, operation, { idempotencyKey, ...body });
  const running = isUnseen(life, operation) ? undefined : life.inFlight.get(idempotencyKey);
  if (running && freedoms.keyInFlight === 'refused') return refused('IDEMPOTENCY_IN_PROGRESS');
  await running?.catch(() => undefined);

  const kept = keptUnder(life, idempotencyKey, operation);
  if (kept) {
    const isSame =
      kept.identity === command.identity || has(life, 'takes another body for the same request');
    if (!isSame) return refused('IDEMPOTENCY_KEY_REUSED');
    if (kept.answer) return replayed(life, kept, kept.answer);
    return refused('IDEMPOTENCY_IN_PROGRESS');
  }
  if (life.inFlight.has(idempotencyKey) && !isUnseen(life, operation)) {
    return underKey(life, operation, { idempotencyKey, ...body }, carryOut);
  }
  const run = carryOut(command);
  inFlight(life, idempotencyKey, run);
  const answer = await run;
  keepRefusal(life, command, answer);
  return freedoms.firstReplyHeader === 'false' ? marked(answer, 'false') : answer;
}

export function commandUnder(
  life: Life,
  operation: string,
  { idempotencyKey, ...body }: { idempotencyKey: string },
): Command {
  const isAsWritten = life.options.freedoms.defaultsInBody === 'as if written';
  const defaults = isAsWritten ? DEFAULTS[operation] : {};
  const text = canonicalize({ operation, body: { ...defaults, ...body } }) ?? '';
  // There are numbers in a body that must not be kept.
  const identity = createHash('sha256').update(text).digest('hex');
  const isKept = has(life, 'keeps requests as they came');
  return { idempotencyKey, operation, identity: isKept ? text : identity };
}

function isUnseen(life: Life, operation: string): boolean {
  const isNewPayment = operation === 'createPayment';
  if (isNewPayment && has(life, 'keeps the key of a payment when it has replied')) return true;
  return has(life, 'takes a repetition in flight for a new command');
}

const HALF_A_DAY_MS = 12 * 3_600_000;

/** Undefined when the next request under the key is the first. */
function keptUnder(life: Life, key: string, operation: string): KeptKey | undefined {
  const kept = life.state.keys.get(key);
  if (!kept || kept.state === 'released') return undefined;
  if (kept.state === 'in-progress' && isUnseen(life, operation)) return undefined;
  const isOld = life.nowMs - kept.keptMs > HALF_A_DAY_MS;
  if (isOld && has(life, 'forgets keys after twelve hours')) return undefined;
  const isRefund = operation === 'createRefund';
  return isRefund && has(life, 'refunds again under the same key') ? undefined : kept;
}

function replayed(life: Life, { paymentId, refundId }: KeptKey, answer: SystemAnswer) {
  if (has(life, 'does not mark what it replays')) return answer;
  const payment = life.state.payments.get(paymentId ?? '');
  const isPresent = has(life, 'answers a repetition with the present state');
  if (isPresent && payment && refundId === null) {
    return marked({ output: viewPayment(payment) }, 'true');
  }
  return marked(answer, 'true');
}

/** Only what was carried out is kept; this is where a defect keeps more. */
export function keepRefusal(life: Life, command: Command, answer: SystemAnswer): void {
  if ('output' in answer) return;
  const { code } = answer.problem;
  const isInvalid = code.startsWith('INVALID_') || code === 'UNSUPPORTED_CURRENCY';
  const isDown = code.endsWith('_UNAVAILABLE') || code === 'NO_ROUTE_AVAILABLE';
  const isKept =
    (isInvalid && code !== 'INVALID_STATE' && has(life, 'keeps a 400 under its key')) ||
    (isDown && has(life, 'keeps a 503 under its key'));
  if (!isKept) return;
  const kept = { state: 'completed', answer, keptMs: life.nowMs } as const;
  write(life, { kind: 'key', key: { ...command, ...kept, paymentId: null, refundId: null } });
}

/** While it runs, requests under the key meet it. */
export function inFlight(life: Life, key: string, run: Promise<SystemAnswer>): void {
  life.inFlight.set(key, run);
  const leave = (): void => {
    if (life.inFlight.get(key) === run) life.inFlight.delete(key);
  };
  run.then(leave, leave);
}

function marked(answer: SystemAnswer, replayed: string): SystemAnswer {
  return { ...answer, headers: { 'idempotent-replayed': replayed } };
}

export function keyRecord(
  life: Life,
  command: Command,
  state: KeptKey['state'],
  { paymentId }: PaymentState,
  answer: SystemAnswer | null = null,
  refundId: string | null = null,
): KeptKey {
  return { ...command, state, paymentId, refundId, answer, keptMs: life.nowMs };
}
