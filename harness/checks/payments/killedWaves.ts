/** Commands on payments of which some are answered before the platform is killed and started again. */
import type { Payment, Refund } from '../../../spec/payments/messages.d.ts';
import type { Answer, JsonObject, Target } from '../../target/target.ts';
import { Violation } from '../check.ts';
import type { CheckContext } from '../check.ts';
import { afterAnswers, killInFlight } from '../kit/killInFlight.ts';
import { holdCanRestart } from '../kit/restart.ts';
import type { Shop } from './shop.ts';

/** Answered with 200 before a kill. */
export type Acknowledged = { readonly idempotencyKey: string } & (
  | { readonly kind: 'payment'; readonly payment: Payment }
  | { readonly kind: 'refund'; readonly refund: Refund }
);

interface Command {
  readonly operation: 'createPayment' | 'capturePayment' | 'createRefund';
  readonly input: JsonObject & { idempotencyKey: string };
}

const PAYMENTS_A_WAVE = 9;
const COMMANDS_ON_THEM = 4;
/** The kill comes when so many were answered. */
const MIN_ACKNOWLEDGED = 7;
/** How a payment ends to which nothing was done; what is still processing has not been acknowledged. */
const ENDS: readonly Payment['status'][] = [
  'requires_confirmation',
  'requires_capture',
  'succeeded',
];

/** @param afterKill told what was acknowledged since the kill before, after each restart */
export async function killedWaves(
  { target, hit }: CheckContext,
  shop: Shop,
  kills: number,
  afterKill: (acknowledged: readonly Acknowledged[]) => Promise<void>,
): Promise<void> {
  holdCanRestart(target);
  let before: Payment[] = [];
  for (let kill = 0; kill < kills; kill += 1) {
    const wave = waveOf(shop, before);
    const isQuiet = kill % 2 === 1;
    const acknowledged = isQuiet ? await answered(shop, wave) : [];
    acknowledged.push(...(await killed(target, shop, isQuiet ? [recorded(shop)] : wave)));
    hit('kills');
    await afterKill(acknowledged);
    before = acknowledged.flatMap((each) => (each.kind === 'payment' ? [each.payment] : []));
  }
}

async function answered(shop: Shop, commands: readonly Command[]): Promise<Acknowledged[]> {
  const answers = await Promise.all(commands.map((command) => send(shop, command)));
  return commands.flatMap((command, index) => told(command, answers[index]));
}

async function killed(
  target: Target,
  shop: Shop,
  commands: readonly Command[],
): Promise<Acknowledged[]> {
  const sends = commands.map((command) => () => send(shop, command));
  const moment = afterAnswers(Math.min(MIN_ACKNOWLEDGED, commands.length));
  const { answers } = await killInFlight(target, sends, moment);
  return commands.flatMap((command, index) => told(command, answers[index]));
}

function send({ session }: Shop, { operation, input }: Command): Promise<Answer> {
  return session.raw(operation, input);
}

/** Alone at the end: nothing is behind it that could be lost in its stead, and nothing outside that would bring it back. */
function recorded(shop: Shop): Command {
  return {
    operation: 'createPayment',
    input: shop.payment({ confirm: false }) as unknown as Command['input'],
  };
}

/** New payments, captures of what was held before and refunds of what was captured, in turn. */
function waveOf(shop: Shop, before: readonly Payment[]): Command[] {
  const keyed = (operation: Command['operation'], input: object): Command => ({
    operation,
    input: { idempotencyKey: shop.freshKey(), ...input },
  });
  const captures = before
    .filter(({ status }) => status === 'requires_capture')
    .map(({ paymentId }) => keyed('capturePayment', { paymentId, amountMinor: 700 }));
  const refunds = before
    .filter(({ status }) => status === 'succeeded')
    .map(({ paymentId }) => keyed('createRefund', { paymentId, amountMinor: 300 }));
  const payments = Array.from({ length: PAYMENTS_A_WAVE }, (_, index) => {
    const captureMethod = index % 3 === 2 ? 'manual' : 'automatic';
    return keyed('createPayment', shop.payment({ captureMethod }));
  });
  return [
    ...captures.slice(0, COMMANDS_ON_THEM),
    ...refunds.slice(0, COMMANDS_ON_THEM),
    ...payments,
  ];
}

function told({ operation, input }: Command, answer: Answer | undefined): Acknowledged[] {
  if (answer?.kind === 'malformed') throw new Violation(answer.reason);
  if (answer?.kind !== 'ok') return [];
  const { idempotencyKey } = input;
  if (operation === 'createRefund') {
    const refund = answer.output as unknown as Refund;
    return refund.status === 'succeeded' ? [{ idempotencyKey, kind: 'refund', refund }] : [];
  }
  const payment = answer.output as unknown as Payment;
  return ENDS.includes(payment.status) ? [{ idempotencyKey, kind: 'payment', payment }] : [];
}
