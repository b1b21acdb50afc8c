/** Gives a command its turn on a payment. */
import type { Answer } from '../../kit/service.ts';
import type { Payment } from '../eventStore/payment.ts';
import { expire, isDue } from './expiry.ts';
import type { Claim } from './keys.ts';
import type { Platform } from './platform.ts';
import { startRun } from './run.ts';
import type { Run } from './run.ts';
import type { Turn } from './turns.ts';

/**
 * Refuses what names an unknown payment or another version than the present one, and what does not get its turn. An
 * authorisation that is due is ended before anything else is done.
 */
export async function onPayment(
  platform: Platform,
  claim: Claim,
  { paymentId, expectedVersion }: { paymentId: string; expectedVersion?: number },
  carryOut: (run: Run) => Promise<Answer>,
): Promise<Answer> {
  const { refusal, state, clock } = platform;
  if (!state.streams.has(paymentId)) {
    return refusal('UNKNOWN_PAYMENT', `there is no payment ${paymentId}`);
  }
  return inTurn(platform, paymentId, async (turn) => {
    if (isDue(present(platform, paymentId), clock.nowMs())) await expire(platform, paymentId);
    const run = startRun(platform, claim, paymentId, turn);
    const { version } = run.payment;
    if (expectedVersion !== undefined && expectedVersion !== version) {
      return refusal('VERSION_CONFLICT', `the present version is ${version}`);
    }
    return carryOut(run);
  });
}

function present({ state }: Platform, paymentId: string): Payment {
  const payment = state.streams.get(paymentId)?.payment;
  if (!payment) throw new Error(`${paymentId} has no events yet`);
  return payment;
}

/** Waits for the turn, and gives it back when the command has ended. */
export async function inTurn(
  platform: Platform,
  paymentId: string,
  carryOut: (turn: Turn) => Promise<Answer>,
): Promise<Answer> {
  const turn = await platform.turns.take(paymentId);
  if (!turn) {
    return platform.refusal('VERSION_CONFLICT', `${paymentId} is being changed: try again`);
  }
  try {
    return await carryOut(turn);
  } finally {
    platform.unsettled.delete(paymentId);
    turn.release();
  }
}
