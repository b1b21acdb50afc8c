/** MKT-INV-04.a and .b: a conditional write is carried out only on the version that it names. */
import fc from 'fast-check';
import type { Stock } from '../../../spec/marketplace/messages.d.ts';
import type { Check } from '../check.ts';
import { hold, holdSame } from '../kit/hold.ts';
import { okOutput, refusedWith } from '../kit/replies.ts';
import type { Reply } from '../kit/replies.ts';
import { together } from '../kit/together.ts';
import { openMarket } from './market.ts';
import type { Market } from './market.ts';
import { outputsOf } from './outcomes.ts';
import { tagOf, versionGrows, WRITERS } from './versionGrows.ts';

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
          holdMismatch(reply, before.version, `putStock ${when}`);
          holdSame(
            await market.stock(productId),
            before,
            `A putStock ${when} was refused, and has changed the stock.`,
          );
          context.hit('refused');
        };
        await refuseWithoutRecord(market, onHand, ahead);
        context.hit('refused');
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

/** A product without a record has version 0. */
async function refuseWithoutRecord(market: Market, onHand: number, ahead: number): Promise<void> {
  const productId = market.id('without-record');
  const what = 'putStock with a version of a product without a record';
  const reply = await market.putStock({ productId, onHand, ifMatch: tagOf(ahead) });
  holdMismatch(reply, 0, what);
  const read = await market.attempt('getStock', { productId });
  refusedWith(`getStock after a ${what}`, read, 'UNKNOWN_PRODUCT');
}

function holdMismatch(reply: Reply<Stock>, present: number, what: string): void {
  const { version } = refusedWith(what, reply, 'VERSION_MISMATCH');
  holdSame(
    { version, etag: reply.headers?.['etag'] },
    { version: present, etag: tagOf(present) },
    `VERSION_MISMATCH should tell the present version ${present} in "version" and in the header ETag.`,
  );
}

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
        await raceWrites(market, NOTHING, market.id('without-record'), onHand);
        context.hit('races');
        const productId = await market.stocked(onHand);
        if (held > 0) await market.reserve(productId, { quantity: held });
        for (let race = 1; race <= races; race += 1) {
          const before = await market.stock(productId);
          await raceWrites(market, before, productId, onHand + race * WRITERS);
          context.hit('races');
        }
      },
      { runs: 4 },
    ),
};

/** Of a product without a record. */
const NOTHING = { version: 0, held: 0 };

async function raceWrites(
  market: Market,
  before: Pick<Stock, 'version' | 'held'>,
  productId: string,
  onHand: number,
): Promise<void> {
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

export const conditionalWrites: readonly Check[] = [
  staleVersionRefused,
  oneWriteWins,
  versionGrows,
];
