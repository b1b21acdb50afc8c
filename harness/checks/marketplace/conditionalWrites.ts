/** MKT-INV-04: a conditional write is carried out only on the version that it names. */
import fc from 'fast-check';
import type { Reservation, Stock } from '../../../spec/marketplace/messages.d.ts';
import type { Check } from '../check.ts';
import { hold, holdSame } from '../kit/hold.ts';
import { together } from '../kit/together.ts';
import { okOutput, openMarket, refusedWith, worldOf } from './market.ts';
import type { Market, Reply } from './market.ts';
import { countsOf, outputsOf } from './outcomes.ts';

/** The version in quotes: what stands in ETag and If-Match. */
function tagOf(version: number): string {
  return `"${version}"`;
}

/** Each is a change of a product of which 20 units are there and 2 are held. */
const CHANGES: Readonly<Record<string, (market: Market, productId: string) => Promise<unknown>>> = {
  putStock: async (market, productId) =>
    okOutput('putStock', await market.putStock({ productId, onHand: 30 })),
  adjustStock: async (market, productId) =>
    okOutput('adjustStock', await market.adjust({ productId, delta: -1 })),
  reserve: (market, productId) => market.reserve(productId),
  releaseReservation: async (market, productId) =>
    okOutput('releaseReservation', await market.release(await market.reserve(productId))),
  confirmReservation: async (market, productId) =>
    okOutput('confirmReservation', await market.confirm(await market.reserve(productId))),
};

const staleVersionRefused: Check = {
  id: 'stale-version-refused',
  isolation: 'shared',
  run: (context) =>
    context.property(
      fc.record({
        onHand: fc.integer({ min: 10, max: 1_000 }),
        ahead: fc.integer({ min: 1, max: 9 }),
      }),
      async ({ onHand, ahead }, session) => {
        const market = openMarket(session);
        const refuse = async (productId: string, version: number, when: string) => {
          const before = await market.stock(productId);
          const ifMatch = tagOf(version);
          const reply = await market.putStock({ productId, onHand, ifMatch });
          holdMismatch(reply, before, `putStock ${when}`);
          holdSame(
            await market.stock(productId),
            before,
            `A putStock ${when} was refused, and has changed the stock.`,
          );
          context.hit('refused');
        };
        for (const [name, change] of Object.entries(CHANGES)) {
          const productId = await market.stocked(20);
          await market.reserve(productId, { quantity: 2 });
          const { version: old } = await market.stock(productId);
          await change(market, productId);
          await refuse(productId, old, `with the version from before ${name}`);
          const { version } = await market.stock(productId);
          await refuse(productId, version + ahead, 'with a version that is not there yet');
          const put = { productId, onHand, ifMatch: tagOf(version) };
          const stock = okOutput('putStock with the present version', await market.putStock(put));
          hold(
            stock.onHand === onHand,
            `putStock with the present version should set onHand ${onHand}, and it is ${stock.onHand}.`,
            onHand,
            stock,
          );
          await refuse(productId, version, 'with a version that a conditional write has used');
        }
      },
      { runs: 2 },
    ),
};

function holdMismatch(reply: Reply<Stock>, present: Stock, what: string): void {
  const { version } = refusedWith(what, reply, 'VERSION_MISMATCH');
  holdSame(
    { version, etag: reply.headers?.['etag'] },
    { version: present.version, etag: tagOf(present.version) },
    `VERSION_MISMATCH should tell the present version ${present.version} in "version" and in the header ETag.`,
  );
}

const WRITERS = 8;

const oneWriteWins: Check = {
  id: 'one-conditional-write-wins',
  isolation: 'shared',
  run: (context) =>
    context.property(
      fc.record({
        onHand: fc.integer({ min: 10, max: 1_000 }),
        held: fc.nat(5),
        races: fc.constant(4),
      }),
      async ({ onHand, held, races }, session) => {
        const market = openMarket(session);
        const productId = await market.stocked(onHand);
        if (held > 0) await market.reserve(productId, { quantity: held });
        for (let race = 1; race <= races; race += 1) {
          await raceWrites(market, productId, onHand + race * WRITERS);
          context.hit('races');
        }
      },
      { runs: 4 },
    ),
};

async function raceWrites(market: Market, productId: string, onHand: number): Promise<void> {
  const before = await market.stock(productId);
  const ifMatch = tagOf(before.version);
  const replies = await together(WRITERS, (index) =>
    market.putStock({ productId, onHand: onHand + index, ifMatch }),
  );
  const what = `Of ${WRITERS} putStock at once with the same version`;
  const [winner, ...others] = outputsOf(replies, 'VERSION_MISMATCH', what);
  const winners = others.length + (winner ? 1 : 0);
  hold(
    winner !== undefined && winners === 1,
    `${what} exactly one should be carried out, but ${winners} are.`,
    1,
    winners,
  );
  const after = await market.stock(productId);
  const wonOnHand = onHand + replies.findIndex(({ kind }) => kind === 'ok');
  holdSame(
    { onHand: after.onHand, held: after.held, version: after.version },
    { onHand: wonOnHand, held: before.held, version: winner.version },
    `${what} the one of ${wonOnHand} units was carried out, and the stock should be as it left it.`,
  );
}

const versionGrows: Check = {
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

export const conditionalWrites: readonly Check[] = [
  staleVersionRefused,
  oneWriteWins,
  versionGrows,
];
