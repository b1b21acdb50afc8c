/** GAME-NET-02: a client that does not read delays nobody, and little waits for it. */
import type { Command, Item, Point } from '../../../spec/game/messages.d.ts';
import { Violation } from '../check.ts';
import type { Check } from '../check.ts';
import { hold } from '../kit/hold.ts';
import { gameSession } from './gameSession.ts';
import type { GameSession, Match } from './gameSession.ts';
import { MAX_WAIT_MS, openPlayer } from './player.ts';
import type { Player, Received } from './player.ts';
import { playRound } from './rounds.ts';
import { holdView } from './view.ts';

const STALLED_TICKS = 200;
const MAX_ROUND_MS = 10_000;
/** Each snapshot without a base: some 110 KB where reading can be stopped, so that all of them are far more than any buffer takes. */
const ITEMS = { paused: 1_600, reading: 60 };
/** The most that may wait in the implementation, and far more than the operating systems' buffers take of a connection that is not read. */
const MAX_WAITING_BYTES = 1024 * 1024;
const MAX_SYSTEM_BYTES = 14 * 1024 * 1024;

/** No ping of player.ts has this number. */
const LAST_PING = 2 ** 40;
const CROWDED: Point = { x: 50_000, y: 50_000 };

interface Stalled {
  readonly match: Match;
  /** Has not read, or not acknowledged, for STALLED_TICKS ticks; still does not. */
  readonly stalled: Player;
  readonly others: readonly Player[];
  readonly couldPause: boolean;
}

/** One stands among many items and does not read; the others are elsewhere and walk. Each of their views is right, in every tick. */
async function stall(game: GameSession, hitTick: () => void): Promise<Stalled> {
  const probe = await openPlayer(await (await game.match('probe')).join('probe'));
  const couldPause = probe.stream.canPause;
  await probe.close();
  const count = couldPause ? ITEMS.paused : ITEMS.reading;
  const items = Array.from({ length: count }, (_, index): Item => {
    const id = `an-item-with-as-long-a-name-as-${String(index).padStart(5, '0')}`;
    return { id, x: CROWDED.x + (index % 50), y: CROWDED.y + Math.floor(index / 50) };
  });
  const match = await game.match('stalled', {
    map: { widthMm: 100_000, heightMm: 100_000, items },
    // Nobody's grace ends, whoever is kicked.
    rules: { radiusMm: 10_000, hysteresisMm: 0, graceTicks: 10_000, historyTicks: 16 },
  });
  const stalled = await openPlayer(await match.join('stalled', CROWDED), { acknowledges: false });
  const others: Player[] = [];
  for (const [index, id] of ['ann', 'bob', 'cyd'].entries()) {
    others.push(await openPlayer(await match.join(id, { x: 5_000 + 500 * index, y: 5_000 })));
  }
  await playRound(match, [stalled, ...others]);
  stalled.stream.pause();
  for (let seq = 1; seq <= STALLED_TICKS; seq += 1) {
    const step: Command = { seq, dx: seq % 40 < 20 ? 50 : -50, dy: 20 };
    const inputs = new Map(others.map(({ id }) => [id, [step]]));
    const tick = await inTime(playRound(match, others, inputs), match.tick + 1);
    for (const player of others) {
      const newest = player.snapshots.at(-1)?.tick;
      hold(
        newest === tick && player.snapshots.length === seq + 1,
        `While another client does not read, ${player.id} got no snapshot of tick ${tick}.`,
        tick,
        newest,
      );
    }
    // The state has all items: it is read now and then.
    if (seq % 55 === 0) await holdViews(match, others);
    hitTick();
  }
  return { match, stalled, others, couldPause };
}

/** A round that takes as long as no busy machine makes it has been held up. */
async function inTime(round: Promise<number>, tick: number): Promise<number> {
  let timer: NodeJS.Timeout | undefined;
  const tooLate = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      const why = `While a client does not read, the step to tick ${tick} was not answered within ${MAX_ROUND_MS} ms.`;
      reject(new Violation(why, 'a reply', 'none'));
    }, MAX_ROUND_MS);
  });
  try {
    return await Promise.race([round, tooLate]);
  } finally {
    clearTimeout(timer);
    round.catch(() => undefined);
  }
}

async function holdViews(match: Match, players: readonly Player[]): Promise<void> {
  const state = await match.state();
  for (const player of players) {
    const view = player.views.get(state.tick);
    hold(view !== undefined, `${player.id} got no snapshot of tick ${state.tick}.`, state.tick);
    holdView(view, state, player.id, match.parameters.rules);
  }
}

const stalledClientAlone: Check = {
  id: 'stalled-client-alone',
  isolation: 'shared',
  run: async ({ session, hit }) => {
    const { others, stalled } = await stall(gameSession(session()), () => hit('stalledTicks'));
    for (const player of others) {
      hold(
        player.kick === undefined && player.rejects.length === 0 && player.corrections.length === 0,
        `${player.id} is told something because another client does not read.`,
        'snapshots only',
        player.kick ?? player.rejects[0] ?? player.corrections[0],
      );
      hit('others');
    }
    await stalled.close();
  },
};

const queueIsBounded: Check = {
  id: 'queue-is-bounded',
  isolation: 'shared',
  deadlineMs: 3 * MAX_WAIT_MS,
  run: async ({ session, hit }) => {
    const { match, stalled, others, couldPause } = await stall(gameSession(session()), () =>
      hit('stalledTicks'),
    );
    const before = stalled.received.length;
    const lastStalled = match.tick;
    stalled.stream.resume();
    const hasEnded = (): boolean => stalled.kick !== undefined || stalled.ended !== undefined;
    stalled.stream.send({ type: 'ping', t: LAST_PING });
    const isPong = ({ message }: Received): boolean =>
      message.type === 'pong' && message.t === LAST_PING;
    await stalled.until(
      () => hasEnded() || stalled.received.some(isPong),
      'pong, or the end of the stream, after it reads again',
    );
    // It plays on, by this stream or by another one.
    const resumed = hasEnded() ? await openPlayer(stalled.seat) : stalled;
    for (let round = 0; round < 4; round += 1) {
      await playRound(match, [resumed, ...others]);
      await holdViews(match, [resumed, ...others]);
      resumed.ackNewest();
    }
    // What waits in the implementation may come later than the pong.
    const waited = stalled.received
      .slice(before)
      .filter(({ message }) => !isAfter(message, lastStalled));
    if (couldPause) holdLittleWaited(waited);
    hit('resumed');
    await resumed.close();
  },
};

function isAfter(message: Received['message'], tick: number): boolean {
  return message.type === 'snapshot' && message.tick > tick;
}

/** Of all that was read at last: what the systems' buffers had, and what the implementation may let wait. */
function holdLittleWaited(received: readonly Received[]): void {
  const sizes = received.map(({ bytes }) => bytes);
  const total = sizes.reduce((sum, bytes) => sum + bytes, 0);
  const most = Math.max(MAX_WAITING_BYTES, ...sizes) + MAX_SYSTEM_BYTES;
  hold(
    total <= most,
    `For a client that did not read for ${STALLED_TICKS} ticks ${total} bytes waited; the buffers of the operating systems do not hold so much.`,
    most,
    total,
  );
}

export const slowClientChecks: readonly Check[] = [stalledClientAlone, queueIsBounded];
