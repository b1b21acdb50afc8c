/** GAME-AC-02: what is legal in simulated time is legal, however the network bunches it. */
import fc from 'fast-check';
import type { Command, Point } from '../../../spec/game/messages.d.ts';
import { seededRandom } from '../../load/seededRandom.ts';
import type { Check } from '../check.ts';
import { jittered, variedIntervals } from './bots.ts';
import { gameSession } from './gameSession.ts';
import { judgedMatch } from './judgedMatch.ts';
import { holdSpotless } from './refereed.ts';
import { anywhere, randomWaypoint, upTo } from './walks.ts';

const PLAYERS = 8;
const COMMANDS = 60;
const MAX_STEP_MM = 200;
/** Honest: nobody is shot at sooner after it has appeared. */
const FIRST_SHOT_SEQ = 12;
/** So many of one client in one tick are a bunch. */
const BUNCH = 3;
const MAP = { widthMm: 60_000, heightMm: 60_000, items: [] };

/** What an honest client makes, one command in each of its ticks, the first in tick 0. Shots are aimed far within range of where it believes itself to be. */
function honestTrace(seed: number, spawn: Point, fireIntervalTicks: number): Command[] {
  const random = seededRandom(seed);
  const walk = randomWaypoint(random, MAP, MAX_STEP_MM);
  const interval = variedIntervals(random, fireIntervalTicks, fireIntervalTicks + 6);
  let self = spawn;
  let nextShot = FIRST_SHOT_SEQ;
  return Array.from({ length: COMMANDS }, (_, tick): Command => {
    const seq = tick + 1;
    const step = walk(self);
    self = { x: self.x + step.dx, y: self.y + step.dy };
    if (seq < nextShot) return { seq, ...step };
    nextShot = seq + interval();
    const beside = { x: upTo(random, 4_000), y: upTo(random, 4_000) };
    const fire = { x: self.x + beside.x, y: self.y + beside.y, viewTick: tick };
    return { seq, ...step, fire };
  });
}

const jitterIsLegal: Check = {
  id: 'jitter-is-legal',
  isolation: 'shared',
  deadlineMs: 60_000,
  run: ({ property, hit }) =>
    property(
      fc.record({
        seed: fc.nat(0xffff_ffff),
        timeBankTicks: fc.constantFrom(4, 8, 16),
        fireIntervalTicks: fc.integer({ min: 1, max: 4 }),
      }),
      async ({ seed, timeBankTicks, fireIntervalTicks }, session) => {
        const random = seededRandom(seed);
        const match = await gameSession(session).match('jitter', {
          map: MAP,
          rules: {
            ...{ timeBankTicks, fireIntervalTicks, maxStepMm: MAX_STEP_MM },
            ...{ maxHp: 1_000_000, damage: 1 },
          },
        });
        const judged = judgedMatch(match);
        const arriving = new Map<string, Command[][]>();
        for (let index = 0; index < PLAYERS; index += 1) {
          const spawn = anywhere(random, MAP);
          const { id } = await judged.play(`p${index}`, spawn, { acknowledges: false });
          const jitter = { maxDelay: timeBankTicks, lost: index % 2 === 0 ? 0.05 : 0, resent: 0.2 };
          const made = honestTrace(seed + index, spawn, fireIntervalTicks);
          arriving.set(id, jittered(seed + index, made, jitter));
          hit('traces');
          hit('commands', made.length);
        }
        const ticks = Math.max(...[...arriving.values()].map(({ length }) => length));
        for (let tick = 0; tick < ticks; tick += 1) {
          const inputs = new Map<string, Command[]>();
          for (const [id, trace] of arriving) inputs.set(id, trace[tick] ?? []);
          hit('bunches', [...inputs.values()].filter(({ length }) => length >= BUNCH).length);
          await judged.tick(inputs);
        }
        await judged.tick();
        await holdSpotless(judged);
      },
      { runs: 5 },
    ),
};

export const jitterChecks: readonly Check[] = [jitterIsLegal];
