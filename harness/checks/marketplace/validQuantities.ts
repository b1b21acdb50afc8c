/** MKT-INV-03: a reservation is wholly made of valid quantities and wholly held, or not at all. */
import fc from 'fast-check';
import type { Answer, JsonObject } from '../../target/target.ts';
import { CouldNotRun, Violation } from '../check.ts';
import type { Check } from '../check.ts';
import { hold, holdSame } from '../kit/hold.ts';
import { okOutput, refusedWith } from '../kit/replies.ts';
import type { Reply } from '../kit/replies.ts';
import { together } from '../kit/together.ts';
import { allOrNothing } from './allOrNothing.ts';
import { openMarket } from './market.ts';
import type { Market } from './market.ts';
import { counted, holdCounts, outputsOf } from './outcomes.ts';
import { limitPerCustomer } from './perCustomerLimit.ts';
import { sentAsItIs } from './sentAsItIs.ts';

const MAX_QUANTITY = 1_000_000;
const MAX_STOCK = 1_000_000_000;
const NO_INTEGERS = [1.5, 0.5, '1', '', null, true, [1], 2 ** 53, 1e300];
const WRONG_QUANTITIES = [0, -1, -MAX_QUANTITY, MAX_QUANTITY + 1, ...NO_INTEGERS];
const WRONG_STOCKS = [-1, MAX_STOCK + 1, ...NO_INTEGERS];
const WRONG_DELTAS = [MAX_STOCK + 1, -MAX_STOCK - 1, ...NO_INTEGERS];

const invalidQuantities: Check = {
  id: 'invalid-quantities',
  isolation: 'shared',
  async run(context) {
    const market = openMarket(context.session());
    const productId = await market.stocked(2 * MAX_QUANTITY);
    const other = await market.stocked(10);
    const before = await market.stock(productId);
    for (const [operation, field, input] of wrongRequests(market, productId, other)) {
      const answer = await sentAsItIs(market.session, operation, input as JsonObject);
      holdInvalid(answer, `${operation} with ${field}`);
      context.hit('refused');
    }
    holdSame(await market.stock(productId), before, 'Wrong quantities changed the stock.');
    await holdCounts(market, other, counted({ onHand: 10 }), 'reservations with a wrong line');
    // The ends of what is right.
    await market.reserve(productId, { quantity: 1 });
    await market.reserve(productId, { quantity: MAX_QUANTITY });
    const held = MAX_QUANTITY + 1;
    const expected = counted({ onHand: 2 * MAX_QUANTITY, held });
    await holdCounts(market, productId, expected, 'reservations of the least and the most units');
    okOutput('putStock', await market.putStock({ productId: other, onHand: MAX_STOCK }));
    const tooMuch = await market.adjust({ productId: other, delta: 1 });
    refusedWith('adjustStock above the limit of stock', tooMuch, 'INVALID_REQUEST');
    await holdCounts(
      market,
      other,
      counted({ onHand: MAX_STOCK }),
      'an adjustment above the limit',
    );
    context.hit('refused');
  },
};

/** Operation, what is wrong, and the input. */
function wrongRequests(
  market: Market,
  productId: string,
  other: string,
): (readonly [string, string, object])[] {
  const customerId = market.id('customer');
  const reserve = (what: string, lines: object[]) =>
    ['reserve', what, { idempotencyKey: market.freshKey(), customerId, lines }] as const;
  const text = (value: unknown): string => JSON.stringify(value);
  return [
    ...WRONG_QUANTITIES.flatMap((quantity) => [
      reserve(`the quantity ${text(quantity)}`, [{ productId, quantity }]),
      reserve(`a right line and one of the quantity ${text(quantity)}`, [
        { productId: other, quantity: 1 },
        { productId, quantity },
      ]),
    ]),
    reserve('a line without a quantity', [{ productId }]),
    reserve('no lines', []),
    ...WRONG_STOCKS.map(
      (onHand) => ['putStock', `the onHand ${text(onHand)}`, { productId, onHand }] as const,
    ),
    ...[0, -1, 1.5, '1'].map(
      (perCustomerLimit) =>
        [
          'putStock',
          `the perCustomerLimit ${text(perCustomerLimit)}`,
          { productId, onHand: 10, perCustomerLimit },
        ] as const,
    ),
    ...WRONG_DELTAS.map(
      (delta) =>
        [
          'adjustStock',
          `the delta ${text(delta)}`,
          { idempotencyKey: market.freshKey(), productId, delta },
        ] as const,
    ),
  ];
}

function holdInvalid(answer: Answer, what: string): void {
  switch (answer.kind) {
    case 'ok':
    case 'refused':
      hold(
        answer.kind === 'refused' && answer.problem.code === 'INVALID_REQUEST',
        `${what} should be refused with INVALID_REQUEST, but is ${answer.kind === 'ok' ? 'carried out' : `refused with ${answer.problem.code}`}.`,
        'INVALID_REQUEST',
        answer.kind === 'ok' ? answer.output : answer.problem,
      );
      return;
    case 'malformed':
      throw new Violation(`${what} should be refused with INVALID_REQUEST. ${answer.reason}`);
    case 'indeterminate':
      if (!answer.reply) throw new CouldNotRun(`${what} has no certain answer: ${answer.reason}`);
      throw new Violation(
        `${what} should be refused with INVALID_REQUEST. ${answer.reason}`,
        'INVALID_REQUEST',
        answer.reply,
      );
  }
}

const RACERS = 10;

const noStockBelowPromises: Check = {
  id: 'no-stock-below-promises',
  isolation: 'shared',
  run: (context) =>
    context.property(
      fc.record({
        held: fc.integer({ min: 1, max: 5 }),
        sold: fc.integer({ min: 1, max: 5 }),
        free: fc.integer({ min: 1, max: 5 }),
      }),
      async ({ held, sold, free }, session) => {
        const market = openMarket(session);
        const promised = held + sold;
        const productId = await market.stocked(promised + free);
        await market.reserve(productId, { quantity: held });
        const sale = await market.reserve(productId, { quantity: sold });
        okOutput('confirmReservation', await market.confirm(sale));

        const refuse = async (what: string, reply: Reply<unknown>, onHand: number) => {
          refusedWith(what, reply, 'NEGATIVE_STOCK');
          const expected = counted({ onHand, held, confirmed: sold });
          await holdCounts(market, productId, expected, `a refused ${what}`);
          context.hit('refused');
        };
        const put = (onHand: number) => market.putStock({ productId, onHand });
        const adjust = (delta: number) => market.adjust({ productId, delta });
        await refuse('putStock below what is promised', await put(promised - 1), promised + free);
        await refuse('putStock of nothing', await put(0), promised + free);
        await refuse('adjustStock below it', await adjust(-free - 1), promised + free);
        okOutput('putStock', await put(promised));
        await refuse('adjustStock when nothing is free', await adjust(-1), promised);
        okOutput('adjustStock', await adjust(free));
        await raceStockAndPromises(market, productId, { held, sold, free });
      },
      { runs: 3 },
    ),
};

/** Somebody takes units away while others reserve them. */
async function raceStockAndPromises(
  market: Market,
  productId: string,
  { held, sold, free }: { held: number; sold: number; free: number },
): Promise<void> {
  const [reserved, taken] = await Promise.all([
    together(RACERS, () => market.tryReserve(productId)),
    together(RACERS, () => market.adjust({ productId, delta: -1 })),
  ]);
  const what = `${RACERS} reservations and ${RACERS} adjustments by -1 race for ${free} units`;
  const holds = outputsOf(reserved, 'OUT_OF_STOCK', what).length;
  const left = outputsOf(taken, 'NEGATIVE_STOCK', what).length;
  hold(holds + left === free, `When ${what}, ${holds + left} get one.`, free, holds + left);
  const onHand = held + sold + free - left;
  const expected = counted({ onHand, held: held + holds, confirmed: sold });
  await holdCounts(market, productId, expected, what);
}

export const validQuantities: readonly Check[] = [
  invalidQuantities,
  allOrNothing,
  noStockBelowPromises,
  limitPerCustomer,
];
