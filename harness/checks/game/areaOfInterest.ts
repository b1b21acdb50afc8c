/** GAME-AOI-01: a client has everything that is near, and nothing of what is far. */
import fc from 'fast-check';
import type { Command, ServerMessage, State } from '../../../spec/game/messages.d.ts';
import type { Check } from '../check.ts';
import { hold } from '../kit/hold.ts';
import { holdBorder, outsiders } from './areaBorder.ts';
import { openCrowd } from './crowd.ts';
import { gameSession } from './gameSession.ts';
import { lossyNetwork } from './lossyNetwork.ts';
import { openPlayer } from './player.ts';
import type { Player } from './player.ts';
import { playRound } from './rounds.ts';
import { areaOf, holdView } from './view.ts';

const seedArbitrary = fc.record({ seed: fc.nat(0xffff_ffff) });

const areaIsComplete: Check = {
  id: 'area-is-complete',
  isolation: 'shared',
  run: ({ property, hit }) =>
    property(
      fc.record({ seed: fc.nat(0xffff_ffff), part: fc.integer({ min: 500, max: 2_500 }) }),
      async ({ seed, part }, session) => {
        const game = gameSession(session);
        const crowd = await openCrowd(game, { seed, players: 6 });
        for (let round = 0; round < 24; round += 1) {
          const before = crowd.state;
          const state = await crowd.round();
          for (const player of crowd.players) {
            holdRightView(player, state);
            hit('entries', before ? entered(player, before, state) : 0);
          }
        }
        // A right triangle of 3, 4 and 5 parts: exactly radiusMm apart.
        const rules = { radiusMm: 5 * part, hysteresisMm: 0, maxStepMm: 10 };
        const items = [{ id: 'gem', x: 1_000 + 3 * part, y: 1_000 + 4 * part }];
        const map = { widthMm: 20_000, heightMm: 20_000, items };
        const match = await game.match('edge', { map, rules });
        const ann = await openPlayer(await match.join('ann', { x: 1_000, y: 1_000 }));
        await match.join('bob', { x: 1_000 + 4 * part, y: 1_000 + 3 * part });
        await match.join('cyd', { x: 1_000 + 4 * part + 1, y: 1_000 + 3 * part });
        await playRound(match, [ann]);
        holdRightView(ann, await match.state());
        hit('atRadius', 2);
      },
      { runs: 4 },
    ),
};

/** Beyond the farthest number that anybody near, or any parameter, has. */
const FAR_MM = 500_000;
const SNIPER_RANGE_MM = 900_000;

const nothingFromOutside: Check = {
  id: 'nothing-from-outside',
  isolation: 'shared',
  run: ({ property, hit }) =>
    property(
      fc.record({
        far: fc.array(fc.integer({ min: FAR_MM + 1, max: 590_000 }), {
          ...{ minLength: 4, maxLength: 4 },
        }),
        border: outsiders,
      }),
      async ({ far, border }, session) => {
        const gem = { id: session.id('gem'), x: far[0]!, y: far[1]! };
        const match = await gameSession(session).match('inside', {
          map: { widthMm: 600_000, heightMm: 600_000, items: [gem] },
          rules: {
            ...{ radiusMm: 20_000, hysteresisMm: 5_000, weaponRangeMm: SNIPER_RANGE_MM },
            ...{ maxHp: 100_000, damage: 1, maxStepMm: 150, teleportMm: 400 },
          },
        });
        const inside = [
          await openPlayer(await match.join(session.id('ann'), { x: 10_000, y: 10_000 })),
          await openPlayer(await match.join(session.id('bob'), { x: 12_000, y: 11_000 })),
        ];
        const outside = [
          await openPlayer(await match.join(session.id('sniper'), { x: far[2]!, y: far[3]! })),
          await openPlayer(await match.join(session.id('cyd'), { x: far[1]!, y: far[2]! })),
        ];
        hit('outsiders', 3);
        const [ann] = inside as [Player];
        const forbidden = [...outside.map(({ id }) => id), gem.id];
        const all = [...inside, ...outside];
        const tokens = (player: Player): string[] =>
          all.filter((other) => other !== player).map(({ seat }) => seat.token);
        let heard = 0;
        for (let seq = 1; seq <= 16; seq += 1) {
          const now = match.tick;
          const target = { x: 10_000, y: 10_000, viewTick: now };
          const near = { x: 12_000, y: 11_000, viewTick: now };
          await playRound(
            match,
            all,
            new Map<string, Command[]>([
              // Refused now and then, so that there are corrections.
              [ann.id, [{ seq, dx: seq % 4 === 0 ? 300 : 0, dy: 0, yawMdeg: seq, fire: near }]],
              [outside[0]!.id, [{ seq, dx: seq % 2, dy: 0, fire: target }]],
              [outside[1]!.id, [{ seq, dx: 0, dy: seq % 2, take: gem.id }]],
            ]),
          );
          for (const player of inside) {
            for (const { message, text } of player.received) {
              holdNothingOf(player.id, message, text, [...forbidden, ...tokens(player)]);
              hit('messages');
              if (message.type === 'snapshot') heard += message.events?.length ?? 0;
            }
            player.forget();
          }
        }
        hit('events', heard);
        const { players } = await match.state();
        const hurt = players.find(({ id }) => id === ann.id)!;
        hold(hurt.hp < 100_000, 'The shots from afar, each within range, have not hit.', '', hurt);
        await holdBorder(session, border, hit);
      },
      { runs: 8 },
    ),
};

/** @param forbidden ids and tokens; each is of the run's own making and stands nowhere by chance */
function holdNothingOf(
  client: string,
  message: ServerMessage,
  text: string,
  forbidden: readonly string[],
): void {
  const found = forbidden.find((word) => text.includes(word));
  hold(
    found === undefined,
    `${client} was sent a ${message.type} with ${found}, which is far outside of its area of interest or somebody else's token.`,
    `nothing of ${found}`,
    message,
  );
  const numbers = message.type === 'welcome' ? [] : numbersIn(message);
  const far = numbers.find((number) => number > FAR_MM);
  hold(
    far === undefined,
    `${client} was sent a ${message.type} with the number ${far}, which only what is far outside of its area of interest has.`,
    `no number above ${FAR_MM}`,
    message,
  );
}

function numbersIn(value: unknown): number[] {
  if (typeof value === 'number') return [value];
  if (typeof value !== 'object' || value === null) return [];
  return Object.values(value).flatMap(numbersIn);
}

const leavingIsTold: Check = {
  id: 'leaving-is-told',
  isolation: 'shared',
  run: ({ property, hit }) =>
    property(
      seedArbitrary,
      async ({ seed }, session) => {
        const networks = [0, 1, 2, 3, 4].map((index) =>
          lossyNetwork(seed + index, { snapshots: index === 0 ? 0 : 0.4, acks: 0.3 }),
        );
        const crowd = await openCrowd(gameSession(session), {
          ...{ seed, players: networks.length, items: 8 },
          client: (index) => ({ network: networks[index]! }),
        });
        for (let round = 0; round < 60; round += 1) {
          const before = crowd.state;
          const state = await crowd.round();
          for (const player of crowd.players) {
            const left = before ? leftArea(player, before, state) : 0;
            hit('leaves', left);
            if (!player.views.has(state.tick)) hit('lost', left);
            else holdRightView(player, state);
          }
        }
      },
      { runs: 3 },
    ),
};

const reconnectShowsNoMore: Check = {
  id: 'reconnect-shows-no-more',
  isolation: 'shared',
  run: ({ property, hit }) =>
    property(
      fc.record({ closes: fc.boolean(), rounds: fc.integer({ min: 1, max: 4 }) }),
      async ({ closes, rounds }, session) => {
        const gem = { id: session.id('gem'), x: 2_000, y: 3_000 };
        const match = await gameSession(session).match('again', {
          map: { widthMm: 200_000, heightMm: 10_000, items: [gem] },
          rules: { radiusMm: 5_000, hysteresisMm: 0, maxStepMm: 100_000, teleportMm: 200_000 },
        });
        const seat = await match.join(session.id('ann'), { x: 1_000, y: 1_000 });
        const bob = await match.join(session.id('bob'), { x: 2_000, y: 2_000 });
        const before = await openPlayer(seat);
        for (let round = 0; round < rounds; round += 1) await playRound(match, [before]);
        hold(
          before.view?.players.has(bob.player) === true && before.view.items.has(gem.id),
          `${before.id} did not see who and what was near.`,
          [bob.player, gem.id],
          [...(before.view?.players.keys() ?? [])],
        );
        await playRound(match, [before], new Map([[before.id, [{ seq: 1, dx: 90_000, dy: 0 }]]]));
        if (closes) await before.close();
        const anew = await openPlayer(seat);
        for (let round = 0; round < 2; round += 1) {
          await playRound(match, [anew]);
          holdRightView(anew, await match.state());
        }
        for (const { message, text } of anew.received) {
          const found = [bob.player, gem.id].find((id) => text.includes(id));
          hold(
            found === undefined,
            `The new stream of ${anew.id} was sent a ${message.type} with ${found}, which it saw before and is gone.`,
            `nothing of ${found}`,
            message,
          );
        }
        hit('reconnects');
      },
      { runs: 6 },
    ),
};

function holdRightView(player: Player, state: State): void {
  const view = player.views.get(state.tick);
  hold(view !== undefined, `${player.id} got no snapshot of tick ${state.tick}.`, state.tick);
  holdView(view!, state, player.id, player.seat.match.parameters.rules);
}

/** How many are within radiusMm who were not a tick before. */
function entered(player: Player, before: State, state: State): number {
  const [was, is] = [before, state].map((each) => areaOfPlayer(player, each));
  if (!was || !is) return 0;
  return [...is.mustPlayers].filter((id) => !was.mustPlayers.has(id)).length;
}

/** How many have to be out of the view who had to be in it a tick before. */
function leftArea(player: Player, before: State, state: State): number {
  const [was, is] = [before, state].map((each) => areaOfPlayer(player, each));
  if (!was || !is) return 0;
  const gone = (must: ReadonlySet<string>, may: ReadonlySet<string>): number =>
    [...must].filter((id) => !may.has(id)).length;
  return gone(was.mustPlayers, is.mayPlayers) + gone(was.mustItems, is.mayItems);
}

function areaOfPlayer({ id, seat }: Player, state: State) {
  return areaOf(state, id, seat.match.parameters.rules);
}

export const areaChecks: readonly Check[] = [
  areaIsComplete,
  nothingFromOutside,
  leavingIsTold,
  reconnectShowsNoMore,
];
