/** GAME-LIFE-01: messages that are none of the contract are answered, have no effect, and disturb nobody. */
import type { Command } from '../../../spec/game/messages.d.ts';
import type { Check } from '../check.ts';
import { hold } from '../kit/hold.ts';
import { gameSession } from './gameSession.ts';
import { MAX_WAIT_MS, openPlayer } from './player.ts';
import type { Player } from './player.ts';
import { inState } from './presence.ts';
import { playRound } from './rounds.ts';
import { holdView } from './view.ts';

/** Well beyond the contract's 64 KiB. */
const TOO_LONG_BYTES = 100_000;
const GOOD = { seq: 1_000, dx: 50, dy: 0 };
const input = (...commands: unknown[]): string => JSON.stringify({ type: 'input', commands });

/** By kind: texts that are no message of a client, each with nothing in it that a lenient reading could take. */
const WRONG: Readonly<Record<string, readonly string[]>> = {
  'no JSON': ['', 'hello', '{"type":"ping","t":1', "{'type':'ping','t':1}"],
  'no object': ['null', '1', '"ping"', '[]', '[{"type":"ping","t":1}]', 'true'],
  'no type of a client': [
    '{}',
    '{"type":"teleport","x":1}',
    '{"type":null}',
    '{"type":"toString"}',
    '{"t":1}',
  ],
  'a type of the server': ['{"type":"pong","t":1}', '{"type":"kick","code":"SLOW"}'],
  'no commands': ['{"type":"input"}', '{"type":"input","commands":{}}', input()],
  'too many commands': [
    input(...Array.from({ length: 65 }, (_, i) => ({ ...GOOD, seq: 1_000 + i }))),
  ],
  'a wrong command': [
    input(GOOD, { dx: 1, dy: 1 }),
    input(GOOD, { seq: 1_001, dx: '10', dy: 0 }),
    input(GOOD, { seq: 1_001, dx: 10.5, dy: 0 }),
    input({ ...GOOD, seq: 0 }),
    input({ ...GOOD, dx: 1_000_001 }),
    input({ ...GOOD, yawMdeg: 360_000 }),
    input(GOOD, 7),
    input(GOOD, null),
  ],
  'a wrong take or fire': [
    input({ ...GOOD, take: 7 }),
    input({ ...GOOD, fire: { x: 1, y: 1 } }),
    input({ ...GOOD, fire: { x: -1, y: 1, viewTick: 0 } }),
  ],
  'a wrong ack or ping': [
    '{"type":"ack"}',
    '{"type":"ack","tick":-1}',
    '{"type":"ack","tick":"1"}',
    '{"type":"ping"}',
    '{"type":"ping","t":1.5}',
  ],
  'too long': [
    JSON.stringify({ type: 'input', commands: [GOOD], more: 'x'.repeat(TOO_LONG_BYTES) }),
    'x'.repeat(TOO_LONG_BYTES),
  ],
};

const malformedMessages: Check = {
  id: 'malformed-messages',
  isolation: 'shared',
  deadlineMs: 3 * MAX_WAIT_MS,
  run: async ({ session, hit }) => {
    const match = await gameSession(session()).match('wrong');
    const watcher = await openPlayer(await match.join('watcher', { x: 20_000, y: 20_000 }));
    let rude = await openPlayer(await match.join('rude', { x: 21_000, y: 20_000 }));
    await playRound(match, [watcher, rude]);
    let seq = 0;
    let expected = inState(await match.state(), rude.id);
    for (const [kind, texts] of Object.entries(WRONG)) {
      for (const text of texts) {
        const rejects = rude.rejects.length;
        rude.stream.sendText(text);
        await holdMalformed(rude, rejects, kind, text);
        hit('messages');
        if (rude.kick || rude.ended !== undefined) {
          await rude.close();
          rude = await openPlayer(rude.seat);
        }
        // Everybody else plays on; and so does who sent it, from where it was.
        seq += 1;
        const step: Command = { seq, dx: seq % 2 === 0 ? -10 : 10, dy: 0 };
        await playRound(
          match,
          [watcher, rude],
          new Map([watcher, rude].map(({ id }) => [id, [step]])),
        );
        const state = await match.state();
        expected = { ...expected!, x: expected!.x + step.dx, lastInputSeq: seq };
        const now = inState(state, rude.id);
        hold(
          now?.x === expected.x && now.lastInputSeq === seq,
          `A message of a client with ${kind} has an effect: ${text.slice(0, 80)}`,
          expected,
          now,
        );
        for (const player of [watcher, rude]) {
          const view = player.views.get(state.tick);
          hold(view !== undefined, `${player.id} got no snapshot of tick ${state.tick}.`);
          holdView(view, state, player.id, match.parameters.rules);
        }
        hold(
          watcher.rejects.length === 0 && inState(state, watcher.id)?.lastInputSeq === seq,
          `${watcher.id} notices that another client sent a message with ${kind}.`,
          { rejects: 0, lastInputSeq: seq },
          { rejects: watcher.rejects, ...inState(state, watcher.id) },
        );
      }
      hit('kinds');
    }
  },
};

/** Awaits the answer to one message that is none. */
async function holdMalformed(
  player: Player,
  rejects: number,
  kind: string,
  text: string,
): Promise<void> {
  await player.until(
    () =>
      player.rejects.length > rejects || player.kick !== undefined || player.ended !== undefined,
    `reject or kick MALFORMED for a message with ${kind} (${text.slice(0, 80)})`,
  );
  const code = player.rejects.at(rejects)?.code ?? player.kick?.code;
  const onlyEnds = kind === 'too long' && code === undefined;
  hold(
    code === 'MALFORMED' || onlyEnds,
    `A message with ${kind} (${text.slice(0, 80)}) is answered by ${code ?? `the end of the stream (${player.ended})`}.`,
    'reject or kick MALFORMED',
    code,
  );
}

export const malformedChecks: readonly Check[] = [malformedMessages];
