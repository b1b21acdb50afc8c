/** The platforms that the judge's tests judge. */
import type { Payment } from '../../../../spec/payments/messages.d.ts';
import type { LocalWorld } from '../../../world/localWorld.ts';
import type { InMemorySystem, SystemAnswer } from '../../testing/inMemoryTarget.ts';
import { commandUnder, keepRefusal } from './keys.ts';
import { beginLife, has, refused } from './life.ts';
import type { Disk, Life, PlatformOptions } from './life.ts';
import { decimal } from './money.ts';
import { callPlatform, resume } from './platform.ts';

/** What is hashed is shown as it is hashed. */
const EXACT: ReadonlySet<string> = new Set(['listPaymentEvents', 'listEvents']);

const emptyDisk = (): Disk => ({ records: [], isFull: false });

/**
 * The complete platform, with its freedoms and perhaps a defect.
 * @param openDisk makes the disk of each instance
 */
export function memoryPlatform(
  options: PlatformOptions,
  openDisk = emptyDisk,
): (clockMs: number, world: LocalWorld) => InMemorySystem {
  return (clockMs, world) => {
    const disk = openDisk();
    let killed = new AbortController();
    const begin = (nowMs: number): Life => {
      killed = new AbortController();
      const life = beginLife(options, disk, world.call, nowMs, killed.signal);
      resume(life);
      return life;
    };
    let life = begin(clockMs);
    const call = async (operation: string, input: object): Promise<SystemAnswer> => {
      const answer = await callPlatform(life, operation, input);
      return 'output' in answer
        ? { ...answer, output: shown(life, operation, answer.output) }
        : answer;
    };
    return {
      call,
      invalid: (operation, input) => invalid(life, operation, input, call),
      kill: () => killed.abort(),
      restart(nowMs) {
        life = begin(nowMs);
      },
    };
  };
}

/** A platform may tell more than the contract asks; a defect tells it wrongly. */
function shown(life: Life, operation: string, output: object): object {
  if ('amountDecimal' in output) return shownPayment(life, output as Payment);
  const isPlain = life.options.freedoms.extraFields === 'none' || EXACT.has(operation);
  return isPlain ? output : { ...output, note: 'more' };
}

function shownPayment(life: Life, payment: Payment): object {
  const { paymentId, amountMinor, risk } = payment;
  const score = life.state.payments.get(paymentId)?.risk.score;
  return {
    ...payment,
    ...(life.options.freedoms.extraFields === 'some' && { note: 'more' }),
    ...(has(life, 'tells the score') && { risk: { ...risk, score } }),
    ...(has(life, 'gives every currency two decimals') && {
      amountDecimal: decimal(amountMinor, 2),
    }),
  };
}

/** What has not the message's shape is refused, unless a defect takes it or keeps that it was refused. */
async function invalid(
  life: Life,
  operation: string,
  input: object,
  call: (operation: string, input: object) => Promise<SystemAnswer>,
): Promise<SystemAnswer> {
  const { amountMinor } = input as { amountMinor?: unknown };
  if (typeof amountMinor === 'number' && has(life, 'rounds fractions of a minor unit')) {
    return call(operation, { ...input, amountMinor: Math.max(1, Math.round(amountMinor)) });
  }
  const answer = refused('INVALID_REQUEST');
  const { idempotencyKey } = input as { idempotencyKey?: unknown };
  if (typeof idempotencyKey === 'string') {
    keepRefusal(life, commandUnder(life, operation, { ...input, idempotencyKey }), answer);
  }
  return answer;
}
