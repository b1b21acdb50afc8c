/** GAME-CONF-02: a shot hits what its shooter saw, within bounds. */
import fc from 'fast-check';
import type { Command, PlayerState, Point } from '../../../spec/game/messages.d.ts';
import { seededRandom } from '../../load/seededRandom.ts';
import type { Random } from '../../load/seededRandom.ts';
import type { Check } from '../check.ts';
import { hold } from '../kit/hold.ts';
import { gameSession } from './gameSession.ts';
import type { GameSession, Match } from './gameSession.ts';
import { openPlayer } from './player.ts';
import type { Player } from './player.ts';
import { playRound } from './rounds.ts';
import { upTo } from './walks.ts';
import type { Step } from './walks.ts';

/** Places of two ticks are farther apart than a shot may miss by. */
const STEP_MM = 200;
const HIT_RADIUS_MM = 90;
const MAX_HP = 100_000;

/** A target that walks for ever, a shooter that stands, and where the target was. */
interface Range {
  readonly match: Match;
  readonly rewindTicks: number;
  /** The target at the end of each tick that it was there. */
  readonly target: ReadonlyMap<number, PlayerState>;
  /** How it walks in the next tick. */
  planned(): Step;
  /** The target walks on while the shooter shoots, or does not. @returns by how much the target was hurt */
  shoot(at?: Point & { readonly viewTick: number }): Promise<number>;
  readonly shooter: Player;
}

async function openRange(game: GameSession, random: Random, rewindTicks: number): Promise<Range> {
  const match = await game.match('range', {
    rules: {
      ...{ rewindTicks, maxHp: MAX_HP, damage: 7, fireIntervalTicks: 1 },
      ...{ hitRadiusMm: HIT_RADIUS_MM, headRadiusMm: 30, weaponRangeMm: 100_000 },
    },
  });
  const shooter = await openPlayer(await match.join('shooter', { x: 50_000, y: 40_000 }));
  const walker = await openPlayer(await match.join('target', { x: 50_000, y: 50_000 }));
  const past = new Map<number, PlayerState>();
  let seq = 0;
  // Mostly on, sometimes across, never back: the places of two ticks are never near each other.
  const nextStep = (): Step => (random() < 0.8 ? { dx: STEP_MM, dy: 0 } : { dx: 0, dy: STEP_MM });
  let planned = nextStep();
  const shoot: Range['shoot'] = async (fire) => {
    seq += 1;
    const before = past.get(match.tick)?.hp ?? MAX_HP;
    const step = planned;
    planned = nextStep();
    const commands: [string, Command[]][] = [
      ['target', [{ seq, ...step }]],
      ['shooter', [{ seq, dx: 0, dy: 0, ...(fire && { fire }) }]],
    ];
    await playRound(match, [shooter, walker], new Map(commands));
    const { tick, players } = await match.state();
    const now = players.find(({ id }) => id === 'target')!;
    past.set(tick, now);
    return before - now.hp;
  };
  await playRound(match, [shooter, walker]);
  for (let tick = 0; tick <= rewindTicks; tick += 1) await shoot();
  return { match, rewindTicks, target: past, planned: () => planned, shoot, shooter };
}

/** Within the hit radius, up to exactly at it. */
function near({ x, y }: Point, random: Random): Point {
  const beside = [0, 20, 60, HIT_RADIUS_MM][upTo(random, 3)]!;
  return random() < 0.5 ? { x, y: y - beside } : { x: x - beside, y };
}

const ranges = fc.record({
  seed: fc.nat(0xffff_ffff),
  rewindTicks: fc.integer({ min: 2, max: 8 }),
});

const hitsTheSeenPlace: Check = {
  id: 'hits-the-seen-place',
  isolation: 'shared',
  run: ({ property, hit }) =>
    property(
      ranges,
      async ({ seed, rewindTicks }, session) => {
        const random = seededRandom(seed);
        const range = await openRange(gameSession(session), random, rewindTicks);
        const { match, target, shoot } = range;
        for (let shots = 0; shots < 8; shots += 1) {
          // The shot is evaluated in the next tick: its oldest one is rewindTicks before that.
          const evaluated = match.tick + 1;
          const viewTick = evaluated - 1 - upTo(random, rewindTicks - 1);
          const seen = target.get(viewTick)!;
          const lost = await shoot({ ...near(seen, random), viewTick });
          hold(
            lost > 0,
            `A shot of tick ${evaluated} at where the target was at tick ${viewTick}, which its viewTick names, does not hit; rewindTicks is ${rewindTicks}.`,
            'a hit',
            target.get(match.tick),
          );
          hit('hits');
          await holdMiss(random, range);
          hit('misses');
        }
      },
      { runs: 4 },
    ),
};

/** At where the target is now, before or after its move, which is not where it was; or a millimetre beyond the radius of where it was. */
async function holdMiss(
  random: Random,
  { match, target, planned, shoot, rewindTicks }: Range,
): Promise<void> {
  const evaluated = match.tick + 1;
  const now = target.get(match.tick)!;
  const viewTick = evaluated - 2 - upTo(random, rewindTicks - 2);
  const seen = target.get(viewTick)!;
  const { dx, dy } = planned();
  const points: Point[] = [
    { x: now.x, y: now.y },
    { x: now.x + dx, y: now.y + dy },
    { x: seen.x - HIT_RADIUS_MM - 1, y: seen.y },
  ];
  const point = points[upTo(random, points.length - 1)]!;
  const lost = await shoot({ ...point, viewTick });
  hold(
    lost === 0,
    `A shot of tick ${evaluated} with viewTick ${viewTick} hits, where the target was not near its point at that tick.`,
    { point, seen },
    `${lost} hit points lost`,
  );
}

const rewindIsBounded: Check = {
  id: 'rewind-is-bounded',
  isolation: 'shared',
  run: ({ property, hit }) =>
    property(
      ranges,
      async ({ seed, rewindTicks }, session) => {
        const random = seededRandom(seed);
        const { match, target, shoot } = await openRange(gameSession(session), random, rewindTicks);
        for (let more = 0; more < 6; more += 1) await shoot();
        for (let shots = 0; shots < 4; shots += 1) {
          const first = Math.min(...target.keys());
          for (const isSeen of [true, false]) {
            const bound = match.tick + 1 - rewindTicks;
            // Any older one, tick 0 too; the place is that of the bound, or of the tick that was named.
            const viewTick = isSeen
              ? upTo(random, bound - 1)
              : first + upTo(random, bound - first - 1);
            const place = target.get(isSeen ? bound : viewTick)!;
            const lost = await shoot({ x: place.x, y: place.y, viewTick });
            hold(
              lost > 0 === isSeen,
              isSeen
                ? `A shot with viewTick ${viewTick}, older than rewindTicks (${rewindTicks}), does not hit at where the target was at tick ${bound}.`
                : `A shot with viewTick ${viewTick}, older than rewindTicks (${rewindTicks}) before tick ${bound + rewindTicks}, hits at where the target was then.`,
              isSeen ? 'a hit' : 'none',
              `${lost} hit points lost`,
            );
            hit('forged');
          }
        }
      },
      { runs: 4 },
    ),
};

const futureTick: Check = {
  id: 'future-tick',
  isolation: 'shared',
  run: ({ property, hit }) =>
    property(
      ranges,
      async ({ seed, rewindTicks }, session) => {
        const random = seededRandom(seed);
        const { match, target, shoot, shooter } = await openRange(
          gameSession(session),
          random,
          rewindTicks,
        );
        for (const ahead of [0, 1, rewindTicks, 1_000, 2 ** 40, 0]) {
          const evaluated = match.tick + 1;
          const { x, y } = target.get(match.tick)!;
          // Where it is; where it will be, if it walks on; the tick itself is not over while it is evaluated.
          const point = ahead === 1 ? { x: x + STEP_MM, y } : { x, y };
          const lost = await shoot({ ...point, viewTick: evaluated + ahead });
          hold(
            lost === 0,
            `A shot of tick ${evaluated} with viewTick ${evaluated + ahead} hits.`,
            'FUTURE_TICK',
            `${lost} hit points lost`,
          );
          await shoot();
          const refused = shooter.corrections.filter(({ tick }) => tick === evaluated);
          hold(
            refused.some(({ rejected }) => rejected.some(({ code }) => code === 'FUTURE_TICK')),
            `A shot of tick ${evaluated} with viewTick ${evaluated + ahead} is not refused FUTURE_TICK.`,
            'a correction with FUTURE_TICK',
            refused,
          );
          hit('refused');
        }
      },
      { runs: 3 },
    ),
};

export const lagChecks: readonly Check[] = [hitsTheSeenPlace, rewindIsBounded, futureTick];
