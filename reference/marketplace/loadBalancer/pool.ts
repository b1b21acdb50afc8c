/** One pool of backends: who gets the next request, and what the answers say about them. */
import type { Backend, PutPool } from '../../../spec/marketplace/messages.d.ts';
import { circuitBreaker } from './circuitBreaker.ts';
import type { CircuitBreaker } from './circuitBreaker.ts';

export interface Pool {
  /** Picks that are not completed. */
  readonly inFlight: number;
  view(): Backend[];
  /** Undefined when none may be picked. */
  pick(pickId: string): string | undefined;
  /** @returns the backend, also of what was completed before; undefined when the pool has no such pick */
  complete(pickId: string, ok: boolean): string | undefined;
  /** False when the pool has no such backend. */
  setHealth(backendId: string, healthy: boolean): boolean;
}

interface Member {
  readonly backendId: string;
  readonly breaker: CircuitBreaker;
  inFlight: number;
  /** The pick that tries it while it is half open. */
  probe: string | undefined;
}

interface Pick {
  readonly member: Member;
  readonly term: number;
}

/** What was completed so long ago is forgotten: completing it again is then an unknown pick. */
const COMPLETED_REMEMBERED = 100_000;

/** The spec's defaults. */
const FAILURE_THRESHOLD = 3;
const OPEN_MS = 10_000;

export function createPool(config: PutPool, nowMs: () => number, random: () => number): Pool {
  const { failureThreshold = FAILURE_THRESHOLD, openMs = OPEN_MS } = config;
  const members = config.backendIds.map((backendId): Member => {
    const breaker = circuitBreaker({ failureThreshold, openMs });
    return { backendId, breaker, inFlight: 0, probe: undefined };
  });
  const inFlight = new Map<string, Pick>();
  const completed = new Map<string, string>();

  function choose(): Member | undefined {
    const now = nowMs();
    const closed: Member[] = [];
    for (const member of members) {
      const state = member.breaker.state(now);
      // First of all, so that a backend that works again is back as soon as it can be.
      if (state === 'half-open' && member.probe === undefined) return member;
      if (state === 'closed') closed.push(member);
    }
    return lessLoadedOfTwo(closed, random);
  }

  return {
    get inFlight() {
      return inFlight.size;
    },
    view: () =>
      members.map(({ backendId, breaker, inFlight }) => {
        return { backendId, state: breaker.state(nowMs()), inFlight };
      }),
    pick(pickId) {
      const member = choose();
      if (!member) return undefined;
      member.inFlight++;
      member.probe = member.breaker.state(nowMs()) === 'half-open' ? pickId : undefined;
      inFlight.set(pickId, { member, term: member.breaker.term });
      return member.backendId;
    },
    complete(pickId, ok) {
      const pick = inFlight.get(pickId);
      if (!pick) return completed.get(pickId);
      const { member, term } = pick;
      inFlight.delete(pickId);
      remember(completed, pickId, member.backendId);
      member.inFlight--;
      if (member.probe === pickId) member.probe = undefined;
      if (term !== member.breaker.term) return member.backendId;
      if (ok) member.breaker.succeed();
      else member.breaker.fail(nowMs());
      return member.backendId;
    },
    setHealth(backendId, healthy) {
      const member = members.find((one) => one.backendId === backendId);
      member?.breaker.setHealthy(healthy);
      return member !== undefined;
    },
  };
}

/**
 * Of two different ones that are drawn at random the one with fewer in flight: the fullest of n is then about ln ln n above the mean,
 * where one drawn alone is far above it (Mitzenmacher, The Power of Two Choices, 2001).
 */
function lessLoadedOfTwo(members: readonly Member[], random: () => number): Member | undefined {
  if (members.length < 2) return members[0];
  const first = Math.floor(random() * members.length);
  const step = 1 + Math.floor(random() * (members.length - 1));
  const one = members[first]!;
  const other = members[(first + step) % members.length]!;
  return other.inFlight < one.inFlight ? other : one;
}

function remember(completed: Map<string, string>, pickId: string, backendId: string): void {
  completed.set(pickId, backendId);
  if (completed.size <= COMPLETED_REMEMBERED) return;
  // A map goes through its keys in the order in which they came.
  for (const oldest of completed.keys()) {
    completed.delete(oldest);
    return;
  }
}
