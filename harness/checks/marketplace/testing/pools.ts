/** The load balancer of the marketplace in memory: pools of backends, with each freedom as a switch and named defects to be found. */
import type {
  Backend,
  CompletePick,
  GetPool,
  PickBackend,
  PutPool,
  SetBackendHealth,
} from '../../../../spec/marketplace/messages.d.ts';
import { seededRandom } from '../../../load/seededRandom.ts';
import type { SystemAnswer } from '../../testing/inMemoryTarget.ts';
import type { Operations, PartOptions } from './operations.ts';
import type { PoolDefect } from './poolDefects.ts';

interface Member {
  readonly backendId: string;
  isHealthy: boolean;
  inFlight: number;
  /** In a row. */
  failures: number;
  /** When it failed out; undefined while requests flow. */
  failedAtMs: number | undefined;
  picks: number;
  /** Smoothed; undefined until a request has come back. */
  latencyUs: number | undefined;
}

interface PoolState {
  readonly config: Required<PutPool>;
  readonly members: readonly Member[];
  readonly picks: Map<string, Member>;
}

export function createPools({ defects, freedom, nowMs }: PartOptions): Operations {
  const has = (defect: PoolDefect): boolean => defects.has(defect);
  const pools = new Map<string, PoolState>();
  const random = seededRandom(1);
  let picked = 0;
  const done = new Set<string>();

  const state = ({ config }: PoolState, member: Member): Backend['state'] => {
    if (!member.isHealthy && !has('picks what is set unhealthy')) return 'unhealthy';
    if (member.failedAtMs === undefined) return 'closed';
    if (has('never tries what has failed')) return 'open';
    const openMs = has('tries what has failed too soon') ? config.openMs / 2 : config.openMs;
    return nowMs() >= member.failedAtMs + openMs ? 'half-open' : 'open';
  };

  const mayBePicked = (pool: PoolState, member: Member): boolean => {
    switch (state(pool, member)) {
      case 'closed':
        return true;
      case 'half-open':
        return member.inFlight === 0 || has('lets a crowd through half open');
      case 'open':
      case 'unhealthy':
        return false;
    }
  };

  /** Of two different ones. */
  const betterOfTwo = (from: readonly Member[]): Member | undefined => {
    const first = Math.floor(random() * from.length);
    const others = from.filter((_, index) => index !== first);
    const drawn = [from[first], others[Math.floor(random() * others.length)]];
    return least(
      drawn.filter((member) => member !== undefined),
      inFlightOf,
    );
  };

  const choose = (from: readonly Member[]): Member | undefined => {
    const probe = from.find((member) => member.failedAtMs !== undefined);
    if (probe && freedom('probing') !== 'in its turn') return probe;
    const drawn = (): Member | undefined => from[Math.floor(random() * from.length)];
    if (has('picks at random')) return drawn();
    if (has('picks the first that it may')) return from[0];
    if (has('picks in turn')) return from[picked % from.length];
    if (has('picks what was picked least')) return least(from, ({ picks }) => picks);
    switch (freedom('balancing')) {
      case 'better of two':
        return betterOfTwo(from);
      case 'least load and latency':
        return least(from, (member) => (member.inFlight + 1) * latencyOf(member, from));
      default:
        return least(from, inFlightOf);
    }
  };

  const settle = (pool: PoolState, member: Member, ok: boolean): void => {
    const wasProbe = state(pool, member) === 'half-open';
    if (ok || (wasProbe && has('takes a backend back after a failed probe'))) {
      if (!has('counts failures that are not in a row')) member.failures = 0;
      if (wasProbe && has('needs a second probe') && member.failures >= 0) {
        member.failures = -1;
        return;
      }
      member.failedAtMs = undefined;
      return;
    }
    member.failures += 1;
    const { failureThreshold } = pool.config;
    const fewer = has('leaves a backend after one failure fewer') ? 1 : 0;
    const isOut = wasProbe || member.failures >= failureThreshold - fewer;
    if (!isOut || has('keeps what fails')) return;
    if (wasProbe && has('tries again at once after a failed probe')) return;
    member.failedAtMs = nowMs();
  };

  const shown = (pool: PoolState): SystemAnswer => ({
    output: {
      poolId: pool.config.poolId,
      backends: pool.members.map((member) => ({
        backendId: member.backendId,
        inFlight: has('shows nothing in flight') ? 0 : member.inFlight,
        state: state(pool, member),
      })),
    },
  });

  const inPool = (
    { poolId }: { poolId: string },
    carryOut: (pool: PoolState) => SystemAnswer,
  ): SystemAnswer => {
    const pool = pools.get(poolId);
    return pool ? carryOut(pool) : { problem: { code: 'UNKNOWN_POOL' } };
  };

  return {
    putPool(input: PutPool) {
      const pool: PoolState = {
        config: { failureThreshold: 3, openMs: 10_000, ...input },
        members: input.backendIds.map(newMember),
        picks: new Map(),
      };
      pools.set(input.poolId, pool);
      return shown(pool);
    },
    getPool: (input: GetPool) => inPool(input, shown),
    pickBackend: (input: PickBackend) =>
      inPool(input, (pool) => {
        const allowed = pool.members.filter((member) => mayBePicked(pool, member));
        const anyAtAll = has('picks what has failed when nothing else is left') ? pool.members : [];
        const member = choose(allowed.length > 0 ? allowed : anyAtAll);
        if (!member && has('fails when no backend is left'))
          return { problem: { code: 'INTERNAL' } };
        if (!member) return { problem: { code: 'NO_BACKEND' } };
        const pickId = `pick-${(picked += 1)}`;
        pool.picks.set(pickId, member);
        member.picks += 1;
        member.inFlight += 1;
        const isStrange = has('picks a backend of another pool') && picked % 100 === 0;
        return { output: { pickId, backendId: isStrange ? 'stranger' : member.backendId } };
      }),
    completePick: ({ pickId, ok, latencyUs, ...input }: CompletePick) =>
      inPool(input, (pool) => {
        const member = pool.picks.get(pickId);
        if (!member) return { problem: { code: 'UNKNOWN_PICK' } };
        const output = { pickId, backendId: member.backendId };
        const isRepeated = done.has(pickId);
        if (isRepeated && freedom('completedTwice') === 'unknown') {
          return { problem: { code: 'UNKNOWN_PICK' } };
        }
        if (isRepeated && !has('counts a request that is completed twice')) return { output };
        done.add(pickId);
        if (!has('keeps in flight what is completed')) {
          member.inFlight = Math.max(0, member.inFlight - 1);
        }
        if (latencyUs !== undefined) {
          const before = member.latencyUs ?? latencyUs;
          member.latencyUs = before + (latencyUs - before) / 10;
        }
        settle(pool, member, ok);
        return { output };
      }),
    setBackendHealth: ({ backendId, healthy, ...input }: SetBackendHealth) =>
      inPool(input, (pool) => {
        const member = pool.members.find((candidate) => candidate.backendId === backendId);
        if (!member) return { problem: { code: 'UNKNOWN_BACKEND' } };
        member.isHealthy =
          healthy && (member.isHealthy || !has('never picks again what was unhealthy'));
        return shown(pool);
      }),
  };
}

function newMember(backendId: string): Member {
  return {
    ...{ backendId, isHealthy: true, inFlight: 0, failures: 0, failedAtMs: undefined },
    ...{ picks: 0, latencyUs: undefined },
  };
}

function inFlightOf({ inFlight }: Member): number {
  return inFlight;
}

/** What is not known yet is taken to be like the others. */
function latencyOf({ latencyUs }: Member, members: readonly Member[]): number {
  if (latencyUs !== undefined) return latencyUs;
  const known = members.flatMap((member) => member.latencyUs ?? []);
  return known.length === 0 ? 1 : known.reduce((sum, value) => sum + value, 0) / known.length;
}

function least(members: readonly Member[], by: (member: Member) => number): Member | undefined {
  return [...members].sort((a, b) => by(a) - by(b))[0];
}
