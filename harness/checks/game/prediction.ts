/** GAME-SEQ-02.b: a client that predicts its place is exactly right where nothing was refused. */
import fc from 'fast-check';
import type { Command, Point } from '../../../spec/game/messages.d.ts';
import type { Check } from '../check.ts';
import { hold } from '../kit/hold.ts';
import { gameSession } from './gameSession.ts';
import { openPlayer } from './player.ts';
import { playRound } from './rounds.ts';
import { cut } from './rules/geometry.ts';
import { SMALL_MAP } from './scripts.ts';

const MAX_DELAY = 6;

const plans = fc.record({
  // Near an edge, so that some of the moves are cut.
  spawn: fc.record({ x: fc.nat(400), y: fc.nat(SMALL_MAP.heightMm) }),
  commands: fc.array(
    fc.record({
      dx: fc.integer({ min: -141, max: 141 }),
      dy: fc.integer({ min: -141, max: 141 }),
      /** How many ticks after the command before it at the earliest. */
      stall: fc.oneof(
        { arbitrary: fc.constant(0), weight: 3 },
        { arbitrary: fc.integer({ min: 1, max: MAX_DELAY }), weight: 1 },
      ),
      skips: fc.oneof(
        { arbitrary: fc.constant(0), weight: 4 },
        { arbitrary: fc.nat(3), weight: 1 },
      ),
    }),
    { minLength: 20, maxLength: 40, size: 'max' },
  ),
});

interface Made extends Command {
  /** The tick in which it arrives, and whether that is later than it was made. */
  readonly arrives: number;
  readonly isDelayed: boolean;
}

const predictionReconciles: Check = {
  id: 'prediction-reconciles',
  isolation: 'shared',
  run: ({ property, hit }) =>
    property(
      plans,
      async ({ spawn, commands }, session) => {
        const match = await gameSession(session).match('predict', {
          map: { ...SMALL_MAP, items: [] },
        });
        const ann = await openPlayer(await match.join('ann', spawn));
        await playRound(match, [ann]);
        const made = delayed(commands);
        const last = Math.max(...made.map(({ arrives }) => arrives));
        for (let tick = 2; tick <= last; tick += 1) {
          const now = made.filter(({ arrives }) => arrives === tick);
          await playRound(match, [ann], new Map([['ann', now.map(commandOf)]]));
        }
        // What is refused is told by the next tick.
        await playRound(match, [ann]);
        const refused = new Set(
          ann.corrections.flatMap(({ rejected }) => rejected.map(({ seq }) => seq)),
        );
        const views = [...ann.views.values()];
        for (const [index, from] of views.entries()) {
          const to = views[index + 1];
          if (!to) break;
          // From each snapshot to that which confirms the next commands, and to the last one.
          for (const confirming of new Set([to, views.at(-1)!])) {
            const { lastInputSeq } = confirming;
            const open = made.filter(({ seq }) => seq > from.lastInputSeq && seq <= lastInputSeq);
            const start = from.players.get('ann');
            const end = confirming.players.get('ann');
            if (!start || !end || open.length === 0) continue;
            if (open.some(({ seq }) => refused.has(seq))) continue;
            const place = open.reduce(move, { x: start.x, y: start.y });
            const seqs = open.map(({ seq }) => seq).join(', ');
            hold(
              place.x === end.x && place.y === end.y,
              `From ann's snapshot of tick ${from.tick} and its commands ${seqs}, of which none was refused, its place is (${place.x}, ${place.y}); the snapshot of tick ${confirming.tick}, which confirms them, has (${end.x}, ${end.y}).`,
              place,
              end,
            );
            hit('predictions');
            if (open.some(({ isDelayed }) => isDelayed)) hit('delayed');
          }
        }
      },
      { runs: 5 },
    ),
};

/** One command made in each tick, arriving in order and at most MAX_DELAY ticks later. */
function delayed(
  commands: readonly { dx: number; dy: number; stall: number; skips: number }[],
): Made[] {
  let seq = 0;
  let arrives = 0;
  return commands.map(({ dx, dy, stall, skips }, index) => {
    const madeIn = index + 2;
    seq += 1 + skips;
    const late = Math.min(Math.max(arrives, madeIn + stall), madeIn + MAX_DELAY);
    arrives = Math.max(arrives, late);
    return { seq, dx, dy, arrives, isDelayed: arrives > madeIn };
  });
}

function commandOf({ seq, dx, dy }: Made): Command {
  return { seq, dx, dy };
}

function move({ x, y }: Point, { dx, dy }: Made): Point {
  return { x: cut(x + dx, SMALL_MAP.widthMm), y: cut(y + dy, SMALL_MAP.heightMm) };
}

export const predictionChecks: readonly Check[] = [predictionReconciles];
