/** GAME-AC-04: timing that no human has is reported, and honest timing is not. */
import fc from 'fast-check';
import type { Command, Report, Rules } from '../../../spec/game/messages.d.ts';
import { seededRandom } from '../../load/seededRandom.ts';
import type { Check } from '../check.ts';
import { hold } from '../kit/hold.ts';
import { jittered, variedIntervals } from './bots.ts';
import { gameSession, sendInput } from './gameSession.ts';
import type { Match, Seat } from './gameSession.ts';
import { upTo } from './walks.ts';

const SHOOTERS = { x: 50_000, y: 50_000 };
const TARGET = { x: 60_000, y: 50_000 };
/** Where nobody is: the timing of shots is judged, hit or not. */
const NOWHERE = { x: 50_000, y: 60_000 };
/** Whatever they do, these say nothing of it. */
const NO_REACTIONS: Rules = { reactionSample: 1_000, reactionFast: 1_000 };
const NO_PERIODS: Rules = { periodicShots: 1_000 };
const NO_STATISTICS: Rules = { minHits: 10_000 };

/** What comes before each tick, from tick 1 on. */
type Arrivals = readonly (readonly Command[])[];

/** Plays them all; ticks in which nothing comes are passed at once. */
async function playArrivals(match: Match, traces: ReadonlyMap<Seat, Arrivals>): Promise<void> {
  const last = Math.max(...[...traces.values()].map(({ length }) => length));
  const offset = match.tick;
  for (let tick = 0; tick < last; tick += 1) {
    const due = [...traces].filter(([, arrivals]) => (arrivals[tick]?.length ?? 0) > 0);
    if (due.length === 0) continue;
    const behind = offset + tick - match.tick;
    if (behind > 0) await match.step(behind);
    await Promise.all(due.map(([seat, arrivals]) => sendAll(seat, arrivals[tick]!)));
  }
  await match.step();
}

async function sendAll(seat: Seat, commands: readonly Command[]): Promise<void> {
  const reply = await sendInput(seat, commands);
  hold(reply.kind === 'ok', `sendInput of ${seat.player} was refused.`, 'a reply', reply);
}

/** Shots at nobody, made in the player's own ticks, so many apart: the number of a command is the tick that it is made for. */
function shotsAt(seqs: readonly number[]): (Command | undefined)[] {
  const made: (Command | undefined)[] = [];
  for (const seq of seqs) {
    made[seq - 1] = { seq, dx: 0, dy: 0, fire: { ...NOWHERE, viewTick: seq - 1 } };
  }
  return Array.from(made, (command) => command);
}

function atOnce(made: readonly (Command | undefined)[]): Arrivals {
  return made.map((command) => (command ? [command] : []));
}

function series(first: number, count: number, interval: (index: number) => number): number[] {
  const seqs = [first];
  for (let index = 0; index < count; index += 1) seqs.push(seqs.at(-1)! + interval(index));
  return seqs;
}

const isAnomaly = ({ kind }: Report): boolean => kind === 'BEHAVIORAL_ANOMALY';

async function holdAnomaly(match: Match, player: string, what: string): Promise<void> {
  const reports = await match.reports(player);
  hold(
    reports.some(isAnomaly),
    `${player} ${what}, and is not reported BEHAVIORAL_ANOMALY.`,
    'a report of kind BEHAVIORAL_ANOMALY',
    reports,
  );
}

const periodicShots: Check = {
  id: 'periodic-shots',
  isolation: 'shared',
  run: ({ property, hit }) =>
    property(
      fc.record({
        seed: fc.nat(0xffff_ffff),
        periodic: fc.integer({ min: 4, max: 12 }),
        fireIntervalTicks: fc.integer({ min: 1, max: 4 }),
        offsets: fc.array(fc.integer({ min: 1, max: 5 }), { minLength: 5, maxLength: 5 }),
      }),
      async ({ seed, periodic, fireIntervalTicks, offsets }, session) => {
        const match = await gameSession(session).match('periodic', {
          rules: { ...NO_REACTIONS, ...NO_STATISTICS, periodicShots: periodic, fireIntervalTicks },
        });
        const { timeBankTicks } = match.parameters.rules;
        const traces = new Map<Seat, Arrivals>();
        for (const [index, more] of offsets.entries()) {
          const seat = await match.join(`bot${index}`, SHOOTERS);
          const interval = fireIntervalTicks + more;
          const made = shotsAt(series(2 + index, 2 * periodic + 1, () => interval));
          // Of two the network holds back what they send.
          const delay = { maxDelay: timeBankTicks, lost: 0, resent: 0 };
          const delayed = (): Arrivals =>
            jittered(seed + index, made, delay).map((each) =>
              each.filter((one) => one !== undefined),
            );
          traces.set(seat, index < 2 ? delayed() : atOnce(made));
        }
        await playArrivals(match, traces);
        for (const [index, { player }] of [...traces.keys()].entries()) {
          const what = `shoots ${2 * periodic + 2} times at one interval`;
          await holdAnomaly(match, player, what);
          hit('bots');
          if (index < 2) hit('delayed');
        }
      },
      { runs: 3 },
    ),
};

/** One life of the target: who shoots at it first how many ticks after it appeared. The executioner comes last and kills it. */
interface Life {
  readonly reactions: readonly number[];
  /** How long it lives, in ticks. */
  readonly ticks: number;
}

/**
 * The traces of several who each shoot once at each life of one target, and of an executioner who ends it. The first life begins in
 * tick 1; who shoots with reaction r does so in the tick after spawnTick + r.
 */
function livesOfTarget(shooters: number, lives: readonly Life[]): Command[][][] {
  const traces: Command[][][] = Array.from({ length: shooters + 1 }, () => []);
  let spawnTick = 1;
  const shoot = (shooter: number, viewTick: number): void => {
    const fire = { ...TARGET, viewTick };
    // Evaluated in tick viewTick + 1, which is what the commands at index viewTick come before.
    traces[shooter]![viewTick] = [{ seq: viewTick + 1, dx: 0, dy: 0, fire }];
  };
  for (const { reactions, ticks } of lives) {
    for (const [shooter, reaction] of reactions.entries()) shoot(shooter, spawnTick + reaction);
    shoot(shooters, spawnTick + ticks);
    // It dies in the tick after, and appears in the next one.
    spawnTick += ticks + 2;
  }
  return traces.map((trace) => Array.from(trace, (commands) => commands ?? []));
}

/** Each shooter hits once, and nobody but the executioner's head hit on top of these kills. */
function lifeRules(shooters: number): Rules {
  const damage = 10;
  return {
    ...{ damage, maxHp: 2 * damage * (shooters + 1), respawnTicks: 1, fireIntervalTicks: 1 },
    graceTicks: 10_000,
  };
}

async function playLives(match: Match, shooters: number, lives: readonly Life[]): Promise<void> {
  const seats: Seat[] = [];
  for (let index = 0; index < shooters; index += 1) {
    seats.push(await match.join(`bot${index}`, SHOOTERS));
  }
  seats.push(await match.join('executioner', SHOOTERS));
  await match.join('target', TARGET);
  const traces = livesOfTarget(shooters, lives);
  await playArrivals(match, new Map(seats.map((seat, index) => [seat, traces[index]!])));
  const target = (await match.state()).players.find(({ id }) => id === 'target');
  hold(
    target?.deaths === lives.length,
    `The target died ${target?.deaths} times, where all were hit by head shots within range.`,
    lives.length,
    target?.deaths,
  );
}

const fastReactions: Check = {
  id: 'fast-reactions',
  isolation: 'shared',
  run: ({ property, hit }) =>
    property(
      fc.record({
        seed: fc.nat(0xffff_ffff),
        reactionTicks: fc.integer({ min: 1, max: 4 }),
        reactionSample: fc.integer({ min: 5, max: 10 }),
      }),
      async ({ seed, reactionTicks, reactionSample }, session) => {
        const random = seededRandom(seed);
        const shooters = 5;
        const match = await gameSession(session).match('reactions', {
          rules: {
            ...{ ...lifeRules(shooters), ...NO_PERIODS, ...NO_STATISTICS },
            ...{ reactionTicks, reactionSample, reactionFast: reactionSample - 2 },
          },
        });
        const slow = 2 * reactionTicks;
        const lives = Array.from({ length: 2 * reactionSample }, (_, life): Life => {
          // The last two of them are human twice in each sample, wherever it begins.
          const isSlow = life % reactionSample < 2;
          const reactions = Array.from({ length: shooters }, (__, bot) =>
            bot >= 3 && isSlow ? slow : upTo(random, reactionTicks - 1),
          );
          return { reactions, ticks: slow + 2 };
        });
        await playLives(match, shooters, lives);
        for (let bot = 0; bot < shooters; bot += 1) {
          const what = `reacts within ${reactionTicks} ticks again and again`;
          await holdAnomaly(match, `bot${bot}`, what);
          hit('bots');
        }
      },
      { runs: 3 },
    ),
};

const honestTiming: Check = {
  id: 'honest-timing',
  isolation: 'shared',
  run: ({ property, hit }) =>
    property(
      fc.record({ seed: fc.nat(0xffff_ffff), periodic: fc.constantFrom(8, 12, 24) }),
      async ({ seed, periodic }, session) => {
        const game = gameSession(session);
        await holdNoAnomaly(
          await shootAtVariedTimes(
            await game.match('varied', {
              rules: {
                ...NO_REACTIONS,
                ...NO_STATISTICS,
                periodicShots: periodic,
                graceTicks: 10_000,
              },
            }),
            seed,
          ),
        );
        hit('players', 4);
        hit('heldTriggers');
        const random = seededRandom(seed);
        const shooters = 4;
        const match = await game.match('human', {
          rules: { ...lifeRules(shooters), ...NO_STATISTICS },
        });
        const slow = 2 * match.parameters.rules.reactionTicks;
        const lives = Array.from({ length: 14 }, (_, life): Life => ({
          reactions: Array.from({ length: shooters }, () => slow + upTo(random, 4)),
          // No two in a row are equal.
          ticks: slow + 6 + (life % 2) + 2 * upTo(random, 2),
        }));
        await playLives(match, shooters, lives);
        await holdNoAnomaly(match);
        hit('players', shooters);
      },
      { runs: 3 },
    ),
};

/** Four who vary their intervals, each in a way of its own, and one who holds the trigger. */
async function shootAtVariedTimes(match: Match, seed: number): Promise<Match> {
  const { fireIntervalTicks: least, periodicShots: periodic } = match.parameters.rules;
  const random = seededRandom(seed);
  const count = 2 * periodic + 4;
  const run = periodic / 2 - 1;
  const ways: ((index: number) => number)[] = [
    variedIntervals(random, least, least + 6),
    // Two by turns.
    (index) => least + 1 + (index % 2),
    // One for as long as honest players may keep it, then another.
    (index) => least + 1 + (Math.floor(index / run) % 2),
    // Holds the trigger between longer pauses.
    (index) => (index % run === 0 ? least + 5 : least),
    () => least,
  ];
  const traces = new Map<Seat, Arrivals>();
  for (const [index, way] of ways.entries()) {
    const seat = await match.join(`p${index}`, SHOOTERS);
    traces.set(seat, atOnce(shotsAt(series(2 + index, count, way))));
  }
  await playArrivals(match, traces);
  return match;
}

async function holdNoAnomaly(match: Match): Promise<void> {
  const anomalies = (await match.reports()).filter(isAnomaly);
  hold(
    anomalies.length === 0,
    `${anomalies[0]?.player}, whose timing is honest, is reported BEHAVIORAL_ANOMALY.`,
    [],
    anomalies,
  );
}

export const habitChecks: readonly Check[] = [periodicShots, fastReactions, honestTiming];
