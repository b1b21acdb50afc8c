/** MKT-INV-05: the same key with the same request is one command. */
import fc from 'fast-check';
import type { Reservation, Stock } from '../../../spec/marketplace/messages.d.ts';
import type { Check } from '../check.ts';
import { hold, holdSame, sameJson } from '../kit/hold.ts';
import { okOutput } from '../kit/replies.ts';
import { holdCanRestart, killAndRestart } from '../kit/restart.ts';
import { together } from '../kit/together.ts';
import { refusalsBurnNoKey } from './burntKeys.ts';
import { keyWithAnotherRequest } from './keyConflicts.ts';
import {
  effectOf,
  holdRepeated,
  KEYED_COMMANDS,
  reversed,
  send,
  sendFirst,
} from './keyedCommands.ts';
import { openMarket, worldOf } from './market.ts';
import type { Market } from './market.ts';
import { counted, holdCounts } from './outcomes.ts';
import type { MarketWorld } from './worldQuestions.ts';

const sameKeyActsOnce: Check = {
  id: 'same-key-acts-once',
  isolation: 'shared',
  run: (context) =>
    context.property(
      fc.integer({ min: 1, max: 9 }),
      async (units, session) => {
        const world = worldOf(context);
        const market = openMarket(session);
        await Promise.all(
          Object.keys(KEYED_COMMANDS).map(async (name) => {
            context.hit('repeats', await repeat(market, world, name as CommandName, units));
          }),
        );
      },
      { runs: 2 },
    ),
};

type CommandName = keyof typeof KEYED_COMMANDS;

/** @returns how often it was repeated */
async function repeat(
  market: Market,
  world: MarketWorld,
  name: CommandName,
  units: number,
): Promise<number> {
  const command = await KEYED_COMMANDS[name](market, units);
  const { reply: first } = await sendFirst(market, world, command, name);
  const repeatTwice = async (since: string): Promise<void> => {
    const what = `${name}${since}`;
    const before = await effectOf(market, world, command);
    const present = await command.present(market, first);
    for (const again of [command, reversed(command)]) {
      holdRepeated(first, await send(market, again), present, what);
    }
    const after = await effectOf(market, world, command);
    holdSame(after, before, `The repetition of ${what} with the same key acted again.`);
  };
  await repeatTwice('');
  await command.moveOn(market, first);
  await repeatTwice(', after what it made had moved on,');
  return 4;
}

const PARALLEL_SENDS = 50;

const oneHoldPerKey: Check = {
  id: 'one-hold-per-key',
  isolation: 'shared',
  run: (context) =>
    context.property(
      fc.record({
        quantity: fc.integer({ min: 1, max: 5 }),
        /** What else is there: without it a second hold would be refused instead of made. */
        spare: fc.constantFrom(0, 1_000),
      }),
      async ({ quantity, spare }, session) => {
        const market = openMarket(session);
        const onHand = quantity + spare;
        const productId = await market.stocked(onHand);
        const same = { idempotencyKey: market.freshKey(), customerId: market.id('customer') };
        const replies = await together(PARALLEL_SENDS, () =>
          market.tryReserve(productId, { ...same, quantity }),
        );
        const what = `${PARALLEL_SENDS} parallel sends of one reserve with one key`;
        const made = replies.map((reply): Reservation => okOutput(`One of ${what}`, reply));
        const ids = new Set(made.map(({ reservationId }) => reservationId));
        hold(ids.size === 1, `${what} made ${ids.size} reservations.`, 1, [...ids]);
        for (const each of made) {
          holdSame(each, made[0], `${what} were answered with different reservations.`);
        }
        await holdCounts(market, productId, counted({ onHand, held: quantity }), what);
        context.hit('parallelSends', PARALLEL_SENDS);
        await adjustInParallel(market, quantity);
        context.hit('parallelSends', PARALLEL_SENDS);
      },
      { runs: 3 },
    ),
};

async function adjustInParallel(market: Market, delta: number): Promise<void> {
  const start = 100;
  const productId = await market.stocked(start);
  const same = { idempotencyKey: market.freshKey(), productId, delta };
  const replies = await together(PARALLEL_SENDS, () => market.adjust(same));
  const what = `${PARALLEL_SENDS} parallel sends of one adjustStock with one key`;
  await holdCounts(market, productId, counted({ onHand: start + delta }), what);
  const present = await market.stock(productId);
  const [first, ...others] = replies.map((reply): Stock => okOutput(`One of ${what}`, reply));
  for (const each of others) {
    hold(
      sameJson(each, first) || sameJson(each, present),
      `${what} were answered with different records.`,
      first,
      each,
    );
  }
}

/** Under 24 hours, by a minute. */
const ALMOST_A_DAY_MS = (24 * 60 - 1) * 60_000;

const keysAreKept: Check = {
  id: 'keys-are-kept',
  isolation: 'exclusive',
  needs: ['virtual-clock', 'restart'],
  async run(context) {
    const { target } = context;
    holdCanRestart(target);
    const world = worldOf(context);
    const market = openMarket(context.session());
    const sent = await Promise.all(
      Object.entries(KEYED_COMMANDS).map(async ([name, prepare]) => {
        const command = await prepare(market, 3);
        const { reply: first, effect } = await sendFirst(market, world, command, name);
        return { name, command, first, effect };
      }),
    );
    const holdKept = async (when: string): Promise<void> => {
      for (const { name, command, first, effect } of sent) {
        const what = `${name}, ${when},`;
        const present = await command.present(market, first);
        holdRepeated(first, await send(market, command), present, what);
        const now = await effectOf(market, world, command);
        holdSame(now, effect, `The repetition of ${what} with the same key acted again.`);
        const kept = okOutput('findKey', await market.findKey(command.input.idempotencyKey));
        holdSame(kept.state, 'completed', `findKey of ${what} should say that it is completed.`);
        context.hit('repeats');
      }
    };
    await killAndRestart(target);
    await holdKept('repeated after a kill');
    const nowMs = target.startClockMs + ALMOST_A_DAY_MS;
    await market.call('setClock', { nowMs });
    await holdKept('repeated 23 h 59 min later');
    await killAndRestart(target, nowMs);
    await holdKept('repeated 23 h 59 min later and after a kill');
  },
};

export const idempotentCommands: readonly Check[] = [
  sameKeyActsOnce,
  oneHoldPerKey,
  keyWithAnotherRequest,
  refusalsBurnNoKey,
  keysAreKept,
];
