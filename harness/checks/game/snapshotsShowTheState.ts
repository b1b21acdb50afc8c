/** GAME-AUTH-03: what a snapshot shows is what getState answers of its tick. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Snapshot, State } from '../../../spec/game/messages.d.ts';
import type { Check } from '../check.ts';
import { gameSession } from './gameSession.ts';
import type { Match } from './gameSession.ts';
import { openPlayer } from './player.ts';
import type { Player } from './player.ts';
import { playRound } from './rounds.ts';
import { openScript, scriptInputs, scripts } from './scripts.ts';
import { holdMembers } from './view.ts';

const snapshotsShowTheState: Check = {
  id: 'snapshots-show-the-state',
  isolation: 'shared',
  run: ({ property, hit }) =>
    property(
      scripts({ players: 4, ticks: 24, actionsATick: 6 }),
      async (script, session) => {
        const judged = await openScript(gameSession(session), script);
        const nextSeq = new Map<string, number>();
        for (const done of script.ticks) {
          const { state } = await judged.tick(scriptInputs(script, done, judged.world, nextSeq));
          for (const player of judged.players) {
            const view = player.views.get(state.tick);
            if (!view) continue;
            hit('members', holdMembers(view, state, player.id));
            hit('snapshots');
          }
        }
      },
      { runs: 6 },
    ),
};

const TICKS = 32;
const TICK_RATE = 30;
/** Of a match that advances by itself: many times what its ticks take. */
const MAX_REAL_TIME_MS = 20_000;
const PAUSE_MS = 20;

/** Asks for the state of each snapshot as soon as it has come. */
function asker(match: Match) {
  const asked: Promise<{ tick: number; state: State }>[] = [];
  const onSnapshot = ({ tick }: Snapshot): void => {
    const answer = match.state(tick).then((state) => ({ tick, state }));
    // It is awaited below: until then a refusal is not unhandled.
    answer.catch(() => undefined);
    asked.push(answer);
  };
  return { asked, onSnapshot };
}

/** @returns how many snapshots had their state answered */
async function holdAnswered({ asked }: ReturnType<typeof asker>, player: Player): Promise<number> {
  const answers = await Promise.all(asked);
  for (const { tick, state } of answers) {
    const view = player.views.get(tick);
    if (view) holdMembers(view, state, player.id);
  }
  return answers.length;
}

const stateBeforeSnapshot: Check = {
  id: 'state-before-snapshot',
  isolation: 'shared',
  async run({ session, hit }) {
    const game = gameSession(session());
    const spawn = { x: 50_000, y: 50_000 };

    const virtual = await game.match('virtual');
    const inVirtual = asker(virtual);
    const ann = await openPlayer(await virtual.join('ann', spawn), inVirtual);
    for (let seq = 1; seq <= TICKS / 2; seq += 1) {
      await playRound(virtual, [ann], new Map([['ann', [{ seq, dx: 10, dy: 0 }]]]));
    }
    // Many ticks of one step, each with a snapshot while later ones are still made.
    await playRound(virtual, [ann], new Map(), TICKS / 2);
    hit('virtual', await holdAnswered(inVirtual, ann));

    const realTime = await game.match('real-time', { mode: 'real-time', tickRate: TICK_RATE });
    try {
      const inRealTime = asker(realTime);
      const bob = await openPlayer(await realTime.join('bob', spawn), inRealTime);
      const deadlineMs = performance.now() + MAX_REAL_TIME_MS;
      for (let seq = 1; inRealTime.asked.length < TICKS; seq += 1) {
        bob.send([{ seq, dx: 10, dy: 0 }]);
        await bob.sync();
        bob.ackNewest();
        if (performance.now() > deadlineMs) break;
        await sleep(PAUSE_MS);
      }
      hit('realTime', await holdAnswered(inRealTime, bob));
    } finally {
      await realTime.end();
    }
  },
};

export const snapshotChecks: readonly Check[] = [snapshotsShowTheState, stateBeforeSnapshot];
