/** Ways in which bots walk: each step is legal, in whole millimetres, and the same for the same seed. */
import type { Map as WorldMap, Point } from '../../../spec/game/messages.d.ts';
import type { Random } from '../../load/seededRandom.ts';

export interface Step {
  readonly dx: number;
  readonly dy: number;
}

/** The next step from a place. */
export type Walk = (from: Point) => Step;

/** Where it is going: another place once it is there. */
const ARRIVED_MM = 500;
const FLOCK_SPREAD_MM = 4_000;
const HOTSPOT_RADIUS_MM = 3_000;

/** Towards a place anywhere in the world, and then towards another. */
export function randomWaypoint(random: Random, map: WorldMap, maxStepMm: number): Walk {
  return towardsTargets(() => anywhere(random, map), maxStepMm);
}

/** Of several who walk together: towards the same places, each a little beside the others. `leader` makes the places, shared by all. */
export function flock(random: Random, leader: () => Point, maxStepMm: number): Walk {
  const beside = { x: spread(random, FLOCK_SPREAD_MM), y: spread(random, FLOCK_SPREAD_MM) };
  return (from) => {
    const { x, y } = leader();
    return stepTowards(from, { x: x + beside.x, y: y + beside.y }, maxStepMm);
  };
}

/** Around one place, so that all meet there. */
export function hotspot(random: Random, centre: Point, maxStepMm: number): Walk {
  const near = (): Point => ({
    x: centre.x + spread(random, HOTSPOT_RADIUS_MM),
    y: centre.y + spread(random, HOTSPOT_RADIUS_MM),
  });
  return towardsTargets(near, maxStepMm);
}

export function anywhere(random: Random, { widthMm, heightMm }: WorldMap): Point {
  return { x: upTo(random, widthMm), y: upTo(random, heightMm) };
}

/** A whole number from 0 to max. */
export function upTo(random: Random, max: number): number {
  return Math.floor(random() * (max + 1));
}

/** At most maxStepMm long. */
export function stepTowards(from: Point, to: Point, maxStepMm: number): Step {
  const x = to.x - from.x;
  const y = to.y - from.y;
  const length = Math.hypot(x, y);
  if (length <= maxStepMm) return { dx: x, dy: y };
  // Cut off towards 0, it is not longer than the exact one. Adding 0 makes a 0 of -0.
  const cutOff = (part: number): number => Math.trunc((part * maxStepMm) / length) + 0;
  return { dx: cutOff(x), dy: cutOff(y) };
}

function towardsTargets(next: () => Point, maxStepMm: number): Walk {
  let target = next();
  return (from) => {
    if (Math.hypot(target.x - from.x, target.y - from.y) < ARRIVED_MM) target = next();
    return stepTowards(from, target, maxStepMm);
  };
}

function spread(random: Random, mm: number): number {
  return upTo(random, 2 * mm) - mm;
}
