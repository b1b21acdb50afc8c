/** MKT-INV-02: every unit that ever came is available, held, confirmed or shipped. */
import fc from 'fast-check';
import type { Check } from '../check.ts';
import { hold } from '../kit/hold.ts';
import { together } from '../kit/together.ts';
import { openMarket, worldOf } from './market.ts';
import { drawnCommand, holdLikeModel, perform } from './modelCommands.ts';
import { countsOf } from './outcomes.ts';
import { stockModel } from './stockModel.ts';
import {
  adjusting,
  following,
  holdChanged,
  lanesOf,
  ordering,
  putting,
  reserving,
  runTraffic,
} from './stockTraffic.ts';

const UNITS_AT_START = 12;

const conservedInEveryRead: Check = {
  id: 'conserved-in-every-read',
  isolation: 'shared',
  run: (context) =>
    context.property(
      lanesOf(
        fc.oneof(
          { arbitrary: reserving, weight: 5 },
          { arbitrary: following('confirm', 'release'), weight: 2 },
          { arbitrary: ordering, weight: 2 },
          { arbitrary: adjusting, weight: 2 },
          { arbitrary: putting, weight: 2 },
        ),
        { lanes: 8, actions: 10 },
      ),
      async (lanes, session) => {
        worldOf(context);
        const market = openMarket(session);
        const productIds = await together(2, () => market.stocked(UNITS_AT_START));
        const changes = await runTraffic({
          ...{ lanes, productIds },
          marketOf: () => market,
          onStock(stock) {
            const { onHand, available, held, confirmed } = stock;
            hold(
              onHand === available + held + confirmed,
              `A reply shows ${onHand} on hand, but ${available} available + ${held} held + ${confirmed} confirmed.`,
              'onHand = available + held + confirmed',
              countsOf(stock),
            );
            context.hit('reads');
          },
        });
        await holdChanged(market, { lanes }, changes, UNITS_AT_START);
      },
      { runs: 3 },
    ),
};

const COMMANDS = 90;

const followsTheModel: Check = {
  id: 'stock-follows-the-model',
  isolation: 'shared',
  // Hundreds of commands one after the other, each with a look at all products.
  deadlineMs: 30_000,
  run: (context) =>
    context.property(
      fc.array(drawnCommand, { minLength: COMMANDS - 15, maxLength: COMMANDS }),
      async (commands, session) => {
        worldOf(context);
        const market = openMarket(session);
        const names = ['a', 'b', 'c'];
        const model = stockModel();
        const productIds = names.map((name) => market.id(`p${name}`));
        const walk = {
          ...{ market, model, productIds },
          customerIds: names.map((name) => market.id(`c${name}`)),
        };
        // The third has none until a command puts some.
        const [unlimited, limited] = [market.id('pa'), market.id('pb')];
        await market.stocked(16, { productId: unlimited });
        model.put(unlimited, 16, null);
        await market.stocked(16, { productId: limited, perCustomerLimit: 6 });
        model.put(limited, 16, 6);
        for (const command of commands) {
          const became = await perform(walk, command);
          if (became === 'idle') continue;
          await holdLikeModel(walk, `a command (${command.kind}) that was ${became}`);
          context.hit('commands');
          if (became === 'refused') context.hit('refusals');
        }
      },
      { runs: 4 },
    ),
};

export const conservation: readonly Check[] = [conservedInEveryRead, followsTheModel];
