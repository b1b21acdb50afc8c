/** Orders whose charges wait at the payment service while others come. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Order, PlaceOrder } from '../../../spec/marketplace/messages.d.ts';
import type { JsonObject } from '../../target/target.ts';
import { hold } from '../kit/hold.ts';
import type { Reply } from '../kit/replies.ts';
import { together } from '../kit/together.ts';
import type { Market } from './market.ts';
import { paidWith, preparePurchase } from './purchases.ts';
import type { Purchase } from './purchases.ts';
import type { MarketWorld } from './worldQuestions.ts';

/** The payment service has a second: what is held longer is no longer waited for. */
const MAX_HELD_MS = 800;
/** From the first request on, for a system that reaches the payment service late. */
const MAX_JAM_MS = 5_000;
const POLL_MS = 5;
/** Of an order that is told that something else changed its reservation. */
const MAX_CONFLICTS = 100;

export interface Jam {
  /** Answered while the others waited. */
  readonly refused: readonly Jammed[];
  /** Not answered before the release. */
  readonly waiting: readonly Jammed[];
  /** The most that were with the payment service at once. */
  readonly mostHeld: number;
  /** How long the charges can still be held. */
  leftMs(): number;
  /** Lets the payment service answer, and waits for all replies. */
  release(): Promise<void>;
}

export interface Jammed {
  readonly purchase: Purchase;
  readonly reply: Promise<Reply<Order>>;
}

/**
 * Sends `count` orders at once under maxOrdersInProgress `limit`, and waits until those that are not with the payment service are answered.
 * @throws Violation when more than `limit` have not been answered in the time that the payment service has
 */
export async function jam(
  market: Market,
  world: MarketWorld,
  { count, limit }: { count: number; limit: number },
): Promise<Jam> {
  const methodId = market.id('jam');
  const purchases = await together(count, async (index) =>
    paidWith(await preparePurchase(market, `jam${index}`), methodId),
  );
  await market.call('putAdmission', { maxOrdersInProgress: limit });
  await world.script('createCharge', methodId, [], { kind: 'hold' });
  const answered = new Set<Jammed>();
  const orders = purchases.map((purchase): Jammed => {
    const jammed = { purchase, reply: placeOnce(market, purchase.request) };
    const note = (): void => void answered.add(jammed);
    jammed.reply.then(note, note);
    return jammed;
  });
  let mostHeld = 0;
  let untilMs = Infinity;
  const startedMs = performance.now();
  for (;;) {
    const held = await world.held('createCharge', methodId);
    mostHeld = Math.max(mostHeld, held);
    if (held > 0) untilMs = Math.min(untilMs, performance.now() + MAX_HELD_MS);
    const isJammed = held > 0 && orders.length - answered.size <= held;
    const isOver = performance.now() > Math.min(untilMs, startedMs + MAX_JAM_MS);
    if (isJammed || isOver || answered.size === orders.length) break;
    await sleep(POLL_MS);
  }
  const waiting = orders.filter((jammed) => !answered.has(jammed));
  const refused = orders.filter((jammed) => answered.has(jammed));
  const release = async (): Promise<void> => {
    await world.release('createCharge', methodId);
    await world.script('createCharge', methodId, []);
    await Promise.all(orders.map(({ reply }) => reply));
  };
  if (waiting.length > limit) await release();
  hold(
    waiting.length <= limit,
    `With maxOrdersInProgress ${limit}, ${waiting.length} orders had no answer ${MAX_HELD_MS} ms after the first was with the payment service: those beyond the limit are to be refused at once.`,
    limit,
    waiting.length,
  );
  const leftMs = (): number =>
    Number.isFinite(untilMs) ? Math.max(0, untilMs - performance.now()) : 0;
  return { refused, waiting, mostHeld, leftMs, release };
}

/** A refusal with OVERLOADED is what is looked for. */
async function placeOnce({ session }: Market, request: PlaceOrder): Promise<Reply<Order>> {
  for (let conflicts = 0; ; conflicts += 1) {
    const answer = await session.attempt('placeOrder', request as unknown as JsonObject);
    if (answer.kind === 'ok') return { ...answer, output: answer.output as unknown as Order };
    if (answer.problem.code !== 'CONFLICT_RETRY' || conflicts >= MAX_CONFLICTS) return answer;
    await sleep(POLL_MS);
  }
}
