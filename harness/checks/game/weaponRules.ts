/** GAME-AC-01.d-f: how often and how far one may shoot, and what the dead may do. */
import fc from 'fast-check';
import type { Command, Point } from '../../../spec/game/messages.d.ts';
import type { Check } from '../check.ts';
import { directions } from './directions.ts';
import { gameSession } from './gameSession.ts';
import { judgedMatch } from './judgedMatch.ts';
import { inputsOf, refereed } from './refereed.ts';
import type { Refereed } from './refereed.ts';

const HERE: Point = { x: 50_000, y: 50_000 };
const TARGET: Point = { x: 52_000, y: 51_000 };
/** Nobody dies, and each hit is seen in the state. */
const LONG_LIFE = { maxHp: 100_000, damage: 1 };

const fireRate: Check = {
  id: 'fire-rate',
  isolation: 'shared',
  run: ({ property, hit }) =>
    property(
      fc.record({
        fireIntervalTicks: fc.integer({ min: 2, max: 6 }),
        timeBankTicks: fc.constantFrom(0, 2, 8),
        gaps: fc.array(fc.integer({ min: 1, max: 7 }), {
          ...{ minLength: 12, maxLength: 12 },
        }),
      }),
      async ({ fireIntervalTicks, timeBankTicks, gaps }, session) => {
        const rules = { ...LONG_LIFE, fireIntervalTicks, timeBankTicks };
        const match = await gameSession(session).match('rate', { rules });
        const referee = refereed(judgedMatch(match));
        await referee.judged.play('ann', HERE);
        await referee.judged.play('bob', TARGET);
        await referee.tick();
        let seq = 0;
        const fireAfter = async (gap: number): Promise<'fired' | 'refused'> => {
          seq += gap;
          const fire = { ...TARGET, viewTick: match.tick };
          const { refusals } = await referee.tick(inputsOf('ann', { seq, dx: 0, dy: 0, fire }));
          return refusals.length > 0 ? 'refused' : 'fired';
        };
        const idle = async (ticks: number): Promise<void> => {
          for (let left = ticks; left > 0; left -= 1) {
            seq += 1;
            await referee.tick(inputsOf('ann', { seq, dx: 0, dy: 0 }));
          }
        };
        // As fast as the weapon can, by the player's own ticks.
        await fireAfter(1);
        for (let shots = 0; shots < 5; shots += 1) {
          await idle(fireIntervalTicks - 1);
          if ((await fireAfter(1)) === 'fired') hit('accepted');
        }
        // Sooner, and later, as it happens.
        for (const gap of gaps) if ((await fireAfter(gap)) === 'refused') hit('refused');
        // Numbers left out, so that the distance is right in seq, and not in ticks.
        const most = fireIntervalTicks + timeBankTicks + 3;
        for (let shots = 0; shots < most; shots += 1) {
          if ((await fireAfter(fireIntervalTicks)) === 'refused') {
            hit('refused');
            hit('skippedNumbers');
          }
        }
        await referee.holdVerdicts();
      },
      { runs: 6 },
    ),
};

const weaponRange: Check = {
  id: 'weapon-range',
  isolation: 'shared',
  run: ({ property, hit }) =>
    property(
      fc.record({ part: fc.integer({ min: 20, max: 600 }), first: fc.nat(35) }),
      async ({ part, first }, session) => {
        const weaponRangeMm = 65 * part;
        const rules = { ...LONG_LIFE, weaponRangeMm, fireIntervalTicks: 1 };
        const match = await gameSession(session).match('range', { rules });
        const referee = refereed(judgedMatch(match));
        await referee.judged.play('ann', HERE);
        const all = directions(part);
        const steps = [0, 5, 11, 17, 23].map((turn) => all[(first + turn) % all.length]!);
        // In each direction somebody stands at exactly the weapon's range.
        const edges = steps.map(({ dx, dy }) => ({ x: HERE.x + dx, y: HERE.y + dy }));
        for (const [index, edge] of edges.entries()) await referee.judged.join(`t${index}`, edge);
        await referee.tick();
        let seq = 0;
        const fireAt = async (point: Point): Promise<void> => {
          seq += 1;
          const fire = { ...point, viewTick: match.tick };
          await referee.tick(inputsOf('ann', { seq, dx: 0, dy: 0, fire }));
        };
        for (const [index, edge] of edges.entries()) {
          await fireAt(edge);
          hit('atRange');
          await fireAt(beyond(edge, index % 2 === 0 ? 1 : 200));
          hit('refused');
        }
        await fireAt({ x: HERE.x + weaponRangeMm, y: HERE.y + 1 });
        await fireAt({ x: 100_000, y: 100_000 });
        hit('refused', 2);
        await referee.holdVerdicts();
      },
      { runs: 4 },
    ),
};

/** So much farther from HERE, each way that is not 0. */
function beyond({ x, y }: Point, mm: number): Point {
  return { x: x + Math.sign(x - HERE.x) * mm, y: y + Math.sign(y - HERE.y) * mm };
}

const deadPlayers: Check = {
  id: 'dead-players',
  isolation: 'shared',
  run: ({ property, hit }) =>
    property(
      fc.record({
        deadGraceTicks: fc.integer({ min: 3, max: 8 }),
        longer: fc.integer({ min: 3, max: 6 }),
        lives: fc.integer({ min: 1, max: 2 }),
      }),
      async ({ deadGraceTicks, longer, lives }, session) => {
        const match = await gameSession(session).match('dead', {
          map: { widthMm: 100_000, heightMm: 100_000, items: [{ id: 'gem', ...TARGET }] },
          rules: {
            ...{ maxHp: 20, damage: 20, fireIntervalTicks: 1, deadGraceTicks },
            respawnTicks: deadGraceTicks + longer,
          },
        });
        const referee = refereed(judgedMatch(match));
        await referee.judged.play('ann', HERE);
        await referee.judged.play('bob', TARGET);
        await referee.tick();
        for (let life = 0; life < lives; life += 1) await liveAndDie(referee, hit);
        await referee.holdVerdicts();
      },
      { runs: 6 },
    ),
};

/** bob is shot, and goes on sending until it has appeared again, and a little longer. */
async function liveAndDie(
  referee: Refereed,
  hit: (name: string, times?: number) => void,
): Promise<void> {
  const { judged } = referee;
  const { deadGraceTicks, respawnTicks } = judged.world.parameters.rules;
  const next = (id: string): number =>
    judged.world.players.find((player) => player.id === id)!.lastInputSeq + 1;
  const shot = { ...TARGET, viewTick: judged.match.tick };
  await referee.tick(inputsOf('ann', { seq: next('ann'), dx: 0, dy: 0, fire: shot }));
  for (let dead = 1; dead < respawnTicks; dead += 1) {
    const seq = next('bob');
    const fire = { ...HERE, viewTick: judged.match.tick };
    const commands: Command[] = [
      { seq, dx: 100, dy: 50, yawMdeg: 7 * seq },
      { seq: seq + 1, dx: 0, dy: 0, take: 'gem', fire },
    ];
    // In the tick in which the grace ends, whether it is reported is said in more than one way.
    if (dead === deadGraceTicks) {
      await referee.tick();
      continue;
    }
    const { occurrences, refusals } = await referee.tick(inputsOf('bob', ...commands));
    hit('refused', refusals.length);
    if (occurrences.length > 0) hit('reported', occurrences.length);
    else hit('unreported', refusals.length);
  }
  await referee.tick();
  await referee.tick(inputsOf('bob', { seq: next('bob'), dx: 0, dy: 0 }));
}

export const weaponRuleChecks: readonly Check[] = [fireRate, weaponRange, deadPlayers];
