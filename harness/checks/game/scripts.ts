/** Generated matches: who does what in which tick, in a world so small that they meet, shoot each other and want the same items. */
import fc from 'fast-check';
import type { Command, Map as WorldMap, Point, Rules } from '../../../spec/game/messages.d.ts';
import type { GameSession, MatchOptions } from './gameSession.ts';
import { judgedMatch } from './judgedMatch.ts';
import type { JudgedMatch } from './judgedMatch.ts';
import { cut } from './rules/geometry.ts';
import type { World } from './rules/world.ts';

export interface Action {
  /** Which of the players; beyond the last one it begins again. */
  readonly who: number;
  readonly dx: number;
  readonly dy: number;
  readonly yawMdeg: number | undefined;
  /** Which of the items. */
  readonly take: number | undefined;
  readonly fire:
    | {
        /** Whom: which of the others. */
        readonly whom: number;
        /** How far beside its place. */
        readonly besideMm: number;
        /** How many ticks before the newest it looks at. */
        readonly back: number;
      }
    | undefined;
  /** How many numbers it leaves out. */
  readonly skips: number;
}

export interface Script {
  readonly seed: number;
  /** null: by the seed. */
  readonly spawns: readonly (Point | null)[];
  readonly items: readonly Point[];
  readonly ticks: readonly (readonly Action[])[];
}

export const SMALL_MAP = { widthMm: 6_000, heightMm: 6_000 };
/** Short lives and large targets, so that few ticks have much in them. */
export const LIVELY_RULES: Rules = {
  respawnTicks: 5,
  hitRadiusMm: 900,
  headRadiusMm: 400,
  damage: 30,
};
const FIRST_IDS = ['ann', 'bob', 'cyd', 'dan', 'eve', 'fay', 'gus', 'hal'];

export function playerId(index: number): string {
  return FIRST_IDS[index] ?? `p${index}`;
}

export function itemId(index: number): string {
  return `i${index}`;
}

const point = fc.record<Point>({
  x: fc.nat(SMALL_MAP.widthMm),
  y: fc.nat(SMALL_MAP.heightMm),
});

/** Legal for certain by LIVELY_RULES, in whichever direction. */
const legalStep = fc.tuple(
  fc.integer({ min: -141, max: 141 }),
  fc.integer({ min: -141, max: 141 }),
);
/** Exactly maxStepMm; refused for certain as SPEED and as TELEPORT. Nothing that is in between. */
const edgeStep = fc.constantFrom([200, 0], [-120, 160], [0, -200], [300, -400], [3_000, 0]);

function oneIn<T>(times: number, arbitrary: fc.Arbitrary<T>): fc.Arbitrary<T | undefined> {
  return fc.oneof({ arbitrary: fc.constant(undefined), weight: times - 1 }, arbitrary);
}

/** @param refused whether some of the moves are too long */
export function actions(refused = true): fc.Arbitrary<Action> {
  const step = refused
    ? fc.oneof({ arbitrary: legalStep, weight: 6 }, { arbitrary: edgeStep, weight: 1 })
    : legalStep;
  return fc
    .record({
      step,
      who: fc.nat(7),
      yawMdeg: oneIn(2, fc.nat(359_999)),
      take: oneIn(4, fc.nat(5)),
      fire: oneIn(
        2,
        fc.record({
          whom: fc.nat(7),
          besideMm: fc.integer({ min: 0, max: 1_200 }),
          back: fc.integer({ min: refused ? -1 : 0, max: 9 }),
        }),
      ),
      skips: fc.oneof(
        { arbitrary: fc.constant(0), weight: 4 },
        { arbitrary: fc.integer({ min: 1, max: 4 }), weight: 1 },
      ),
    })
    .map(({ step: [dx = 0, dy = 0], ...rest }) => ({ dx, dy, ...rest }));
}

export interface ScriptSize {
  readonly players: number;
  readonly ticks: number;
  readonly actionsATick: number;
  readonly refused?: boolean;
}

export function scripts({
  players,
  ticks,
  actionsATick,
  refused,
}: ScriptSize): fc.Arbitrary<Script> {
  return fc.record({
    seed: fc.nat(0xffff_ffff),
    spawns: fc.array(fc.option(point, { nil: null, freq: 4 }), {
      ...{ minLength: players, maxLength: players },
    }),
    items: fc.array(point, { minLength: 1, maxLength: 4 }),
    ticks: fc.array(fc.array(actions(refused), { maxLength: actionsATick, size: 'max' }), {
      ...{ minLength: Math.ceil(ticks / 2), maxLength: ticks, size: 'max' },
    }),
  });
}

export function matchOptions({ seed, items }: Script, rules: Rules = {}): MatchOptions {
  const map: WorldMap = {
    ...SMALL_MAP,
    items: items.map(({ x, y }, index) => ({ id: itemId(index), x, y })),
  };
  return { seed, map, rules: { ...LIVELY_RULES, ...rules } };
}

/** The commands of one tick by player, each aimed by the world before it. `nextSeq` is moved on. */
export function scriptInputs(
  { spawns, items }: Script,
  done: readonly Action[],
  world: World,
  nextSeq: Map<string, number>,
): Map<string, Command[]> {
  const inputs = new Map<string, Command[]>();
  for (const { who, dx, dy, yawMdeg, take, fire, skips } of done) {
    const id = playerId(who % spawns.length);
    const seq = (nextSeq.get(id) ?? 1) + skips;
    nextSeq.set(id, seq + 1);
    const others = world.players.filter((player) => player.id !== id);
    const target = fire && others[fire.whom % Math.max(others.length, 1)];
    const command: Command = {
      ...{ seq, dx, dy },
      ...(yawMdeg !== undefined && { yawMdeg }),
      ...(take !== undefined && { take: itemId(take % (items.length + 1)) }),
      ...(fire && target && { fire: aim(world, target.id, fire) }),
    };
    inputs.set(id, [...(inputs.get(id) ?? []), command]);
  }
  return inputs;
}

function aim(world: World, target: string, { besideMm, back }: NonNullable<Action['fire']>) {
  const viewTick = Math.max(world.tick - back, 0);
  const newest = world.past.get(world.tick)!.get(target)!;
  const place = world.past.get(viewTick)?.get(target) ?? newest;
  return { x: cut(place.x + besideMm, SMALL_MAP.widthMm), y: place.y, viewTick };
}

export interface RunOptions {
  readonly rules?: Rules;
  /** Which of the players have a stream; the others use sendInput. Default: all have one. */
  readonly streams?: (index: number) => boolean;
  readonly name?: string;
  /** See judgedMatch. */
  readonly judges?: boolean;
}

/** A judged match with the script's players in it, before its first tick. */
export async function openScript(
  game: GameSession,
  script: Script,
  { rules, streams = () => true, name = 'match', judges = true }: RunOptions = {},
): Promise<JudgedMatch> {
  const match = await game.match(name, matchOptions(script, rules));
  const judged = judgedMatch(match, { judges });
  for (const [index, spawn] of script.spawns.entries()) {
    const enter = streams(index) ? judged.play : judged.join;
    await enter(playerId(index), spawn ?? undefined);
  }
  return judged;
}
