/** Idempotency keys: a key belongs to the first request that was carried out under it. */
import canonicalize from 'canonicalize';
import { refused } from './life.ts';
import type { Life } from './life.ts';
import type { Command, KeptKey, PaymentState } from './state.ts';
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
  const defaults = freedoms.defaultsInBody === 'as if written' ? DEFAULTS[operation] : {};
  const identity = canonicalize({ operation, body: { ...defaults, ...body } }) ?? '';
  const running = life.inFlight.get(idempotencyKey);
  if (running && freedoms.keyInFlight === 'refused') return refused('IDEMPOTENCY_IN_PROGRESS');
  await running?.catch(() => undefined);

  const kept = life.state.keys.get(idempotencyKey);
  if (kept && kept.state !== 'released') {
    if (kept.identity !== identity) return refused('IDEMPOTENCY_KEY_REUSED');
    if (kept.answer) return marked(kept.answer, 'true');
    return refused('IDEMPOTENCY_IN_PROGRESS');
  }
  if (life.inFlight.has(idempotencyKey)) {
    return underKey(life, operation, { idempotencyKey, ...body }, carryOut);
  }
  const run = carryOut({ idempotencyKey, operation, identity });
  inFlight(life, idempotencyKey, run);
  const answer = await run;
  return freedoms.firstReplyHeader === 'false' ? marked(answer, 'false') : answer;
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
