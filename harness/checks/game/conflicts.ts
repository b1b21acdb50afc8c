/** GAME-CONF-01: who kills whom in one tick, and who is where. */
import fc from 'fast-check';
import type { Command, PlayerId, Point } from '../../../spec/game/messages.d.ts';
import { seededRandom } from '../../load/seededRandom.ts';
import type { Check, CheckContext } from '../check.ts';
import { hold } from '../kit/hold.ts';
import { foreseenMatch, holdPlayers } from './foreseenMatch.ts';
import { gameSession } from './gameSession.ts';
import { openPlayer } from './player.ts';
import type { Player } from './player.ts';
import { playRound } from './rounds.ts';
import type { TickResult } from './rules/evaluation.ts';
import { shuffled, TRICKY_IDS } from './shuffled.ts';
import { holdView } from './view.ts';

/** Body hits do 20, head hits 40, and who has 30 dies of one head hit or two others. */
const DUEL_RULES = {
  ...{ maxHp: 30, damage: 20, hitRadiusMm: 500, headRadiusMm: 100 },
  ...{ fireIntervalTicks: 1, timeBankTicks: 40, respawnTicks: 1 },
};
const BODY_OFF_MM = 300;

type Aim = 'none' | 'body' | 'head' | 'twice';
interface Scene {
  /** Everybody's shots at the first player, and its own at the second one. */
  readonly aims: readonly Aim[];
  readonly back: Aim;
  readonly order: number;
}

const aim = fc.constantFrom<Aim>('none', 'body', 'body', 'head', 'twice');
const lethal = fc.constantFrom<Aim>('head', 'twice');
const order = fc.nat(0xffff_ffff);
/** Two who kill each other; several who shoot one, which shoots back or does not. */
const scene = fc.oneof(
  fc.record<Scene>({ aims: fc.tuple(lethal), back: lethal, order }),
  fc.record<Scene>({
    aims: fc.array(aim, { minLength: 4, maxLength: 4 }),
    back: fc.constantFrom<Aim>('head', 'none'),
    order,
  }),
);

const bothDie: Check = {
  id: 'both-die',
  isolation: 'shared',
  run: ({ property, hit }) =>
    property(
      fc.array(scene, { minLength: 8, maxLength: 12, size: 'max' }),
      async (scenes, session) => {
        const foreseen = foreseenMatch(
          await gameSession(session).match('duels', { rules: DUEL_RULES }),
        );
        // Far enough from each other that no shot is nearer to another.
        for (const [index, id] of TRICKY_IDS.entries()) {
          await foreseen.play(id, { x: 10_000 + 4_000 * index, y: 10_000 });
        }
        await foreseen.tick();
        const seqs = new Map<PlayerId, number>();
        for (const { aims, back, order } of scenes) {
          const [target, ...others] = shuffled(seededRandom(order), TRICKY_IDS);
          const shots = new Map<PlayerId, Command[]>();
          const places = new Map((await foreseen.match.state()).players.map((p) => [p.id, p]));
          const shoot = (by: PlayerId, at: PlayerId, how: Aim): void => {
            const { x, y } = places.get(at)!;
            const fire = { y, x: how === 'head' ? x : x - BODY_OFF_MM };
            const count = how === 'none' ? 0 : how === 'twice' ? 2 : 1;
            const commands = Array.from({ length: count }, (): Command => {
              const seq = (seqs.get(by) ?? 0) + 1;
              seqs.set(by, seq);
              return { seq, dx: 0, dy: 0, fire: { ...fire, viewTick: foreseen.match.tick } };
            });
            if (count > 0) shots.set(by, commands);
          };
          shoot(target!, others[0]!, back);
          others.forEach((by, index) => shoot(by, target!, aims[index] ?? 'none'));
          const ticked = await foreseen.tick(shots);
          holdPlayers(ticked, ['hp', 'alive', 'kills', 'deaths'], 'After the shots of one tick');
          countDeaths(ticked, hit);
          // Who died appears again; who was only hurt remains so, which gives nobody a kill later.
          await foreseen.tick();
        }
      },
      { runs: 4 },
    ),
};

function countDeaths({ deaths, shots }: TickResult, hit: CheckContext['hit']): void {
  for (const { target, by } of deaths) {
    const isMutual = deaths.some((other) => other.target === by && other.by === target);
    if (isMutual && target < by) hit('mutualKills');
    const damage = new Map<PlayerId, number>();
    for (const shot of shots) {
      if (shot.hit?.target !== target) continue;
      damage.set(shot.player, (damage.get(shot.player) ?? 0) + shot.hit.damage);
    }
    if (damage.size < 2) continue;
    hit('sharedKills');
    const most = Math.max(...damage.values());
    if ([...damage.values()].filter((each) => each === most).length > 1) hit('ties');
  }
}

const samePlace: Check = {
  id: 'same-place',
  isolation: 'shared',
  run: ({ property, hit }) =>
    property(
      fc.record({
        // In the middle, and in a corner.
        place: fc.constantFrom<Point>({ x: 5_000, y: 5_000 }, { x: 0, y: 10_000 }),
        offs: fc.array(fc.tuple(fc.nat(200), fc.nat(200)), { minLength: 2, maxLength: 5 }),
      }),
      async ({ place, offs }, session) => {
        const match = await gameSession(session).match('meeting', {
          map: { widthMm: 10_000, heightMm: 10_000, items: [] },
          rules: { maxStepMm: 300 },
        });
        const players: Player[] = [];
        const inputs = new Map<PlayerId, Command[]>();
        for (const [index, [x, y]] of offs.entries()) {
          const from = { x: place.x + x, y: place.y - y };
          players.push(await openPlayer(await match.join(TRICKY_IDS[index]!, from)));
          inputs.set(TRICKY_IDS[index]!, [{ seq: 1, dx: -x, dy: y }]);
        }
        await playRound(match, players);
        await playRound(match, players, inputs);
        const state = await match.state();
        for (const { id } of players) {
          const there = state.players.find((player) => player.id === id);
          hold(
            there?.x === place.x && there.y === place.y,
            `${id}, who moved to one place with ${offs.length - 1} others, is not there.`,
            place,
            there,
          );
        }
        for (const player of players) {
          holdView(player.view!, state, player.id, match.parameters.rules);
        }
        hit('meetings');
      },
      { runs: 12 },
    ),
};

export const conflictChecks: readonly Check[] = [bothDie, samePlace];
