/** Gives a command its turn on a payment. */
import type { Answer } from '../../kit/service.ts';
import { expire, isDue } from './expiry.ts';
import type { Claim } from './keys.ts';
import type { Platform } from './platform.ts';
import { startRun } from './run.ts';
import type { Run } from './run.ts';

/** Refuses what names an unknown payment or another version than the present one, and what does not get its turn. */
export async function onPayment(
  platform: Platform,
  claim: Claim,
  { paymentId, expectedVersion }: { paymentId: string; expectedVersion?: number },
  carryOut: (run: Run) => Promise<Answer>,
): Promise<Answer> {
  const { refusal, state } = platform;
  if (!state.streams.has(paymentId)) {
    return refusal('UNKNOWN_PAYMENT', `there is no payment ${paymentId}`);
  }
  return inTurn(platform, claim, paymentId, async (run) => {
    const { version } = run.payment;
    if (expectedVersion !== undefined && expectedVersion !== version) {
      return refusal('VERSION_CONFLICT', `the present version is ${version}`);
    }
    return carryOut(run);
  });
}

/** Waits for the turn, and ends an authorisation that is due before anything else is done. */
export async function inTurn(
  platform: Platform,
  claim: Claim,
  paymentId: string,
  carryOut: (run: Run) => Promise<Answer>,
): Promise<Answer> {
  const turn = await platform.turns.take(paymentId);
  if (!turn) {
    return platform.refusal('VERSION_CONFLICT', `${paymentId} is being changed: try again`);
  }
  try {
    const payment = platform.state.streams.get(paymentId)?.payment;
    const { clock } = platform;
    if (payment && isDue(payment, clock.nowMs())) await expire(platform, paymentId);
    return await carryOut(startRun(platform, claim, paymentId, turn));
  } finally {
    platform.unsettled.delete(paymentId);
    turn.release();
  }
}
