/** Idempotency keys: a key belongs to the first request that was carried out under it. */
import canonicalize from 'canonicalize';
import type { FindKey, KeyRecord } from '../../../../spec/marketplace/messages.d.ts';
import type { SystemAnswer } from '../../testing/inMemoryTarget.ts';
import { has, otherTurns, refused } from './life.ts';
import type { Life } from './life.ts';
import type { Operations } from './operations.ts';
import type { Command, KeptKey } from './state.ts';
import { openStep } from './step.ts';
import { viewOrder, viewReservation } from './views.ts';

/** What a body that leaves it out means. */
const DEFAULTS: Readonly<Record<string, object>> = { reserve: { ttlMs: 900_000 } };
const HALF_A_DAY_MS = 12 * 3_600_000;

export async function underKey(
  life: Life,
  operation: string,
  { idempotencyKey, ...body }: { idempotencyKey: string },
  carryOut: (command: Command) => SystemAnswer | Promise<SystemAnswer>,
): Promise<SystemAnswer> {
  const command = commandUnder(life, operation, { idempotencyKey, ...body });
  const isUnseen =
    has(life, 'knows no keys') ||
    has(life, 'takes a repetition in flight for a new command') ||
    (operation === 'adjustStock' && has(life, 'adjusts twice under one key in flight'));
  const running = isUnseen ? undefined : life.inFlight.get(idempotencyKey);
  if (running && life.freedoms.keyInFlight === 'refused') return refused('IDEMPOTENCY_IN_PROGRESS');
  await running?.catch(() => undefined);

  const kept = keptUnder(life, idempotencyKey);
  if (kept) {
    const isSame =
      kept.identity === command.identity || has(life, 'takes another body for the same request');
    return isSame ? replayed(life, kept) : refused('IDEMPOTENCY_KEY_REUSED');
  }
  if (life.inFlight.has(idempotencyKey) && !isUnseen) {
    return underKey(life, operation, { idempotencyKey, ...body }, carryOut);
  }
  const run = (async () => {
    // So that repetitions meet it before it is done.
    if (isUnseen) await otherTurns(life);
    return carryOut(command);
  })();
  meetInFlight(life, idempotencyKey, run);
  const answer = await run;
  if ('problem' in answer && has(life, 'keeps refusals under their keys')) {
    const step = openStep(life);
    step.put({ key: { ...keyRecord(life, command, answer) } });
    step.write();
  }
  return answer;
}

function commandUnder(
  life: Life,
  operation: string,
  { idempotencyKey, ...body }: { idempotencyKey: string },
): Command {
  const defaults = life.freedoms.defaultsInBody === 'the same' ? DEFAULTS[operation] : {};
  const ignored = has(life, 'takes another payment for the same request') && { payment: null };
  const identity = canonicalize({ operation, body: { ...defaults, ...body, ...ignored } }) ?? '';
  return { idempotencyKey, operation, identity };
}

/** Undefined when the next request under the key is the first. */
function keptUnder(life: Life, idempotencyKey: string): KeptKey | undefined {
  const kept = life.state.keys.get(idempotencyKey);
  if (!kept || kept.state === 'released' || has(life, 'knows no keys')) return undefined;
  const isOld = life.nowMs - kept.keptMs > HALF_A_DAY_MS;
  return isOld && has(life, 'forgets keys after twelve hours') ? undefined : kept;
}

/** An order that nobody has been told of yet is answered as it stands, PENDING, or is still in flight. */
function replayed(life: Life, { answer, reservationId, orderId }: KeptKey): SystemAnswer {
  const isPresent = life.freedoms.replay === 'as it stands' && answer && 'output' in answer;
  const reservation = life.state.reservations.get(reservationId ?? '');
  const order = life.state.orders.get(orderId ?? '');
  if (isPresent && reservation) return { output: viewReservation(life, reservation) };
  const isUntold = answer === null && life.freedoms.keyInFlight === 'waits';
  if (order && (isPresent || isUntold)) return { output: viewOrder(life, order) };
  return answer ?? refused('IDEMPOTENCY_IN_PROGRESS');
}

/** While it runs, requests under the key meet it. */
function meetInFlight(life: Life, key: string, run: Promise<SystemAnswer>): void {
  life.inFlight.set(key, run);
  const leave = (): void => {
    if (life.inFlight.get(key) === run) life.inFlight.delete(key);
  };
  run.then(leave, leave);
}

/** @param answer null while it is in progress */
export function keyRecord(
  { nowMs }: Life,
  command: Command,
  answer: SystemAnswer | null,
  about: { readonly reservationId?: string; readonly orderId?: string } = {},
): KeptKey {
  const { reservationId = null, orderId = null } = about;
  const state = answer ? 'completed' : 'in-progress';
  return { ...command, state, reservationId, orderId, answer, keptMs: nowMs };
}

export function createKeys(life: Life): Operations {
  return {
    findKey({ idempotencyKey }: FindKey) {
      const kept = keptUnder(life, idempotencyKey);
      if (!kept || kept.state === 'released') return refused('UNKNOWN_KEY');
      const { state, operation, reservationId, orderId } = kept;
      const output: KeyRecord = { idempotencyKey, state, operation, reservationId, orderId };
      return { output };
    },
  };
}
