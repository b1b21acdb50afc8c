/** GAME-AUTH-02: the same match with the same commands in the same ticks has the same states. */
import type { Command, ReplayCommand, ReplayTick } from '../../../spec/game/messages.d.ts';
import type { Check } from '../check.ts';
import { hold, holdSame } from '../kit/hold.ts';
import { gameSession } from './gameSession.ts';
import type { GameSession } from './gameSession.ts';
import { holdState } from './judgedMatch.ts';
import type { JudgedMatch, JudgedTick } from './judgedMatch.ts';
import { openPlayer } from './player.ts';
import type { Player } from './player.ts';
import { playRound } from './rounds.ts';
import type { Inputs } from './rounds.ts';
import { matchOptions, openScript, playerId, scriptInputs, scripts } from './scripts.ts';
import type { Script } from './scripts.ts';

const lively = scripts({ players: 4, ticks: 24, actionsATick: 8 });

/** Plays the script without judging states. @returns what was sent before each tick, and what it gave */
async function record(judged: JudgedMatch, script: Script) {
  const nextSeq = new Map<string, number>();
  const sent: Inputs[] = [];
  const ticks: JudgedTick[] = [];
  for (const actions of script.ticks) {
    const inputs = scriptInputs(script, actions, judged.world, nextSeq);
    sent.push(inputs);
    ticks.push(await judged.tick(inputs));
  }
  return { sent, ticks };
}

const sameInputsSameHashes: Check = {
  id: 'same-inputs-same-hashes',
  isolation: 'shared',
  run: ({ property, hit }) =>
    property(
      lively,
      async (script, session) => {
        const game = gameSession(session);
        const streams = (): boolean => false;
        const first = await openScript(game, script, { name: 'one', judges: false, streams });
        const { sent, ticks } = await record(first, script);
        const again = await openScript(game, script, { name: 'two', judges: false, streams });
        for (const [index, inputs] of sent.entries()) {
          // The players send in the other order: which arrives first is no input.
          const { tick } = await again.tick(new Map([...inputs].toReversed()));
          const [one, two] = [await first.match.hash(tick), await again.match.hash(tick)];
          hold(
            one === two,
            `Two matches with the same seed, map, rules, joins and commands have different hashes at tick ${tick}.`,
            one,
            two,
          );
          hit('ticks');
          hit('shots', ticks[index]!.shots.length);
        }
      },
      { runs: 30 },
    ),
};

const streamAndOperationAlike: Check = {
  id: 'stream-and-operation-alike',
  isolation: 'shared',
  run: ({ property, hit }) =>
    property(
      lively,
      async (script, session) => {
        const game = gameSession(session);
        const byOperation = await openScript(game, script, {
          ...{ name: 'operation', judges: false, streams: () => false },
        });
        const byStream = await openScript(game, script, { name: 'stream', judges: false });
        const mixed = await openScript(game, script, {
          ...{ name: 'mixed', judges: false, streams: (index) => index % 2 === 0 },
        });
        const { sent, ticks } = await record(byOperation, script);
        for (const [index, inputs] of sent.entries()) {
          const { tick, state } = ticks[index]!;
          for (const other of [byStream, mixed]) {
            const { state: now } = await other.tick(inputs);
            const how = other === byStream ? 'streams' : 'streams and sendInput';
            const what = `Tick ${tick}, with the commands sent by ${how}, against the same by sendInput`;
            holdAlike(now, state, what);
          }
          hit('ticks');
          hit('commands', [...inputs.values()].flat().length);
        }
      },
      { runs: 6 },
    ),
};

function holdAlike(actual: JudgedTick['state'], expected: JudgedTick['state'], what: string): void {
  try {
    holdState(actual, expected, what);
  } catch (error) {
    // The sentence of holdState names the rules, which are not what this is about.
    if (error instanceof Error) {
      error.message = error.message.replace('the rules give', 'sendInput gave');
    }
    throw error;
  }
}

const replayGivesSameHashes: Check = {
  id: 'replay-gives-same-hashes',
  isolation: 'shared',
  run: ({ property, hit }) =>
    property(
      lively,
      async (script, session) => {
        const game = gameSession(session);
        const judged = await openScript(game, script, { name: 'played', judges: false });
        const { ticks } = await record(judged, script);
        const [leaver] = judged.players;
        await judged.leave(leaver!);
        const { tick: leftAt } = await judged.tick();
        const last = await judged.tick();
        const replay = await judged.match.replay(1, 7);
        holdSame(
          replay.map(({ tick }) => tick),
          Array.from({ length: last.tick }, (_, index) => index + 1),
          `getReplay of ${judged.match.id} from tick 1 has other ticks than each up to ${last.tick} once.`,
        );
        for (const { tick, evaluated } of ticks) {
          const shown = replay[tick - 1]!;
          holdSame(
            shown.commands.map(plainCommand),
            evaluated.map(({ player, command }) => plainCommand({ player, ...command })),
            `The commands of tick ${tick} in getReplay are not those that were evaluated, by player and seq.`,
          );
          hit('commands', evaluated.length);
        }
        holdSame(
          replay[leftAt - 1]!.left,
          [leaver!.id],
          `In getReplay the one who left in tick ${leftAt} is not in its \`left\`.`,
        );
        hit('ticks', await playAgain(game, script, judged, replay));
      },
      { runs: 8 },
    ),
};

/** Members in one order, and none that the contract does not name. */
function plainCommand({ player, seq, dx, dy, yawMdeg, take, fire }: ReplayCommand): object {
  const shot = fire && { x: fire.x, y: fire.y, viewTick: fire.viewTick };
  return { player, seq, dx, dy, yawMdeg, take, fire: shot };
}

/** A new match that is told what the replay has. @returns how many ticks had the hash of the replay */
async function playAgain(
  game: GameSession,
  script: Script,
  { match: { created } }: JudgedMatch,
  replay: readonly ReplayTick[],
): Promise<number> {
  const match = await game.match('replayed', matchOptions(script));
  const players = new Map<string, Player>();
  for (const { tick, left, joined, commands, sha256 } of replay) {
    for (const id of left) {
      await players.get(id)?.bye();
      players.delete(id);
    }
    // Who appears again after a death may be told too; it is in the match already.
    for (const { player, x, y } of joined.filter((each) => !players.has(each.player))) {
      players.set(player, await openPlayer(await match.join(player, spawnOf(script, player))));
      holdPlace(script, player, { x, y }, tick);
    }
    const inputs = Map.groupBy(commands, ({ player }) => player);
    const plain = [...inputs].map(([id, own]) => [id, own.map(commandOf)] as const);
    const now = await playRound(match, [...players.values()], new Map(plain));
    const again = await match.hash(now);
    hold(
      now === tick && again === sha256,
      `The replay of ${created.match} played into a new match gives another hash at tick ${tick}.`,
      sha256,
      again,
    );
  }
  return replay.length;
}

function spawnOf({ spawns }: Script, id: string) {
  return spawns.find((_, index) => playerId(index) === id) ?? undefined;
}

function holdPlace(
  script: Script,
  player: string,
  shown: { x: number; y: number },
  tick: number,
): void {
  const spawn = spawnOf(script, player);
  if (!spawn) return;
  holdSame(
    shown,
    spawn,
    `In getReplay ${player} appears elsewhere in tick ${tick} than its spawn.`,
  );
}

function commandOf({ seq, dx, dy, yawMdeg, take, fire }: ReplayCommand): Command {
  return {
    ...{ seq, dx, dy },
    ...(yawMdeg !== undefined && { yawMdeg }),
    ...(take !== undefined && { take }),
    ...(fire && { fire: { x: fire.x, y: fire.y, viewTick: fire.viewTick } }),
  };
}

export const determinismChecks: readonly Check[] = [
  sameInputsSameHashes,
  streamAndOperationAlike,
  replayGivesSameHashes,
];
