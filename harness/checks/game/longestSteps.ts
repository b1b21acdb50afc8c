/** GAME-AC-01.a-c: how far a player may move, and how often. */
import fc from 'fast-check';
import type { Command } from '../../../spec/game/messages.d.ts';
import type { Check } from '../check.ts';
import { gameSession } from './gameSession.ts';
import { judgedMatch } from './judgedMatch.ts';
import { holdSpotless, inputsOf, refereed } from './refereed.ts';
import { directions } from './directions.ts';
import { lengthOf } from './rules/moves.ts';

const MIDDLE = { x: 50_000, y: 50_000 };

const longestStep: Check = {
  id: 'longest-step',
  isolation: 'shared',
  async run({ property, hit }) {
    const seen = new Set<string>();
    await property(
      fc.record({
        // 65 times anything has many directions in whole millimetres.
        part: fc.oneof(fc.integer({ min: 1, max: 40 }), fc.constant(3)),
        tolerancePct: fc.constantFrom(0, 10, 100),
        tight: fc.boolean(),
        first: fc.nat(35),
      }),
      async ({ part, tolerancePct, tight, first }, session) => {
        const maxStepMm = 65 * part;
        const teleportMm = tight ? maxStepMm : 10 * maxStepMm;
        const rules = { maxStepMm, tolerancePct, teleportMm };
        const judged = judgedMatch(await gameSession(session).match('steps', { rules }));
        for (const id of ['ann', 'bob']) await judged.play(id, MIDDLE);
        const all = directions(part);
        for (let seq = 1; seq <= 24; seq += 1) {
          const inputs = new Map<string, Command[]>();
          for (const [index, { id }] of judged.players.entries()) {
            const step = all[(first + 7 * seq + 18 * index) % all.length]!;
            inputs.set(id, [{ seq, ...step }]);
            seen.add(`${step.dx / part} ${step.dy / part}`);
          }
          await judged.tick(inputs);
          hit('moves', inputs.size);
        }
        await judged.tick();
        await holdSpotless(judged);
      },
      { runs: 6 },
    );
    hit('directions', seen.size);
  },
};

const tooFar: Check = {
  id: 'too-far',
  isolation: 'shared',
  run: ({ property, hit }) =>
    property(
      fc.record({
        maxStepMm: fc.integer({ min: 40, max: 800 }),
        tolerancePct: fc.constantFrom(0, 7, 10, 25),
        turn: fc.nat(3),
      }),
      async ({ maxStepMm, tolerancePct, turn }, session) => {
        const teleportMm = 4 * maxStepMm + 3;
        const rules = { maxStepMm, tolerancePct, teleportMm };
        const match = await gameSession(session).match('far', { rules });
        const referee = refereed(judgedMatch(match));
        await referee.judged.play('ann', MIDDLE);
        await referee.judged.play('bob', MIDDLE);
        const shortest = Math.floor((maxStepMm * (100 + tolerancePct)) / 100) + 1;
        const side = Math.ceil(shortest / Math.SQRT2);
        const moves: readonly [number, number][] = [
          ...([
            [shortest, 0],
            [0, teleportMm],
            [side, -side],
          ] satisfies [number, number][]),
          ...([
            [2 * maxStepMm, 0],
            [teleportMm + 1, 0],
            [teleportMm, 1],
          ] satisfies [number, number][]),
          ...([
            [-3 * teleportMm, teleportMm],
            [90_000, 90_000],
            [1, -teleportMm],
          ] satisfies [number, number][]),
        ];
        for (const [index, [x, y]] of moves.entries()) {
          const move = turned({ dx: x, dy: y }, turn + index);
          if (lengthOf(move, rules) !== 'too-long') continue;
          // Another one's legal step, and its own next one, are carried out.
          const next = { seq: 2 * index + 2, dx: 10, dy: 0 };
          const inputs = new Map([
            ['ann', [{ seq: 2 * index + 1, ...move }]],
            ['bob', [{ seq: index + 1, dx: 0, dy: maxStepMm }]],
          ]);
          await referee.tick(inputs);
          await referee.tick(inputsOf('ann', next));
        }
        await referee.holdVerdicts();
        for (const { code } of referee.refusals) hit(code === 'SPEED' ? 'speed' : 'teleport');
      },
      { runs: 6 },
    ),
};

/** By quarters of a circle. */
function turned({ dx, dy }: { dx: number; dy: number }, quarters: number) {
  const all = [
    { dx, dy },
    { dx: 0 - dy, dy: dx },
    { dx: 0 - dx, dy: 0 - dy },
    { dx: dy, dy: 0 - dx },
  ];
  return all[quarters % 4]!;
}

const timeBank: Check = {
  id: 'time-bank',
  isolation: 'shared',
  run: ({ property, hit }) =>
    property(
      fc.record({
        timeBankTicks: fc.constantFrom(0, 1, 3, 8),
        // How many commands come before each tick.
        bursts: fc.array(
          fc.oneof(fc.integer({ min: 0, max: 3 }), fc.integer({ min: 8, max: 14 })),
          { minLength: 10, maxLength: 14, size: 'max' },
        ),
      }),
      async ({ timeBankTicks, bursts }, session) => {
        const match = await gameSession(session).match('bank', { rules: { timeBankTicks } });
        const referee = refereed(judgedMatch(match));
        await referee.judged.play('ann', MIDDLE);
        await referee.judged.play('bob', MIDDLE);
        let seq = 0;
        for (const [index, count] of [...bursts, 2, 2, 2].entries()) {
          const burst = Array.from({ length: count }, (): Command => {
            seq += 1;
            return { seq, dx: 1 + (seq % 100), dy: seq % 7 };
          });
          const inputs = new Map([
            ['ann', burst],
            ['bob', [{ seq: index + 1, dx: 5, dy: 5 }]],
          ]);
          await referee.tick(inputs);
          hit('ticks');
        }
        await referee.holdVerdicts();
        hit('refused', referee.refusals.length);
      },
      { runs: 6 },
    ),
};

export const longestStepChecks: readonly Check[] = [longestStep, tooFar, timeBank];
