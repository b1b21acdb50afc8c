/** GAME-AOI-02: what a command claims does not widen anybody's view. */
import fc from 'fast-check';
import type { Command } from '../../../spec/game/messages.d.ts';
import type { Json } from '../../target/target.ts';
import type { Check } from '../check.ts';
import { hold } from '../kit/hold.ts';
import { gameSession } from './gameSession.ts';
import { openPlayer } from './player.ts';
import { playRound } from './rounds.ts';
import { holdView } from './view.ts';

const claimsDoNotWiden: Check = {
  id: 'claims-do-not-widen',
  isolation: 'shared',
  run: ({ property, hit }) =>
    property(
      fc.record({ farMm: fc.integer({ min: 12_000, max: 40_000 }), inRange: fc.boolean() }),
      async ({ farMm, inRange }, session) => {
        const place = { x: 1_000 + farMm, y: 1_000 + farMm };
        const gem = { id: 'gem', ...place };
        const match = await gameSession(session).match('claims', {
          map: { widthMm: 60_000, heightMm: 60_000, items: [gem] },
          rules: {
            ...{ radiusMm: 8_000, hysteresisMm: 1_000, damage: 1 },
            ...{ weaponRangeMm: inRange ? 100_000 : 10_000 },
          },
        });
        const ann = await openPlayer(await match.join('ann', { x: 1_000, y: 1_000 }));
        const far = await openPlayer(await match.join('far', place));
        for (let seq = 1; seq <= 6; seq += 1) {
          const command: Command = {
            ...{ seq, dx: 10, dy: 10, yawMdeg: 45_000, take: 'gem' },
            fire: { ...place, viewTick: match.tick },
          };
          // With a place that the contract does not name: taken without it, or MALFORMED.
          const claim = { ...command, ...place, position: place, player: 'far' };
          if (seq % 2 === 0) {
            const message = { type: 'input', commands: [claim], ...place } as unknown as Json;
            ann.stream.sendWrong(message);
            await ann.sync().catch((error: unknown) => {
              // Answered MALFORMED by a kick: the message was not taken.
              if (ann.kick?.code !== 'MALFORMED') throw error;
            });
          }
          const commands = seq % 2 === 0 ? [] : [command];
          await playRound(match, [ann, far], new Map([[ann.id, commands]]));
          const state = await match.state();
          for (const player of [ann, far]) {
            const view = player.views.get(state.tick);
            if (player.kick?.code === 'MALFORMED') continue;
            hold(view !== undefined, `${player.id} got no snapshot of tick ${state.tick}.`);
            holdView(view!, state, player.id, match.parameters.rules);
          }
          hit('claims');
          // Who is kicked for the message with more members has shown that it is not taken.
          if (ann.kick) break;
        }
      },
      { runs: 12 },
    ),
};

export const claimChecks: readonly Check[] = [claimsDoNotWiden];
