/** GAME-CONF-02: nobody is hit by a place of a former life, nor before it appeared, nor dead. */
import fc from 'fast-check';
import type { Command, Fire, PlayerState, Point } from '../../../spec/game/messages.d.ts';
import type { Check } from '../check.ts';
import { hold } from '../kit/hold.ts';
import { gameSession } from './gameSession.ts';
import { openPlayer } from './player.ts';
import type { Player } from './player.ts';
import { playRound } from './rounds.ts';

const RESPAWN_TICKS = 3;
const STEPS = 2;

const noFormerLife: Check = {
  id: 'no-former-life',
  isolation: 'shared',
  run: ({ property, hit }) =>
    property(
      fc.record({ stepMm: fc.integer({ min: 1_000, max: 2_000 }), comes: fc.boolean() }),
      async ({ stepMm, comes }, session) => {
        const match = await gameSession(session).match('lives', {
          rules: {
            ...{ rewindTicks: 12, respawnTicks: RESPAWN_TICKS, fireIntervalTicks: 1 },
            ...{ maxHp: 30, damage: 20, hitRadiusMm: 500, headRadiusMm: 100 },
            ...{ maxStepMm: 2_000, teleportMm: 9_000, weaponRangeMm: 100_000 },
          },
        });
        const spawn = { x: 50_000, y: 50_000 };
        const players: Player[] = [
          await openPlayer(await match.join('shooter', { x: 40_000, y: 40_000 })),
          await openPlayer(await match.join('target', spawn)),
        ];
        await playRound(match, players);
        let seq = 0;
        const targetNow = async (id = 'target'): Promise<PlayerState> =>
          (await match.state()).players.find((player) => player.id === id)!;
        const round = async (fire?: Fire, move?: Partial<Command>): Promise<PlayerState> => {
          seq += 1;
          const commands = new Map<string, Command[]>([
            ['shooter', [{ seq, dx: 0, dy: 0, ...(fire && { fire }) }]],
            ['target', move ? [{ seq, dx: 0, dy: 0, ...move }] : []],
          ]);
          await playRound(match, players, commands);
          return targetNow();
        };
        for (let life = 0; life < 2; life += 1) {
          for (let step = 0; step < STEPS; step += 1) await round(undefined, { dx: stepMm });
          const grave: Point = await targetNow();
          const lastAlive = match.tick;
          const killed = await round({ x: grave.x, y: grave.y, viewTick: lastAlive });
          hold(!killed.alive, 'A head hit of 40 has not killed who had 30.', 'dead', killed);
          // While it is dead: by where it lies, and by where it was.
          for (let tick = 1; tick < RESPAWN_TICKS; tick += 1) {
            const viewTick = tick === 1 ? lastAlive : match.tick;
            const still = await round({ x: grave.x, y: grave.y, viewTick });
            holdUnhurt(still, killed, 'A shot hits who is dead');
            hit('dead');
          }
          const again = await round();
          const since = match.tick;
          hold(again.alive, `It is not alive again after ${RESPAWN_TICKS} ticks.`, 'alive', again);
          // By the ticks of its former life, where it then was, and by those before it where it now is.
          for (const [place, viewTick] of [
            [grave, lastAlive],
            [grave, since - 1],
            [again, since - 1],
          ] as const) {
            const after = await round({ x: place.x, y: place.y, viewTick });
            holdUnhurt(after, again, `A shot with viewTick ${viewTick}, before it appeared,`);
            hit('formerLives');
          }
          const hurt = await round({ x: again.x - 300, y: again.y, viewTick: since });
          hold(hurt.hp === 10, 'A shot by a tick of its life does not hit.', 10, hurt.hp);
        }
        if (comes) await newcomer();
        async function newcomer(): Promise<void> {
          const place = { x: 60_000, y: 60_000 };
          const before = match.tick;
          await match.join('late', place);
          await round();
          const late = await targetNow('late');
          for (const viewTick of [before, before - 1]) {
            await round({ ...place, viewTick });
            holdUnhurt(await targetNow('late'), late, 'A shot by a tick before it first appeared');
          }
        }
      },
      { runs: 4 },
    ),
};

function holdUnhurt(after: PlayerState, before: PlayerState, what: string): void {
  for (const member of ['hp', 'alive', 'deaths'] as const) {
    hold(
      after[member] === before[member],
      `${what} changes ${member} of ${after.id}.`,
      before[member],
      after[member],
    );
  }
}

export const lifeTimeChecks: readonly Check[] = [noFormerLife];
