/** GAME-LIFE-01: of a flood so many messages are taken as a client may send between two ticks. */
import fc from 'fast-check';
import type { Command } from '../../../spec/game/messages.d.ts';
import type { Check } from '../check.ts';
import { hold } from '../kit/hold.ts';
import { gameSession, sendInput } from './gameSession.ts';
import type { Match } from './gameSession.ts';
import { openPlayer } from './player.ts';
import type { Player } from './player.ts';
import { closeAndSee, inState } from './presence.ts';
import { playRound } from './rounds.ts';
import { holdView } from './view.ts';

const BEYOND = 150;
const commandOf = (seq: number): Command => ({ seq, dx: 1, dy: 0 });

const flood: Check = {
  id: 'flood',
  isolation: 'shared',
  run: ({ property, hit }) =>
    property(
      fc.record({ most: fc.integer({ min: 8, max: 40 }), byOperation: fc.boolean() }),
      async ({ most, byOperation }, session) => {
        const match = await gameSession(session).match('flood', {
          rules: { maxMessagesPerTick: most },
        });
        const watcher = await openPlayer(await match.join('watcher', { x: 20_000, y: 20_000 }));
        const seat = await match.join('flooder', { x: 21_000, y: 20_000 });
        const count = most + BEYOND;
        if (byOperation) {
          await playRound(match, [watcher]);
          for (let seq = 1; seq <= count; seq += 1) {
            const reply = await sendInput(seat, [commandOf(seq)]);
            const code = reply.kind === 'ok' ? 'a reply' : reply.problem.code;
            const right = seq <= most ? 'a reply' : 'RATE_LIMIT';
            hold(
              code === right,
              `sendInput number ${seq} of a tick is answered by ${code}, with maxMessagesPerTick ${most}.`,
              right,
              reply,
            );
          }
          await holdTaken(match, watcher, most, most);
        } else {
          // An ack that is under way while the match steps would count in the next tick.
          const flooder = await openPlayer(seat, { acknowledges: false });
          await playRound(match, [watcher, flooder]);
          // Nothing of this player has come since the tick begins: no ping, no ack.
          const tick = await match.step();
          await flooder.until(() => flooder.view?.tick === tick, `snapshot of tick ${tick}`);
          for (let seq = 1; seq <= count; seq += 1) {
            const commands = [commandOf(seq)];
            flooder.stream.send({ type: 'input', commands } as never);
          }
          await holdLimited(flooder, count);
          await holdTaken(match, watcher, most, count);
          await closeAndSee(flooder);
        }
        hit('floods');
        hit('beyond', BEYOND);
        // The next tick is another one.
        await playRound(match, [watcher]);
        const anew = await openPlayer(seat);
        const later = new Map([['flooder', [commandOf(count + 1)]]]);
        await playRound(match, [watcher, anew], later);
        const now = inState(await match.state(), 'flooder');
        hold(
          now?.lastInputSeq === count + 1,
          'A tick after its flood the client sends a command, which is not taken.',
          count + 1,
          now,
        );
      },
      { runs: 5 },
    ),
};

/** Of messages that have all been sent by stream: the client is told that some were not taken, or kicked. */
async function holdLimited(flooder: Player, count: number): Promise<void> {
  await flooder.until(
    () => flooder.rejects.length > 0 || flooder.kick !== undefined || flooder.ended !== undefined,
    `reject or kick RATE_LIMIT for ${count} messages in one tick`,
  );
  const code = flooder.rejects[0]?.code ?? flooder.kick?.code;
  hold(
    code === 'RATE_LIMIT',
    `${count} messages in one tick are answered by ${code ?? `the end of the stream (${flooder.ended})`}.`,
    'RATE_LIMIT',
    code,
  );
}

/**
 * Steps, and sees that exactly the first ones counted, and that somebody else plays as ever. What comes after the tick has begun counts
 * in the next one.
 */
async function holdTaken(
  match: Match,
  watcher: Player,
  most: number,
  count: number,
): Promise<void> {
  await playRound(match, [watcher], new Map([[watcher.id, [commandOf(1)]]]));
  const state = await match.state();
  const taken = inState(state, 'flooder')?.lastInputSeq;
  hold(
    taken === most,
    `Of ${count} messages with a command each, ${taken} are taken in one tick, with maxMessagesPerTick ${most}.`,
    most,
    taken,
  );
  const view = watcher.views.get(state.tick);
  hold(view !== undefined, `${watcher.id} got no snapshot of tick ${state.tick}.`, state.tick);
  holdView(view, state, watcher.id, match.parameters.rules);
  hold(
    watcher.rejects.length === 0 && inState(state, watcher.id)?.lastInputSeq === 1,
    `${watcher.id} notices the flood of another client.`,
    { rejects: 0, lastInputSeq: 1 },
    { rejects: watcher.rejects, ...inState(state, watcher.id) },
  );
}

export const floodChecks: readonly Check[] = [flood];
