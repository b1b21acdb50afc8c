/** MKT-INV-04.c: every change makes the version greater, and the ETag says so. */
import fc from 'fast-check';
import type { Reservation, Stock } from '../../../spec/marketplace/messages.d.ts';
import type { Check } from '../check.ts';
import { hold } from '../kit/hold.ts';
import { okOutput } from '../kit/replies.ts';
import type { Reply } from '../kit/replies.ts';
import { together } from '../kit/together.ts';
import { openMarket, worldOf } from './market.ts';
import type { Market } from './market.ts';
import { countsOf } from './outcomes.ts';

/** How many change a product at once. */
export const WRITERS = 8;

/** The version in quotes: what stands in ETag and If-Match. */
export function tagOf(version: number): string {
  return `"${version}"`;
}

export const versionGrows: Check = {
  id: 'version-grows',
  isolation: 'shared',
  run: (context) =>
    context.property(
      fc.record({
        quantity: fc.integer({ min: 1, max: 5 }),
        delta: fc.integer({ min: 1, max: 9 }),
      }),
      async ({ quantity, delta }, session) => {
        worldOf(context);
        const market = openMarket(session);
        const productId = await market.stocked(50);
        let last = await taggedStock(market, productId);
        /** @param told the version that the reply told, if it told one */
        const changed = async (what: string, told?: number): Promise<void> => {
          const stock = await taggedStock(market, productId);
          hold(
            stock.version > last.version,
            `${what} changed the stock, and its version should be greater than ${last.version}; it is ${stock.version}.`,
            `more than ${last.version}`,
            { before: countsOf(last), after: countsOf(stock), version: stock.version },
          );
          hold(
            told === undefined || told === stock.version,
            `The reply to ${what} tells the version ${told}; the stock has ${stock.version} after it.`,
            stock.version,
            told,
          );
          last = stock;
          context.hit('changes');
        };
        const lineOf = ({ lines }: Reservation): number | undefined => lines[0]?.version;
        const reserve = async (): Promise<Reservation> => {
          const made = await market.reserve(productId, { quantity });
          await changed('reserve', lineOf(made));
          return made;
        };
        const put = await market.putStock({ productId, onHand: 60 });
        await changed('putStock', taggedVersion('putStock', put));
        const conditional = { productId, onHand: 70, ifMatch: tagOf(last.version) };
        const again = await market.putStock(conditional);
        await changed('putStock with If-Match', taggedVersion('putStock with If-Match', again));
        for (const each of [delta, -delta]) {
          const adjusted = await market.adjust({ productId, delta: each });
          await changed('adjustStock', taggedVersion('adjustStock', adjusted));
        }
        const sold = okOutput('confirm', await market.confirm(await reserve()));
        await changed('confirmReservation', lineOf(sold));
        const released = okOutput('release', await market.release(await reserve()));
        await changed('releaseReservation', lineOf(released));
        for (const end of ['ship', 'cancel'] as const) {
          const { orderId } = await market.order([await reserve()]);
          const { state } = await market.resolved(orderId);
          await changed('placeOrder');
          if (state !== 'PAID') continue;
          okOutput(`${end}Order`, await market[end](orderId));
          await changed(`${end}Order`);
        }
        const payment = { methodId: market.id('m-decline'), amountMinor: 1_000 };
        await market.tryOrder([await reserve()], { payment });
        await changed('placeOrder that was declined');
        await holdDistinct(market, productId);
      },
      { runs: 2 },
    ),
};

function taggedVersion(operation: string, reply: Reply<Stock>): number {
  const { version } = okOutput(operation, reply);
  const etag = reply.headers?.['etag'];
  hold(
    etag === tagOf(version),
    `${operation} should answer the header ETag: ${tagOf(version)}, ${etag === undefined ? 'and answers none' : `not ${etag}`}.`,
    tagOf(version),
    etag ?? null,
  );
  return version;
}

async function taggedStock(market: Market, productId: string): Promise<Stock> {
  const reply = await market.attempt<Stock>('getStock', { productId });
  taggedVersion('getStock', reply);
  return okOutput('getStock', reply);
}

/** Each of changes that come at once has a version of its own. */
async function holdDistinct(market: Market, productId: string): Promise<void> {
  const before = await market.stock(productId);
  const made = await together(WRITERS, () => market.reserve(productId));
  const versions = made.flatMap(({ lines }) => lines.map(({ version }) => version));
  const after = await market.stock(productId);
  hold(
    new Set(versions).size === WRITERS && Math.min(...versions) > before.version,
    `${WRITERS} reservations at once should each make the version greater than ${before.version}, and each has its own.`,
    `${WRITERS} versions above ${before.version}`,
    versions,
  );
  hold(
    Math.max(...versions) <= after.version,
    `Reservations tell versions up to ${Math.max(...versions)}, and the stock has ${after.version}.`,
    `at least ${Math.max(...versions)}`,
    after.version,
  );
}
