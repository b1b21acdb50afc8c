/**
 * A complete payment platform in memory, for the tests of the judge: everything the contract asks, written to be read, with each freedom
 * as a switch and named defects to be found. What a kill leaves is the list of records on its disk; a restart folds them again.
 */
import type {
  CancelPayment,
  CapturePayment,
  ConfirmPayment,
  CreatePayment,
  CreateRefund,
  ReviewPayment,
} from '../../../../spec/payments/messages.d.ts';
import type { SystemAnswer } from '../../testing/inMemoryTarget.ts';
import { cancelPayment, capturePayment, carryOutWork, expire, reviewPayment } from './commands.ts';
import { goOn, orProcessing } from './confirm.ts';
import { confirmPayment, createPayment } from './createPayment.ts';
import { inFlight, underKey } from './keys.ts';
import { has, inBackground, inTurn, refused, StoreUnavailable } from './life.ts';
import type { Life } from './life.ts';
import { READS } from './reads.ts';
import { runReconciliation } from './reconciliation.ts';
import { createRefund, goOnRefunding } from './refunds.ts';
import { putMerchant, putNetwork, putRate, putRegion, setRegionState } from './setup.ts';
import type { Command } from './state.ts';
import { deliverWebhooks } from './webhooks.ts';

type OnPayment = CancelPayment | CapturePayment | ConfirmPayment | CreateRefund | ReviewPayment;
type Keyed<T> = (life: Life, input: T, command: Command) => Promise<SystemAnswer>;

const ON_PAYMENTS: Readonly<Record<string, Keyed<never>>> = {
  confirmPayment,
  reviewPayment,
  capturePayment,
  cancelPayment,
  createRefund,
};

const OTHERS: Readonly<Record<string, (life: Life, input: never) => SystemAnswer>> = {
  ...{ putNetwork, putRegion, setRegionState, putRate, putMerchant },
  ...{ runReconciliation, setClock },
  ...READS,
};

export async function callPlatform(
  life: Life,
  operation: string,
  input: object,
): Promise<SystemAnswer> {
  try {
    return await dispatch(life, operation, input);
  } catch (error) {
    if (error instanceof StoreUnavailable) return refused('EVENT_STORE_UNAVAILABLE');
    throw error;
  }
}

async function dispatch(life: Life, operation: string, input: object): Promise<SystemAnswer> {
  expireDue(life);
  if (operation === 'createPayment') {
    const given = input as CreatePayment;
    return underKey(life, operation, given, (command) => createPayment(life, given, command));
  }
  const onPayment = ON_PAYMENTS[operation];
  if (onPayment) return commandPayment(life, operation, input as OnPayment, onPayment);
  const other = OTHERS[operation];
  return other ? other(life, input as never) : refused('NOT_SUPPORTED');
}

/** Under its key, when its turn has come, and for the version that it was made for. */
function commandPayment(
  life: Life,
  operation: string,
  input: OnPayment,
  carryOut: Keyed<never>,
): Promise<SystemAnswer> {
  const { paymentId, expectedVersion } = input;
  return underKey(life, operation, input, async (command) => {
    const before = life.state.payments.get(paymentId);
    if (!before) return refused('UNKNOWN_PAYMENT');
    const isImpatient = operation === 'cancelPayment' && has(life, 'cancels while it captures');
    const turn = isImpatient ? `${paymentId} cancel` : paymentId;
    return inTurn(life, turn, async () => {
      const payment = life.state.payments.get(paymentId);
      const { whileProcessing } = life.options.freedoms;
      const isBusy = payment?.status === 'processing' || (payment?.work ?? null) !== null;
      if (isBusy && !isImpatient) return refused(whileProcessing);
      const { version } = has(life, 'looks at the version before its turn')
        ? before
        : (payment ?? before);
      const isOther = expectedVersion !== undefined && expectedVersion !== version;
      if (isOther && !has(life, 'ignores expectedVersion')) {
        return refused('VERSION_CONFLICT');
      }
      return carryOut(life, input as never, command);
    });
  });
}

function setClock(life: Life, { nowMs }: { nowMs: number }): SystemAnswer {
  if (nowMs < life.nowMs) return refused('CLOCK_BACKWARDS');
  life.nowMs = nowMs;
  if (life.options.freedoms.expiry === 'at its deadline') expireDue(life);
  return { output: { nowMs } };
}

function expireDue(life: Life): void {
  for (const payment of life.state.payments.values()) expire(life, payment);
}

/** What was begun and not ended goes on: before a kill, or never. */
export function resume(life: Life): void {
  for (const { paymentId, work } of life.state.payments.values()) {
    if (!work) continue;
    const run =
      work.kind === 'confirm'
        ? goOn(life, paymentId)
        : orProcessing(life, paymentId, () => carryOutWork(life, paymentId));
    goesOn(life, work.command, run);
  }
  for (const { refundId, status, command } of life.state.refunds.values()) {
    if (status === 'pending') goesOn(life, command, goOnRefunding(life, refundId));
  }
  deliverWebhooks(life);
}

function goesOn(life: Life, { idempotencyKey }: Command, run: Promise<SystemAnswer>): void {
  if (!life.state.keys.get(idempotencyKey)?.answer) inFlight(life, idempotencyKey, run);
  inBackground(life, () => run);
}
