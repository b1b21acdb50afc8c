/**
 * Which key each charged payment belongs to: by what was answered under the key, else by the device that the load makes unique for each
 * payment, else, where the scorer's call is forgotten, by merchant, amount and currency of a command without a reply.
 */
import { paymentIdOf } from './commands.ts';
import type { KeyedCommand } from './commands.ts';
import type { PaymentsFinals } from './finalReads.ts';
import type { Report } from '../../kit/campaign/findings.ts';

/** By key: the payments with a charge in force. */
export function chargedKeys(
  commands: ReadonlyMap<string, KeyedCommand>,
  { streams, charges, devices }: PaymentsFinals,
  report: Report,
): ReadonlyMap<string, readonly string[]> {
  const charged = new Map<string, string[]>();
  const owners = ownersByReply(commands, report);
  const askedFor = keysByDevice(commands);
  const unnamed: string[] = [];
  const own = (key: string, paymentId: string): void => {
    const payments = charged.get(key);
    if (payments) payments.push(paymentId);
    else charged.set(key, [paymentId]);
  };

  for (const paymentId of charges.keys()) {
    // One that is not in the feed is told elsewhere.
    if (!streams.has(paymentId)) continue;
    const owner = owners.get(paymentId);
    const device = devices.get(paymentId);
    const key = owner ?? (device === undefined ? undefined : askedFor.get(device));
    if (key !== undefined && key !== AMBIGUOUS) own(key, paymentId);
    else if (device === undefined || key === AMBIGUOUS) unnamed.push(paymentId);
    else report(`Payment ${paymentId} is charged for the device ${device}, which nobody named.`);
    if (owner === undefined && key !== undefined && commands.get(key)?.isPossible === false) {
      report(
        `Payment ${paymentId} is charged, although every request with its key ${key} was refused for certain.`,
      );
    }
  }
  const unanswered = unansweredCommands(commands, charged);
  for (const paymentId of unnamed) {
    const payment = streams.get(paymentId)?.payment;
    if (!payment) continue;
    const left = unanswered.get(signature(payment));
    const key = left?.pop();
    if (key !== undefined) own(key, paymentId);
    else {
      report(
        `Payment ${paymentId} of ${payment.merchantId} over ${payment.amountMinor} ${payment.currency} is charged, and belongs to no key.`,
      );
    }
  }
  return charged;
}

function ownersByReply(
  commands: ReadonlyMap<string, KeyedCommand>,
  report: Report,
): Map<string, string> {
  const owners = new Map<string, string>();
  for (const { key, operation, replies } of commands.values()) {
    if (operation !== 'createPayment') continue;
    for (const reply of replies) {
      const paymentId = paymentIdOf(reply);
      if (paymentId === undefined) continue;
      const before = owners.get(paymentId);
      if (before !== undefined && before !== key) {
        report(`Payment ${paymentId} was made under the key ${before} and again under ${key}.`);
      }
      owners.set(paymentId, key);
    }
  }
  return owners;
}

/** In place of a key: several commands named the device. No key has a space. */
const AMBIGUOUS = 'several keys';

function keysByDevice(commands: ReadonlyMap<string, KeyedCommand>): Map<string, string> {
  const keys = new Map<string, string>();
  for (const { key, operation, input } of commands.values()) {
    if (operation !== 'createPayment') continue;
    const { deviceId } = input['customer'] as { deviceId: string };
    keys.set(deviceId, keys.has(deviceId) ? AMBIGUOUS : key);
  }
  return keys;
}

/** Keys that nobody was answered under, and that may have had their effect. */
function unansweredCommands(
  commands: ReadonlyMap<string, KeyedCommand>,
  charged: ReadonlyMap<string, unknown>,
): Map<string, string[]> {
  const unanswered = new Map<string, string[]>();
  for (const { key, operation, input, isPossible, replies } of commands.values()) {
    const isOpen = isPossible && replies.every((reply) => paymentIdOf(reply) === undefined);
    if (operation !== 'createPayment' || !isOpen || charged.has(key)) continue;
    const { merchantId, amountMinor, currency } = input;
    const place = signature({
      merchantId: String(merchantId),
      amountMinor: Number(amountMinor),
      currency: String(currency),
    });
    const known = unanswered.get(place);
    if (known) known.push(key);
    else unanswered.set(place, [key]);
  }
  return unanswered;
}

interface Signed {
  readonly merchantId: string;
  readonly amountMinor: number;
  readonly currency: string;
}

function signature({ merchantId, amountMinor, currency }: Signed): string {
  return `${merchantId} ${amountMinor} ${currency}`;
}
