/** Carries commands out: once under each key, and again those that a crash interrupted. */
import type { Answer } from '../../kit/service.ts';
import { StoreUnavailable } from '../../kit/commitQueue.ts';
import type { KeyRow } from '../eventStore/database.ts';
import { resumeCharging } from '../regionRouters/charging.ts';
import { resumeCancel } from './commands/cancelPayment.ts';
import type { CancelIntent } from './commands/cancelPayment.ts';
import { resumeCapture } from './commands/capturePayment.ts';
import type { CaptureIntent } from './commands/capturePayment.ts';
import { keyedCommands, plainCommands } from './commands/commands.ts';
import type { KeyedCommand } from './commands/commands.ts';
import { resumeRefund } from './commands/createRefund.ts';
import type { RefundIntent } from './commands/createRefund.ts';
import type { Claim } from './keys.ts';
import { replayed } from './keys.ts';
import { inTurn } from './onPayment.ts';
import { Closed } from '../../kit/lifetime.ts';
import type { Platform } from './platform.ts';
import { startRun } from './run.ts';
import type { Run } from './run.ts';

/** Commands in flight, those in the background included; more are refused. Bounds memory. */
const MAX_IN_FLIGHT = 10_000;

/** `input` has the shape of the operation's message. Undefined when the operation is no command. */
export function carryOut(
  platform: Platform,
  operation: string,
  input: object,
): Promise<Answer> | undefined {
  const keyed = keyedCommands.get(operation);
  if (keyed) return underKey(platform, operation, keyed, input as { idempotencyKey: string });
  const plain = plainCommands.get(operation);
  return plain && guarded(platform, () => plain(platform, input as never));
}

async function underKey(
  platform: Platform,
  operation: string,
  command: KeyedCommand,
  input: { idempotencyKey: string },
): Promise<Answer> {
  if (platform.keys.count() >= MAX_IN_FLIGHT) {
    return platform.refusal('OVERLOADED', `${MAX_IN_FLIGHT} commands are in flight: send slower`);
  }
  const checked = platform.keys.check(input.idempotencyKey, operation, input);
  switch (checked.kind) {
    case 'conflict':
      return platform.refusal('IDEMPOTENCY_KEY_REUSED', 'the key belongs to another request');
    case 'kept':
      return replayed(checked.answer);
    case 'in-flight':
      return replayed(await checked.claim.told());
    case 'interrupted':
      return replayed(await resume(platform, checked.row));
    case 'fresh':
      return perform(platform, checked.claim, () =>
        command(platform, checked.claim, input as never),
      );
  }
}

/** Takes up a command that was interrupted; answers its first reply. */
export function resume(platform: Platform, row: KeyRow): Promise<Answer> {
  const claim = platform.keys.reclaim(row);
  return perform(platform, claim, () => {
    if (row.payment === null) throw new Error(`the key ${row.key} is open without a payment`);
    const paymentId = row.payment;
    return inTurn(platform, paymentId, (turn) =>
      resumeIn(startRun(platform, claim, paymentId, turn), row),
    );
  });
}

function resumeIn(run: Run, { operation, intent }: KeyRow): Promise<Answer> {
  const asked: unknown = intent === null ? null : JSON.parse(intent);
  if (operation === 'capturePayment') return resumeCapture(run, asked as CaptureIntent);
  if (operation === 'cancelPayment') return resumeCancel(run, asked as CancelIntent);
  if (operation === 'createRefund') return resumeRefund(run, asked as RefundIntent);
  return resumeCharging(run);
}

/** Resolves with what the client is told first; the command may go on after that. */
function perform(
  platform: Platform,
  claim: Claim,
  command: () => Promise<Answer>,
): Promise<Answer> {
  const told = claim.told();
  void guarded(platform, command).then((answer) => claim.finish(answer));
  return told;
}

async function guarded(platform: Platform, command: () => Promise<Answer>): Promise<Answer> {
  try {
    if (!platform.commits.isWritable()) return unwritable(platform);
    return await command();
  } catch (error) {
    if (error instanceof StoreUnavailable) return unwritable(platform);
    if (error instanceof Closed) return platform.refusal('INTERNAL', error.message);
    console.error(error);
    return platform.refusal('INTERNAL', error instanceof Error ? error.message : String(error));
  }
}

function unwritable({ refusal }: Platform): Answer {
  return refusal('EVENT_STORE_UNAVAILABLE', 'events cannot be stored: nothing was done');
}
