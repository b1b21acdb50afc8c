/** What became of commands, and what a stock record counts: each finding is one sentence. */
import type { Stock } from '../../../spec/marketplace/messages.d.ts';
import { hold, sameJson } from '../kit/hold.ts';
import type { Reply } from '../kit/replies.ts';
import type { Market } from './market.ts';

/** `ok`, or the code of the refusal. */
export function codeOf(reply: Reply<unknown>): string {
  return reply.kind === 'ok' ? 'ok' : reply.problem.code;
}

/** What a reply or a refusal says, to be compared as JSON. */
export function bodyOf(reply: Reply<unknown>): unknown {
  return reply.kind === 'ok' ? reply.output : reply.problem;
}

/**
 * The outputs of those that were carried out; the others have to be refused with `code`.
 * @throws Violation for another refusal
 */
export function outputsOf<T>(replies: readonly Reply<T>[], code: string, what: string): T[] {
  const odd = replies.find((reply) => codeOf(reply) !== 'ok' && codeOf(reply) !== code);
  hold(
    odd === undefined,
    `${what}: those that are too many should be refused with ${code}, but one is refused with ${odd && codeOf(odd)}.`,
    code,
    odd && bodyOf(odd),
  );
  return replies.flatMap((reply) => (reply.kind === 'ok' ? [reply.output] : []));
}

/** In units. */
export type Counts = Pick<Stock, 'onHand' | 'available' | 'held' | 'confirmed' | 'shipped'>;

export function countsOf({ onHand, available, held, confirmed, shipped }: Stock): Counts {
  return { onHand, available, held, confirmed, shipped };
}

/** What nothing but `held` and `confirmed` units of `onHand` leave. */
export function counted(counts: Partial<Omit<Counts, 'available'>> & { onHand: number }): Counts {
  const { onHand, held = 0, confirmed = 0, shipped = 0 } = counts;
  return { onHand, available: onHand - held - confirmed, held, confirmed, shipped };
}

function told({ onHand, available, held, confirmed, shipped }: Counts): string {
  return `${onHand} on hand, ${available} available, ${held} held, ${confirmed} confirmed, ${shipped} shipped`;
}

/** Reads the stock. @throws Violation when it does not count what is expected */
export async function holdCounts(
  market: Market,
  productId: string,
  expected: Counts,
  after: string,
): Promise<Stock> {
  const stock = await market.stock(productId);
  const actual = countsOf(stock);
  hold(
    sameJson(actual, expected),
    `After ${after} the stock should be ${told(expected)}; it is ${told(actual)}.`,
    expected,
    actual,
  );
  return stock;
}
