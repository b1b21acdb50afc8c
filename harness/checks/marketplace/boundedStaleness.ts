/** MKT-CACHE-02.e: nothing is answered that is older than its policy allows. */
import type { Check, CheckContext } from '../check.ts';
import { hold } from '../kit/hold.ts';
import { refusedWith } from '../kit/replies.ts';
import { openMarket, worldOf } from './market.ts';
import type { Market } from './market.ts';
import { isHeld } from './outsideCalls.ts';
import {
  changeItem,
  FAILING,
  fetches,
  holdRevision,
  listed,
  openClock,
  readByAll,
} from './pages.ts';
import type { CachePolicy, Clock } from './pages.ts';
import type { Behaviour, MarketWorld } from './worldQuestions.ts';

const POLICY: CachePolicy = {
  ttlMs: 10_000,
  staleWhileRevalidateMs: 5_000,
  staleIfErrorMs: 20_000,
};
const STALE_AT_MS = POLICY.ttlMs + POLICY.staleWhileRevalidateMs;
/** Of POLICY: fresh, and too early to be fetched again. */
const LATE_IN_LIFE_MS = 7_000;

/** The others are of POLICY. */
const SHORT_LIVED: Readonly<Record<string, CachePolicy>> = {
  'short life': { ttlMs: 1_000, staleWhileRevalidateMs: 0, staleIfErrorMs: 0 },
  'never stale': { ttlMs: STALE_AT_MS, staleWhileRevalidateMs: 0, staleIfErrorMs: 0 },
  'stale on errors only': { ...POLICY, staleWhileRevalidateMs: 0, staleIfErrorMs: 300_000 },
};

const stalenessIsBounded: Check = {
  id: 'staleness-is-bounded',
  isolation: 'exclusive',
  async run(context) {
    const world = worldOf(context);
    const market = openMarket(context.session());
    const clock = openClock(context, market);
    await holdFetchedAnew(context, market, world, clock);
    await holdRefusedWhileFailing(context, market, world, clock);
  },
};

async function holdFetchedAnew(
  { hit }: CheckContext,
  market: Market,
  world: MarketWorld,
  clock: Clock,
): Promise<void> {
  const asked = await listed(market, world, 'asked', POLICY);
  const shortLived = await Promise.all(
    Object.entries(SHORT_LIVED).map(([name, policy]) => listed(market, world, name, policy)),
  );
  const readOnce = await listed(market, world, 'read once', POLICY);
  const readLate = await listed(market, world, 'read late', POLICY);
  const read = [...shortLived, readOnce];
  await Promise.all(read.map((productId) => market.product(productId)));
  await readByAll(market, readLate);

  await world.script('getItem', asked, [{ kind: 'hold' }]);
  const answer = market.tryProduct(asked);
  const wasHeld = await isHeld(world, 'getItem', asked, answer);
  await clock.advance(LATE_IN_LIFE_MS);
  await world.release('getItem', asked);
  const { kind } = await answer;
  // A process that has not read it before fetches it then, and its page is younger.
  const fetched = await fetches(world, readLate);
  await readByAll(market, readLate);
  const isAllOld = (await fetches(world, readLate)) === fetched;

  const old = [
    ...read,
    ...(isAllOld ? [readLate] : []),
    ...(wasHeld && kind === 'ok' ? [asked] : []),
  ];
  const revisions = await Promise.all(old.map((productId) => changeItem(world, productId)));
  await clock.advance(STALE_AT_MS + 1 - LATE_IN_LIFE_MS);
  await Promise.all(
    old.map(async (productId, index) => {
      const what = `A page (${productId}) that was asked for ${STALE_AT_MS + 1} ms ago`;
      holdRevision(await market.product(productId), revisions[index] ?? 1, what);
      hit('old');
    }),
  );
}

/** By what the catalogue does, and whether the page is asked for while it may still be shown. */
const FAILURES: readonly { name: string; away: Behaviour; isReadBetween: boolean }[] = [
  { name: 'failing', away: FAILING, isReadBetween: false },
  { name: 'failing and read', away: FAILING, isReadBetween: true },
  { name: 'silent', away: { kind: 'silence' }, isReadBetween: false },
];

async function holdRefusedWhileFailing(
  { hit }: CheckContext,
  market: Market,
  world: MarketWorld,
  clock: Clock,
): Promise<void> {
  const failing = await Promise.all(
    FAILURES.map(async ({ name, away, isReadBetween }) => {
      const productId = await listed(market, world, name, POLICY);
      await market.product(productId);
      await world.script('getItem', productId, [], away);
      return { productId, isReadBetween };
    }),
  );
  // Within staleWhileRevalidateMs a refresh fails; then only staleIfErrorMs is left.
  let passedMs = 0;
  for (const ageMs of [STALE_AT_MS - 1_000, STALE_AT_MS + 1_000]) {
    await clock.advance(ageMs - passedMs);
    passedMs = ageMs;
    const read = failing.filter(({ isReadBetween }) => isReadBetween);
    await Promise.all(read.map(({ productId }) => market.tryProduct(productId)));
  }
  const tooOldMs = POLICY.ttlMs + POLICY.staleIfErrorMs + 1;
  await clock.advance(tooOldMs - passedMs);
  await Promise.all(
    failing.map(async ({ productId }) => {
      const reply = await market.tryProduct(productId);
      hold(
        reply.kind === 'refused',
        `A page (${productId}) that was asked for ${tooOldMs} ms ago was answered while the catalogue had a problem; ttlMs and staleIfErrorMs are ${tooOldMs - 1} ms.`,
        'CATALOGUE_UNAVAILABLE',
        reply,
      );
      refusedWith('getProduct', reply, 'CATALOGUE_UNAVAILABLE');
      hit('old');
    }),
  );
}

export const boundedStaleness: readonly Check[] = [stalenessIsBounded];
