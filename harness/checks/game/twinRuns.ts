/** What a client is sent depends on nothing outside of its area: the same match twice, with another outside. */
import fc from 'fast-check';
import type { Command, Item, Point, Rules } from '../../../spec/game/messages.d.ts';
import { seededRandom } from '../../load/seededRandom.ts';
import type { Check } from '../check.ts';
import { hold } from '../kit/hold.ts';
import { gameSession, sendInput } from './gameSession.ts';
import type { Match } from './gameSession.ts';
import { openPlayer } from './player.ts';
import type { Player } from './player.ts';
import { playRound } from './rounds.ts';
import type { Inputs } from './rounds.ts';
import { randomWaypoint } from './walks.ts';

/** What a client learns of a tick, whichever bases its snapshots have. */
interface Learned {
  readonly view: unknown;
  readonly events: readonly unknown[];
  readonly refusals: readonly string[];
}

/** Of what has come since the last forget(). */
function learned(player: Player): Learned {
  const { tick, lastInputSeq, players, items } = player.view!;
  const byId = (map: ReadonlyMap<string, unknown>): unknown[] =>
    [...map].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, each]) => each);
  const events = player.snapshots.flatMap((snapshot) => snapshot.events ?? []);
  return {
    view: { tick, lastInputSeq, players: byId(players), items: byId(items) },
    events: events.map((event) => JSON.stringify(event)).sort(),
    refusals: [
      ...player.corrections.flatMap((correction) =>
        correction.rejected.map(({ seq, code }) => `${correction.tick} ${seq} ${code}`),
      ),
      ...player.rejects.map(({ code }) => code),
    ].sort(),
  };
}

/** @returns how much was compared */
export function holdAlike(one: Player, other: Player, difference: string): number {
  for (const { id, view, seat } of [one, other]) {
    hold(
      view?.tick === seat.match.tick,
      `${id} got no snapshot of tick ${seat.match.tick}.`,
      seat.match.tick,
      view?.tick,
    );
  }
  const [first, second] = [learned(one), learned(other)];
  for (const part of ['view', 'events', 'refusals'] as const) {
    const [a, b] = [JSON.stringify(first[part]), JSON.stringify(second[part])];
    hold(
      a === b,
      `${one.id} is sent other ${part} at tick ${one.view!.tick} than in a match that differs only in ${difference}.`,
      first[part],
      second[part],
    );
  }
  one.forget();
  other.forget();
  return 1;
}

const INSIDE = { widthMm: 4_000, heightMm: 4_000, items: [] };
/** Insiders stay within 6 m, where everybody sees everybody; outsiders are beyond radius, hysteresis and weapon range of them all. */
const TWIN_RULES: Rules = {
  ...{ radiusMm: 8_000, hysteresisMm: 1_000, weaponRangeMm: 10_000, respawnTicks: 4 },
  ...{ hitRadiusMm: 900, damage: 30, maxStepMm: 400, teleportMm: 2_000 },
};
const OUTSIDE: Point = { x: 60_000, y: 60_000 };

const twinRuns: Check = {
  id: 'twin-runs',
  isolation: 'shared',
  run: ({ property, hit }) =>
    property(
      fc.record({ seed: fc.nat(0xffff_ffff) }),
      async ({ seed }, session) => {
        const game = gameSession(session);
        const items: Item[] = [
          { id: 'near', x: 2_000, y: 2_000 },
          { id: 'far', ...OUTSIDE },
        ];
        const map = { widthMm: 80_000, heightMm: 80_000, items };
        const matches = await Promise.all(
          ['quiet', 'busy'].map((name) => game.match(name, { seed, map, rules: TWIN_RULES })),
        );
        const [quiet, busy] = (await Promise.all(matches.map(enter))) as [Twin, Twin];
        const random = seededRandom(seed);
        const walks = quiet.insiders.map(() => randomWaypoint(random, INSIDE, 300));
        for (let seq = 1; seq <= 20; seq += 1) {
          const inputs = new Map<string, Command[]>();
          for (const [index, { id, view }] of quiet.insiders.entries()) {
            const self = view?.players.get(id);
            const other = view?.players.get(quiet.insiders[(index + 1) % 3]!.id);
            if (!self || !other) continue;
            const aim = { x: other.x, y: other.y, viewTick: quiet.match.tick };
            // All in one tick, and later one after the other: what is counted over the whole match is then small inside.
            const fires = (seq > 9 ? seq + index : seq) % 3 === 0;
            const step = seq % 5 === 0 ? { dx: 500, dy: 0 } : walks[index]!(self);
            inputs.set(id, [
              {
                ...{ seq, ...step, ...(seq === 6 && { take: 'near' }) },
                ...(fires && { fire: aim }),
              },
            ]);
          }
          await playRound(quiet.match, quiet.everybody, inputs);
          const outside = outsideInputs(seq, busy.match.tick);
          hit(
            'outsideCommands',
            [...outside.values()].reduce((sum, each) => sum + each.length, 0),
          );
          await playRound(busy.match, busy.everybody, new Map([...outside, ...inputs]));
          for (const [index, player] of quiet.insiders.entries()) {
            const twin = busy.insiders[index]!;
            hit(
              'compared',
              holdAlike(player, twin, 'what is done far outside of its area of interest'),
            );
          }
        }
        hit('twins');
      },
      { runs: 4 },
    ),
};

interface Twin {
  readonly match: Match;
  readonly insiders: readonly Player[];
  readonly everybody: readonly Player[];
}

async function enter(match: Match): Promise<Twin> {
  const places = [
    { x: 500, y: 500 },
    { x: 2_500, y: 1_500 },
    { x: 1_000, y: 3_500 },
  ];
  const insiders: Player[] = [];
  for (const [index, place] of places.entries()) {
    insiders.push(await openPlayer(await match.join(`in${index}`, place)));
  }
  const outsiders: Player[] = [];
  for (const name of ['out0', 'out1', 'out2']) {
    outsiders.push(await openPlayer(await match.join(name, OUTSIDE)));
  }
  return { match, insiders, everybody: [...insiders, ...outsiders] };
}

/** They walk, shoot each other, take what lies there, break rules and resend. */
function outsideInputs(seq: number, viewTick: number): Inputs {
  const walk = (dx: number, more: Partial<Command> = {}): Command[] => [
    { seq, dx: seq % 2 === 0 ? dx : -dx, dy: 0, ...more },
  ];
  const shot = { fire: { ...OUTSIDE, viewTick } };
  return new Map([
    ['out0', [...walk(200, seq % 3 === 0 ? shot : {}), ...walk(200)]],
    ['out1', walk(100, seq % 3 === 0 ? shot : { take: 'far' })],
    ['out2', walk(seq % 4 === 0 ? 3_000 : 50, { yawMdeg: seq })],
  ]);
}

const probingTellsNothing: Check = {
  id: 'probing-tells-nothing',
  isolation: 'shared',
  run: ({ property, hit }) =>
    property(
      fc.record({ farMm: fc.integer({ min: 12_000, max: 28_000 }) }),
      async ({ farMm }, session) => {
        const game = gameSession(session);
        // A shot reaches beyond the area of interest, and one that hits there kills nobody, of which its player would learn.
        const rules = { radiusMm: 8_000, hysteresisMm: 1_000, weaponRangeMm: 30_000, damage: 1 };
        const target = { x: 1_000 + farMm, y: 1_000 };
        const elsewhere = { x: 1_000, y: 1_000 + farMm };
        const map = { widthMm: 60_000, heightMm: 60_000 };
        const create = async (
          name: string,
          place: Point,
          what: 'taken' | 'free' | 'no item',
        ): Promise<Twin> => {
          const items = what === 'no item' ? [] : [{ id: 'gem', ...place }];
          const match = await game.match(name, { seed: 1, map: { ...map, items }, rules });
          const prober = await openPlayer(await match.join('prober', { x: 1_000, y: 1_000 }));
          const hidden = await match.join('hidden', place);
          await playRound(match, [prober]);
          // Of one match the item is taken, which nobody learns who cannot reach its place.
          if (what === 'taken') await sendInput(hidden, [{ seq: 1, dx: 0, dy: 0, take: 'gem' }]);
          await playRound(match, [prober]);
          prober.forget();
          return { match, insiders: [prober], everybody: [prober] };
        };
        const pairs = [
          [await create('there', target, 'taken'), await create('elsewhere', elsewhere, 'free')],
          [await create('here', target, 'taken'), await create('nowhere', elsewhere, 'no item')],
        ] as const;
        const all = pairs.flat();
        for (let seq = 1; seq <= 12; seq += 1) {
          const command = {
            ...{ seq, dx: 0, dy: 0 },
            ...(seq % 3 === 1 && { fire: { ...target, viewTick: all[0]!.match.tick } }),
            ...(seq % 3 === 2 && { take: 'gem' }),
          };
          for (const { match, everybody } of all) {
            await playRound(match, everybody, new Map([['prober', [command]]]));
          }
          for (const [there, gone] of pairs) {
            holdAlike(there.insiders[0]!, gone.insiders[0]!, 'what is where it does not see');
          }
          if (seq % 3 !== 0) hit('probes');
        }
      },
      { runs: 4 },
    ),
};

export const twinChecks: readonly Check[] = [twinRuns, probingTellsNothing];
