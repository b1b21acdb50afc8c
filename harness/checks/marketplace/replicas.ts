/** The nodes that hold copies of the stock: looked at, cut off and joined again, and waited for. */
import type { Reply } from '../kit/replies.ts';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Replicas } from '../../../spec/marketplace/messages.d.ts';
import { CouldNotRun, Violation } from '../check.ts';
import type { Market } from './market.ts';

export type Replica = Replicas['replicas'][number];

const POLL_MS = 20;

export async function replicasOf(market: Market, productId: string): Promise<Replica[]> {
  const { replicas } = await market.call<Replicas>('listReplicas', { productId });
  return replicas;
}

/** @throws CouldNotRun when there are too few to cut one off */
export async function nodesOf(market: Market, productId: string): Promise<Replica[]> {
  const replicas = await replicasOf(market, productId);
  if (replicas.length >= 3) return replicas;
  throw new CouldNotRun(
    `The stock has ${replicas.length} copies; the loss of a node can be borne with three or more.`,
  );
}

export async function cutOff(market: Market, nodeId: string): Promise<void> {
  await market.call('cutReplica', { nodeId, cut: true });
}

export async function join(market: Market, nodeId: string): Promise<void> {
  await market.call('cutReplica', { nodeId, cut: false });
}

/**
 * Sends it again while the answer is STORE_UNAVAILABLE, so long as another node may still have to take over.
 * @returns the first other answer, or the last
 */
export async function whenTakenOver<T>(
  takeOverMs: number,
  send: () => Promise<Reply<T>>,
): Promise<Reply<T>> {
  const untilMs = performance.now() + takeOverMs;
  for (;;) {
    const reply = await send();
    const isUnavailable = reply.kind === 'refused' && reply.problem.code === 'STORE_UNAVAILABLE';
    if (!isUnavailable || performance.now() > untilMs) return reply;
    await sleep(POLL_MS);
  }
}

/**
 * Looks until nothing is wrong any more.
 * @param look says what is wrong
 * @throws Violation with the last that is wrong when it stays so
 */
export async function within(
  boundMs: number,
  look: () => Promise<{ sentence: string; expected: unknown; actual: unknown } | undefined>,
): Promise<void> {
  const untilMs = performance.now() + boundMs;
  for (;;) {
    const wrong = await look();
    if (!wrong) return;
    if (performance.now() > untilMs) {
      const { sentence, expected, actual } = wrong;
      throw new Violation(`${boundMs / 1_000} s later ${sentence}`, expected, actual);
    }
    await sleep(POLL_MS);
  }
}

/** All copies are reached, have one version and so many available, and one node is the primary. */
export function converged(
  market: Market,
  productId: string,
  available: number,
  boundMs: number,
): Promise<void> {
  return within(boundMs, async () => {
    const replicas = await replicasOf(market, productId);
    const first = replicas[0];
    const isSame = replicas.every(
      (each) => each.reachable && each.version === first?.version && each.available === available,
    );
    if (isSame && replicas.filter(({ primary }) => primary).length === 1) return undefined;
    return {
      sentence: `the copies of a stock record should be reached, have one version, one primary and ${available} available.`,
      expected: available,
      actual: replicas,
    };
  });
}
