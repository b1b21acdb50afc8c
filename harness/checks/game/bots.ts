/** Clients as the anti-cheat checks need them: what they send tick by tick, the same for the same seed, and labelled. */
import type { Command, PlayerId, Point } from '../../../spec/game/messages.d.ts';
import { seededRandom } from '../../load/seededRandom.ts';
import type { Random } from '../../load/seededRandom.ts';
import { upTo } from './walks.ts';
import type { Walk } from './walks.ts';

/** What a bot sees before it makes its next command. */
export interface Look {
  /** Of the newest snapshot. */
  readonly tick: number;
  readonly self: Point;
  /** Whom it could shoot at, with their places at `tick`. */
  readonly targets: readonly (Point & {
    readonly id: PlayerId;
    /** The tick in which it appeared. */
    readonly since: number;
  })[];
}

/** Makes the command of one tick of its client: seq 1, 2, 3 ... */
export type Bot = (look: Look) => Command;

/** @param firesAt whom to shoot at in this tick of the client (its seq), if at anybody, with the point */
export function bot(walk: Walk, firesAt: (seq: number, look: Look) => Point | undefined): Bot {
  let seq = 0;
  return (look) => {
    seq += 1;
    const point = firesAt(seq, look);
    const fire = point && { x: point.x, y: point.y, viewTick: look.tick };
    return { seq, ...walk(look.self), ...(fire && { fire }) };
  };
}

/** Shoots at intervals that differ from one to the next, at bodies more than at heads. `honest` timing in the sense of rules.md. */
export function honestShooter(seed: number, walk: Walk, fireIntervalTicks: number): Bot {
  const random = seededRandom(seed);
  const intervals = variedIntervals(random, fireIntervalTicks + 1, fireIntervalTicks + 9);
  return shooterWith(random, walk, intervals, false);
}

/** Fires whenever the weapon can: periodic, and honest. */
export function heldTrigger(seed: number, walk: Walk, fireIntervalTicks: number): Bot {
  return shooterWith(seededRandom(seed), walk, () => fireIntervalTicks, false);
}

/** Keeps one interval, longer than the weapon's. */
export function periodicBot(seed: number, walk: Walk, interval: number): Bot {
  return shooterWith(seededRandom(seed), walk, () => interval, false);
}

/** Shoots at each life of a target once, so many ticks after it appeared: what a first hit's reaction is made of. */
export function reactingBot(walk: Walk, fireIntervalTicks: number, delayTicks: () => number): Bot {
  const due = new Map<string, number>();
  const done = new Set<string>();
  let next = 1;
  return bot(walk, (seq, { tick, targets }) => {
    const ready = targets.find((target) => {
      const life = `${target.id} ${target.since}`;
      if (!due.has(life)) due.set(life, target.since + delayTicks());
      return !done.has(life) && tick >= due.get(life)!;
    });
    if (seq < next || !ready) return undefined;
    done.add(`${ready.id} ${ready.since}`);
    next = seq + fireIntervalTicks;
    return aimAt(ready, false);
  });
}

function shooterWith(random: Random, walk: Walk, interval: () => number, atHead: boolean): Bot {
  let next = 1;
  return bot(walk, (seq, { targets }) => {
    const target = targets[upTo(random, Math.max(targets.length - 1, 0))];
    if (seq < next || !target) return undefined;
    next = seq + interval();
    return aimAt(target, atHead);
  });
}

/** No two in a row are equal. */
export function variedIntervals(random: Random, min: number, max: number): () => number {
  let last = 0;
  return () => {
    let interval = min + upTo(random, max - min);
    if (interval === last) interval = interval === max ? min : interval + 1;
    return (last = interval);
  };
}

/** With the default parameters: within headRadiusMm, or between it and hitRadiusMm. Keeps within the world's lower bounds. */
const BODY_OFF_MM = 300;
export function aimAt({ x, y }: Point, atHead: boolean): Point {
  if (atHead) return { x, y };
  return { x: x >= BODY_OFF_MM ? x - BODY_OFF_MM : x + BODY_OFF_MM, y };
}

/** Of GAME-AC-03: which of its 60 hits are head hits. */
export interface LabelledTrace {
  readonly label: 'honest' | 'cheat';
  readonly share: number;
  readonly heads: readonly boolean[];
}

const TRACE_HITS = 60;
const SHARES = { honest: [0.1, 0.25], cheat: [0.5, 0.9] } as const;

export function labelledTrace(seed: number, label: LabelledTrace['label']): LabelledTrace {
  const random = seededRandom(seed);
  const [low, high] = SHARES[label];
  const share = low + random() * (high - low);
  return { label, share, heads: Array.from({ length: TRACE_HITS }, () => random() < share) };
}

/**
 * What a network that delays, resends and loses makes of a client's commands: for each tick what arrives in it. Each command is made in
 * its own tick (the first in tick 0), arrives at most `maxDelay` ticks later or is lost, and some come again. The order within a tick is
 * the network's too.
 */
export interface Jitter {
  readonly maxDelay: number;
  /** Share of commands that never arrive. */
  readonly lost: number;
  /** Share of those that arrive and come once more, up to maxDelay later. */
  readonly resent: number;
}

export function jittered<T>(
  seed: number,
  made: readonly T[],
  { maxDelay, lost, resent }: Jitter,
): T[][] {
  const random = seededRandom(seed);
  const arrivals: { at: number; order: number; command: T }[] = [];
  let stalledUntil = 0;
  for (const [tick, command] of made.entries()) {
    // A stall holds back all that is sent during it: that is what makes a bunch.
    if (stalledUntil < tick && random() < 0.2) stalledUntil = tick + upTo(random, maxDelay);
    const at = Math.max(tick, stalledUntil);
    if (random() < lost) continue;
    arrivals.push({ at, order: random(), command });
    if (random() < resent) {
      arrivals.push({ at: at + upTo(random, maxDelay), order: random(), command });
    }
  }
  const end = Math.max(made.length, ...arrivals.map(({ at }) => at + 1));
  const ticks: T[][] = Array.from({ length: end }, () => []);
  for (const { at, command } of arrivals.toSorted((a, b) => a.at - b.at || a.order - b.order)) {
    ticks[at]!.push(command);
  }
  return ticks;
}
