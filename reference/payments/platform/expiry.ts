/**
 * Authorisations end at their stored deadline: whoever looks or commands finds what is due ended. With a running clock a sweep
 * ends them too when nobody looks.
 */
import { StoreUnavailable } from '../../kit/commitQueue.ts';
import { releaseEntries } from '../eventStore/entries.ts';
import { append } from '../eventStore/eventRecord.ts';
import { chargeOf } from '../eventStore/payment.ts';
import type { Payment } from '../eventStore/payment.ts';
import type { Platform } from './platform.ts';
import type { Turn } from './turns.ts';

/** Ended in one go: bounds the transaction. */
const MAX_AT_ONCE = 200;

/** The provider may void the charge, or let it lapse by itself: it is asked once, and not waited for. */
const VOID_TIMEOUT_MS = 2000;

export function isDue({ status, expiresAtMs }: Payment, nowMs: number): boolean {
  return status === 'requires_capture' && expiresAtMs !== null && expiresAtMs <= nowMs;
}

/** Whoever finds something due waits until all of it is ended, also when another call has begun with it. */
export function expirySweep(platform: Platform): () => Promise<void> {
  let running: Promise<void> | undefined;
  return async () => {
    await running;
    if (platform.state.holds.nextMs() > platform.clock.nowMs()) return;
    running ??= expireDue(platform).finally(() => (running = undefined));
    await running;
  };
}

/** Ends what is due. A payment whose capture or cancel is in flight is left to that; what cannot be written, to the next look. */
async function expireDue(platform: Platform): Promise<void> {
  const { state, turns } = platform;
  const nowMs = platform.clock.nowMs();
  while (state.holds.nextMs() <= nowMs) {
    const due = state.holds.takeDue(nowMs, MAX_AT_ONCE);
    const left = await Promise.all(
      due.map(async (paymentId) => {
        const payment = state.streams.get(paymentId)?.payment;
        if (!payment || !isDue(payment, nowMs)) return undefined;
        if (turns.isBusy(paymentId)) return paymentId;
        const turn = await turns.take(paymentId);
        if (!turn) return paymentId;
        return (await expireInTurn(platform, paymentId, turn)) ? undefined : paymentId;
      }),
    );
    const again = left.filter((paymentId) => paymentId !== undefined);
    for (const paymentId of again) state.holds.set(paymentId, nowMs);
    if (again.length > 0) return;
  }
}

async function expireInTurn(platform: Platform, paymentId: string, turn: Turn): Promise<boolean> {
  try {
    await expire(platform, paymentId);
    return true;
  } catch (error) {
    if (!(error instanceof StoreUnavailable)) throw error;
    return false;
  } finally {
    turn.release();
  }
}

/** Ends an authorisation that is due, and releases what it held. The caller has the payment's turn. */
export async function expire(platform: Platform, paymentId: string): Promise<void> {
  const { state, outside, clock } = platform;
  const stream = state.streams.get(paymentId);
  if (!stream) return;
  const { payment } = stream;
  const draft = { type: 'payment.expired', data: {}, entries: releaseEntries(payment) } as const;
  const { record } = append(stream, paymentId, draft, clock.nowMs());
  const isTold = state.merchants.get(payment.merchantId)?.webhook !== undefined;
  await platform.commits.commit({
    records: [record],
    notify: isTold ? payment.merchantId : undefined,
  });
  const charge = chargeOf(payment);
  if (!charge) return;
  const { providerId, reference } = charge;
  void outside.voidCharge({ providerId, reference }, VOID_TIMEOUT_MS);
}
