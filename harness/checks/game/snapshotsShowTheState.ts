/** GAME-AUTH-03: what a snapshot shows is what getState answers of its tick. */
import type { Check } from '../check.ts';
import { gameSession } from './gameSession.ts';
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

export const snapshotChecks: readonly Check[] = [snapshotsShowTheState];
