import type { Reply } from '../kit/replies.ts';
import { expect, test } from 'vitest';
import type { Order } from '../../../spec/marketplace/messages.d.ts';
import { CouldNotRun, Violation } from '../check.ts';
import { holdFirst, holdRepeated, KEYED_COMMANDS } from './keyedCommands.ts';
import type { Made } from './keyedCommands.ts';
import type { Market } from './market.ts';

const order = (state: Order['state']): Order => ({
  ...{ orderId: 'o-1', state, customerId: 'c', reservationIds: ['r'] },
  ...{ amountMinor: 1_000, cancelReason: null },
});
const answered = (state: Order['state']): Reply<Made> => ({ kind: 'ok', output: order(state) });
const refused = (code: string, orderId?: string): Reply<Made> => ({
  kind: 'refused',
  problem: { code, ...(orderId !== undefined && { orderId }) },
});

/** Its orders come to be as they are told; what is shipped is refused. */
function marketWith(state: Order['state']): Market {
  return {
    ...{ freshKey: () => 'k', id: (name: string) => name, stocked: async () => 'p' },
    reserve: async () => ({ reservationId: 'r', customerId: 'c' }),
    resolved: async () => order(state),
    ship: async () => refused('INVALID_STATE'),
  } as unknown as Market;
}

test('an order that was voided is not shipped, one that is paid has to be', async () => {
  const ship = async (state: Order['state']) => {
    const market = marketWith(state);
    const command = await KEYED_COMMANDS.placeOrder(market, 1);
    await command.moveOn(market, answered('PENDING'));
  };
  await expect(ship('CANCELLED')).resolves.toBeUndefined();
  await expect(ship('PAID')).rejects.toThrow('shipOrder was refused');
});

test('a payment service that was not heard in time accuses nobody', () => {
  expect(() => holdFirst(refused('PAYMENTS_UNAVAILABLE'), 'placeOrder')).toThrow(CouldNotRun);
  expect(() => holdFirst(refused('OUT_OF_STOCK'), 'reserve')).toThrow(Violation);
  expect(() => holdFirst(refused('PAYMENT_DECLINED', 'o-1'), 'placeOrder')).not.toThrow();
});

test('a PENDING order may be told as declined when its key is repeated, as the same order', () => {
  const repeat = (first: Reply<Made>, again: Reply<Made>) => () =>
    holdRepeated(first, again, order('CANCELLED'), 'placeOrder');
  expect(repeat(answered('PENDING'), refused('PAYMENT_DECLINED', 'o-1'))).not.toThrow();
  expect(repeat(answered('PENDING'), refused('PAYMENT_DECLINED', 'o-2'))).toThrow(Violation);
  expect(repeat(answered('PENDING'), refused('INVALID_STATE', 'o-1'))).toThrow(Violation);
  expect(repeat(answered('PAID'), refused('PAYMENT_DECLINED', 'o-1'))).toThrow(Violation);
});
