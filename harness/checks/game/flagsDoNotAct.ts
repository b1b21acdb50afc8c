/** GAME-AC-06: what statistics and behaviour find has no effect on the game. */
import fc from 'fast-check';
import type { Command, Rules } from '../../../spec/game/messages.d.ts';
import { seededRandom } from '../../load/seededRandom.ts';
import type { Check } from '../check.ts';
import { hold } from '../kit/hold.ts';
import { gameSession } from './gameSession.ts';
import type { GameSession } from './gameSession.ts';
import { judgedMatch } from './judgedMatch.ts';
import type { JudgedMatch } from './judgedMatch.ts';
import { holdAlike } from './twinRuns.ts';
import { holdView } from './view.ts';
import { upTo } from './walks.ts';

const CHEATS = ['ann', 'bob'];
const TARGET = { x: 54_000, y: 50_000 };
/** In the twin nothing is ever found. */
const FINDS: Rules = {
  ...{ minHits: 4, periodicShots: 4, reactionSample: 1, reactionFast: 1 },
};
const FINDS_NOTHING: Rules = {
  ...{ minHits: 10_000, periodicShots: 1_000, reactionSample: 1_000, reactionFast: 1_000 },
};
const TICKS_BEFORE = 36;
const TICKS_AFTER = 32;
const SHOT_EVERY = 3;

async function enter(game: GameSession, name: string, finds: Rules): Promise<JudgedMatch> {
  const rules = { ...{ maxHp: 400, damage: 10, respawnTicks: 3, fireIntervalTicks: 2 }, ...finds };
  const judged = judgedMatch(await game.match(name, { rules }));
  for (const id of CHEATS) await judged.play(id, { x: 50_000, y: 50_000 });
  await judged.play('target', TARGET);
  return judged;
}

const flagsDoNotAct: Check = {
  id: 'flags-do-not-act',
  isolation: 'shared',
  run: ({ property, hit }) =>
    property(
      fc.record({ seed: fc.nat(0xffff_ffff) }),
      async ({ seed }, session) => {
        const game = gameSession(session);
        const flagged = await enter(game, 'flagged', FINDS);
        const twin = await enter(game, 'unflagged', FINDS_NOTHING);
        const random = seededRandom(seed);
        for (let tick = 1; tick <= TICKS_BEFORE + TICKS_AFTER; tick += 1) {
          const inputs = new Map(CHEATS.map((id) => [id, [cheat(tick, upTo(random, 20))]]));
          const { state } = await flagged.tick(inputs);
          await twin.tick(inputs);
          for (const [index, player] of flagged.players.entries()) {
            const { rules } = flagged.match.parameters;
            hold(
              player.corrections.length === 0 && player.rejects.length === 0,
              `${player.id} is refused something that the rules allow.`,
              'no correction and no reject',
              [...player.corrections, ...player.rejects],
            );
            holdView(player.view!, state, player.id, rules);
            holdAlike(player, twin.players[index]!, 'what statistics and behaviour report');
          }
          if (tick === TICKS_BEFORE) {
            const reports = await flagged.match.reports();
            hit('flagged', new Set(reports.map(({ player }) => player)).size);
          }
          if (tick > TICKS_BEFORE) hit('ticksAfter');
        }
      },
      { runs: 2 },
    ),
};

/** Always at one interval, always at the head, and from the first tick of the target on. */
function cheat(seq: number, dy: number): Command {
  const fire = { ...TARGET, viewTick: seq - 1 };
  const isShot = seq % SHOT_EVERY === 2;
  return { seq, dx: (seq % 2) * 20 - 10, dy: dy - 10, ...(isShot && { fire }) };
}

export const flagChecks: readonly Check[] = [flagsDoNotAct];
