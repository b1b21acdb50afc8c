/** GAME-SEQ-01 and GAME-SEQ-02.a: each command has one effect or none, however often and in whichever order it comes. */
import fc from 'fast-check';
import type { Command } from '../../../spec/game/messages.d.ts';
import { seededRandom } from '../../load/seededRandom.ts';
import type { Random } from '../../load/seededRandom.ts';
import type { Check, Session } from '../check.ts';
import { hold } from '../kit/hold.ts';
import { holdTold } from './corrections.ts';
import { gameSession } from './gameSession.ts';
import { judgedMatch } from './judgedMatch.ts';
import type { JudgedMatch, JudgedTick } from './judgedMatch.ts';
import { openScript, scriptInputs, scripts } from './scripts.ts';
import type { Script } from './scripts.ts';
import { upTo } from './walks.ts';

const plans = fc.record({
  script: scripts({ players: 3, ticks: 20, actionsATick: 5 }),
  order: fc.nat(0x7fff_ffff),
});

/** What is sent instead of a tick's commands, message by message. */
type Rewrite = (id: string, commands: readonly Command[]) => (readonly Command[])[];

/** Plays the script with the messages rewritten. @param onTick once the next tick's messages have come */
async function playRewritten(
  session: Session,
  script: Script,
  rewrite: Rewrite,
  onTick: (judged: JudgedMatch, tick: JudgedTick) => void,
): Promise<void> {
  const judged = await openScript(gameSession(session), script);
  const nextSeq = new Map<string, number>();
  let before: JudgedTick | undefined;
  for (const actions of [...script.ticks, []]) {
    const planned = scriptInputs(script, actions, judged.world, nextSeq);
    const taken = new Map<string, Command[]>();
    for (const player of judged.players) {
      const messages = rewrite(player.id, planned.get(player.id) ?? []);
      for (const commands of messages) if (commands.length > 0) player.send(commands);
      taken.set(player.id, messages.flat());
    }
    const tick = await judged.advance(taken);
    if (before) onTick(judged, before);
    before = tick;
  }
}

function holdNothingElseTold({ players }: JudgedMatch, { tick, refusals }: JudgedTick): void {
  for (const player of players) holdTold(player, tick, refusals);
}

const appliedOnce: Check = {
  id: 'applied-once',
  isolation: 'shared',
  run: ({ property, hit }) =>
    property(
      plans,
      async ({ script, order }, session) => {
        const random = seededRandom(order);
        const sent = new Map<string, Command[]>();
        const again: Rewrite = (id, commands) => {
          const former = sent.get(id) ?? [];
          const replays = former.filter(() => random() < 0.15);
          sent.set(id, [...former, ...commands]);
          const doubled = commands.flatMap((each) => (random() < 0.4 ? [each, each] : [each]));
          const inMessage = doubled.length - commands.length;
          hit('duplicates', inMessage + commands.length);
          hit('replays', replays.length);
          // After newer ones, in the same message and in the next.
          const mixed = random() < 0.5 ? [...doubled, ...replays] : [...replays, ...doubled];
          return [mixed, commands];
        };
        await playRewritten(session, script, again, holdNothingElseTold);
      },
      { runs: 6 },
    ),
};

const gapsArePassed: Check = {
  id: 'gaps-are-passed',
  isolation: 'shared',
  run: ({ property, hit }) =>
    property(
      fc.array(
        fc.record({
          gap: fc.oneof(fc.integer({ min: 0, max: 3 }), fc.integer({ min: 4, max: 100_000_000 })),
          dx: fc.integer({ min: -141, max: 141 }),
          dy: fc.integer({ min: -141, max: 141 }),
        }),
        { minLength: 8, maxLength: 24 },
      ),
      async (steps, session) => {
        const judged = judgedMatch(await gameSession(session).match('gaps'));
        await judged.play('ann', { x: 50_000, y: 50_000 });
        await judged.tick();
        let seq = 0;
        let before: JudgedTick | undefined;
        for (const { gap, dx, dy } of steps) {
          seq += gap + 1;
          const tick = await judged.tick(new Map([['ann', [{ seq, dx, dy }]]]));
          if (before) holdNothingElseTold(judged, before);
          if (gap > 0) hit('gaps');
          before = tick;
        }
      },
      { runs: 4 },
    ),
};

const outOfOrder: Check = {
  id: 'out-of-order',
  isolation: 'shared',
  run: ({ property, hit }) =>
    property(
      plans,
      async ({ script, order }, session) => {
        const random = seededRandom(order);
        const held = new Map<string, Command[]>();
        const highest = new Map<string, number>();
        const mix: Rewrite = (id, commands) => {
          const isHeld = commands.map((_, index) => index < commands.length - 1 && random() < 0.3);
          const late = held.get(id) ?? [];
          held.set(
            id,
            commands.filter((_, index) => isHeld[index]),
          );
          const now = shuffled(
            random,
            commands.filter((_, index) => !isHeld[index]),
          );
          hit('late', late.filter(({ seq }) => seq < (highest.get(id) ?? 0)).length);
          hit('reordered', now.filter(({ seq }, at) => seq < (now[at - 1]?.seq ?? 0)).length);
          highest.set(id, Math.max(highest.get(id) ?? 0, ...now.map(({ seq }) => seq)));
          const cutAt = upTo(random, now.length);
          return [now.slice(0, cutAt), [...late, ...now.slice(cutAt)]];
        };
        await playRewritten(session, script, mix, holdNothingElseTold);
      },
      { runs: 24 },
    ),
};

function shuffled<T>(random: Random, list: readonly T[]): T[] {
  return list
    .map((each) => ({ each, at: random() }))
    .sort((a, b) => a.at - b.at)
    .map(({ each }) => each);
}

const lastInputSeq: Check = {
  id: 'last-input-seq',
  isolation: 'shared',
  run: ({ property, hit }) =>
    property(
      plans,
      async ({ script }, session) => {
        const judged = await openScript(gameSession(session), script, { judges: false });
        const nextSeq = new Map<string, number>();
        for (const actions of script.ticks) {
          const inputs = scriptInputs(script, actions, judged.world, nextSeq);
          const { tick } = await judged.tick(inputs);
          for (const { id, snapshots } of judged.players) {
            // Whatever came of a command: it was evaluated, so it counts.
            const expected = judged.world.players.find((player) => player.id === id)!.lastInputSeq;
            const snapshot = snapshots.findLast((each) => each.tick === tick);
            if (!snapshot) continue;
            hold(
              snapshot.lastInputSeq === expected,
              `${id}'s snapshot of tick ${tick} has lastInputSeq ${snapshot.lastInputSeq}; the highest seq that was taken before it is ${expected}.`,
              expected,
              snapshot,
            );
            hit('snapshots');
            if (!inputs.has(id)) hit('withoutCommand');
          }
        }
      },
      { runs: 4 },
    ),
};

export const sequenceChecks: readonly Check[] = [
  appliedOnce,
  gapsArePassed,
  outOfOrder,
  lastInputSeq,
];
