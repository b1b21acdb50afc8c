/** A pool of backends that a check drives. */
import { refusedWith } from '../kit/replies.ts';
import type { Reply } from '../kit/replies.ts';
import type {
  Backend,
  Pick as PickReply,
  Pool,
  PutPool,
} from '../../../spec/marketplace/messages.d.ts';
import { Violation } from '../check.ts';
import type { Market } from './market.ts';

/** A backend with nothing in flight, among others that fill up, is picked long before so many picks. */
const MAX_PICKS = 200;

export interface DrivenPool {
  readonly poolId: string;
  tryPick(): Promise<Reply<PickReply>>;
  /** A Violation unless a backend is picked. */
  pick(): Promise<PickReply>;
  complete(pick: PickReply, ok: boolean, latencyUs?: number): Promise<void>;
  /** Once more: whether the pick is still known is free. */
  completeAgain(pick: PickReply, ok: boolean): Promise<void>;
  /** So many picks that stay in flight. */
  picks(count: number): Promise<PickReply[]>;
  /** Picks until the backend is, and completes the others; the one pick stays in flight. A Violation when it is not picked at all. */
  pickOf(backendId: string): Promise<PickReply>;
  /** A request to the backend, and how it went. */
  serve(backendId: string, ok: boolean): Promise<void>;
  setHealth(backendId: string, healthy: boolean): Promise<void>;
  backends(): Promise<Backend[]>;
  backend(backendId: string): Promise<Backend>;
}

/** @param onPick told of each pick that is given */
export async function drivePool(
  market: Market,
  config: Omit<PutPool, 'poolId'>,
  onPick: () => void = () => undefined,
): Promise<DrivenPool> {
  const poolId = market.freshKey();
  await market.call<Pool>('putPool', { ...config, poolId });

  const backends = async (): Promise<Backend[]> =>
    (await market.call<Pool>('getPool', { poolId })).backends;
  const tryPick = async (): Promise<Reply<PickReply>> => {
    const reply = await market.attempt<PickReply>('pickBackend', { poolId });
    if (reply.kind === 'ok') onPick();
    return reply;
  };
  const pick = async (): Promise<PickReply> => {
    const reply = await tryPick();
    if (reply.kind === 'ok') return reply.output;
    throw new Violation(
      `A backend may be picked, and a pick was refused with ${reply.problem.code}.`,
      'a backend',
      reply.problem,
    );
  };
  const complete: DrivenPool['complete'] = async ({ pickId }, ok, latencyUs) =>
    void (await market.call('completePick', {
      ...{ poolId, pickId, ok },
      ...(latencyUs !== undefined && { latencyUs }),
    }));
  const pickOf = async (backendId: string): Promise<PickReply> => {
    const others: PickReply[] = [];
    for (let tried = 0; tried < MAX_PICKS; tried += 1) {
      const picked = await pick();
      if (picked.backendId === backendId) {
        for (const other of others) await complete(other, true);
        return picked;
      }
      others.push(picked);
    }
    throw new Violation(
      `${backendId} may be picked and has nothing in flight, and was not picked in ${MAX_PICKS} picks that stayed in flight elsewhere.`,
      backendId,
      await backends(),
    );
  };

  return {
    ...{ poolId, tryPick, pick, complete, pickOf },
    async completeAgain({ pickId }, ok) {
      const again = await market.attempt('completePick', { poolId, pickId, ok });
      if (again.kind === 'refused') refusedWith('completePick, again,', again, 'UNKNOWN_PICK');
    },
    async picks(count) {
      const picked: PickReply[] = [];
      for (let index = 0; index < count; index += 1) picked.push(await pick());
      return picked;
    },
    async serve(backendId, ok) {
      await complete(await pickOf(backendId), ok);
    },
    setHealth: async (backendId, healthy) =>
      void (await market.call('setBackendHealth', { poolId, backendId, healthy })),
    backends,
    async backend(backendId) {
      const known = await backends();
      const found = known.find((backend) => backend.backendId === backendId);
      if (found) return found;
      throw new Violation(`getPool does not show the backend ${backendId}.`, backendId, known);
    },
  };
}
