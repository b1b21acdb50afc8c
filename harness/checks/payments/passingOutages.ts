/** Outages in which a command is refused with a definite 503, and whose end can be seen. */
import { setTimeout as sleep } from 'node:timers/promises';
import { hold } from '../kit/hold.ts';
import { send } from './commandCases.ts';
import type { Command } from './commandCases.ts';
import { booked, codeOf } from './refusals.ts';
import type { Shop } from './shop.ts';
import { paymentIn } from './stages.ts';
import { inForce } from './worldQuestions.ts';
import type { Behaviour, WorldOperationName } from './worldQuestions.ts';

export interface Outage {
  /** Makes the command ready, and what it needs unavailable. */
  strike(shop: Shop): Promise<Struck>;
}

interface Struck {
  readonly command: Command;
  heal(): Promise<void>;
}

const UNAVAILABLE_CODES: readonly string[] = [
  'VAULT_UNAVAILABLE',
  'FRAUD_UNAVAILABLE',
  'COMPLIANCE_UNAVAILABLE',
  'NO_ROUTE_AVAILABLE',
];
const FAILING: Behaviour = { kind: 'error', status: 503 };
/** Who has just failed may be left alone for a moment. */
const MAX_RECOVERY_MS = 3_000;
const RECOVERY_POLL_MS = 50;

export const OUTAGES: Readonly<Record<string, Outage>> = {
  'the vault': {
    strike: (shop) => {
      const walletToken = shop.id('wallet-token');
      const command = toPay(shop, { paymentMethod: { type: 'wallet', walletToken } });
      return failing(shop, command, 'tokenize', walletToken);
    },
  },
  'the fraud scorer': {
    strike: (shop) => {
      const deviceId = shop.id('device');
      return failing(shop, toPay(shop, { customer: { deviceId } }), 'scoreFraud', deviceId);
    },
  },
  'the sanctions list': {
    strike: (shop) => {
      const name = shop.id('Ann');
      return failing(shop, toPay(shop, { customer: { name } }), 'screenSanctions', name);
    },
  },
  'the provider': {
    strike: (shop) => failing(shop, toPay(shop, {}), 'createCharge', shop.providerId),
  },
  'the region': {
    async strike(shop) {
      const { networkId, regionId } = shop;
      const set = (up: boolean): Promise<unknown> =>
        shop.call('setRegionState', { networkId, regionId, up });
      await set(false);
      return { command: toPay(shop, {}), heal: async () => void (await set(true)) };
    },
  },
  'the provider at a capture': {
    async strike(shop) {
      const { paymentId } = await paymentIn(shop, 'requires_capture');
      const command = following(shop, 'capturePayment', { paymentId });
      return failing(shop, command, 'captureCharge', shop.providerId);
    },
  },
  'the provider at a cancel': {
    async strike(shop) {
      const { paymentId } = await paymentIn(shop, 'requires_capture');
      const command = following(shop, 'cancelPayment', { paymentId });
      return failing(shop, command, 'voidCharge', shop.providerId);
    },
  },
  'the provider at a refund': {
    async strike(shop) {
      const { paymentId } = await paymentIn(shop, 'succeeded');
      const command = following(shop, 'createRefund', { paymentId, amountMinor: 300 });
      return failing(shop, command, 'refundCharge', shop.providerId);
    },
  },
};

/**
 * @returns false when there is no evidence: the command was not refused
 * @throws Violation when its key cannot be used after the outage
 */
export async function holdRecovers(shop: Shop, name: string, outage: Outage): Promise<boolean> {
  const { command, heal } = await outage.strike(shop);
  const { operation } = command;
  const refused = await send(shop, command);
  await heal();
  if (!UNAVAILABLE_CODES.includes(codeOf(refused))) return false;
  const until = performance.now() + MAX_RECOVERY_MS;
  let reply = await send(shop, command);
  while (reply.kind === 'refused' && performance.now() < until) {
    await sleep(RECOVERY_POLL_MS);
    reply = await send(shop, command);
  }
  hold(
    reply.kind === 'ok',
    `A ${operation} was refused with ${codeOf(refused)} (${name} was unavailable); ${MAX_RECOVERY_MS / 1000} s after the end of the outage the same request with the same key is still refused with ${codeOf(reply)}.`,
    'a reply',
    reply.kind === 'ok' ? undefined : reply.problem,
  );
  await holdOneEffect(shop, operation, name);
  return true;
}

async function holdOneEffect(shop: Shop, operation: string, name: string): Promise<void> {
  const charges = await shop.charges();
  const standing = inForce(charges).length;
  const refunds = charges.flatMap((charge) => charge.refunds).length;
  // What was canceled may be voided a little later.
  const isOneCharge = operation === 'cancelPayment' ? standing <= 1 : standing === 1;
  hold(
    isOneCharge && refunds === (operation === 'createRefund' ? 1 : 0),
    `A ${operation} that was tried anew after an outage (${name}) left ${standing} charges in force and ${refunds} refunds.`,
    'what one command makes',
    booked(charges),
  );
}

type Request = Parameters<Shop['payment']>[0];

function toPay(shop: Shop, request: Request): Command {
  return { operation: 'createPayment', input: shop.payment(request) };
}

function following(shop: Shop, operation: Command['operation'], input: object): Command {
  return { operation, input: { idempotencyKey: shop.freshKey(), ...input } };
}

async function failing(
  { world }: Shop,
  command: Command,
  operation: WorldOperationName,
  id: string,
): Promise<Struck> {
  await world.script(operation, id, [], FAILING);
  return { command, heal: () => world.script(operation, id, []) };
}
