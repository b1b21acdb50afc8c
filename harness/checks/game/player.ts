/**
 * A client of the stream `play`: sends, tells what has been taken by a ping, collects what came, folds snapshots into views and says which
 * it has applied. The rounds of many clients are in rounds.ts.
 */
import type {
  Command,
  Correction,
  Kick,
  Pong,
  Reject,
  ServerMessage,
  Snapshot,
  Welcome,
} from '../../../spec/game/messages.d.ts';
import { Violation } from '../check.ts';
import type { Session, SessionSubscription } from '../check.ts';
import type { JsonObject, StreamEvent } from '../../target/target.ts';
import { hold } from '../kit/hold.ts';
import type { Seat } from './gameSession.ts';
import { foldSnapshot } from './view.ts';
import type { View } from './view.ts';

/** On loopback what a server has taken is answered at once; this is an eternity. A check that waits for what a wrong one never says needs longer. */
export const MAX_WAIT_MS = 10_000;
/** Views are kept so much longer than a base may be old, so that a base that is too old is told from one that never was. */
const KEPT_HISTORIES = 3;

/** A message as it came. */
export interface Received<T extends ServerMessage = ServerMessage> {
  readonly message: T;
  /** Its JSON text, and the length of it in UTF-8. */
  readonly text: string;
  readonly bytes: number;
}

/** Which snapshots and acks get lost, as if the network had lost them. Default: none. */
export interface Network {
  losesSnapshot(tick: number): boolean;
  /** The acks that are sent instead of this one, in this order. */
  acks(tick: number): readonly number[];
}

export interface PlayerOptions {
  /** Default: nothing is lost. */
  readonly network?: Network;
  /** Whether it folds snapshots and acknowledges the newest in each round (rounds.ts). Default: true. */
  readonly acknowledges?: boolean;
  /** Called as a snapshot comes, before anything else is done with it. */
  onSnapshot?(snapshot: Snapshot): void;
}

export interface Player {
  readonly seat: Seat;
  /** The id of the player. */
  readonly id: string;
  readonly welcome: Welcome;
  readonly stream: SessionSubscription;
  readonly acknowledges: boolean;
  /** All that came since forget(), in order. */
  readonly received: readonly Received[];
  readonly snapshots: readonly Snapshot[];
  readonly corrections: readonly Correction[];
  readonly rejects: readonly Reject[];
  readonly kick: Kick | undefined;
  /** Why the stream ended; undefined while it is open. */
  readonly ended: string | undefined;
  /** By tick, of the snapshots that were not lost; those of long ago are gone. */
  readonly views: ReadonlyMap<number, View>;
  /** The view of the newest snapshot that was not lost. */
  readonly view: View | undefined;
  /** Ticks that it has acknowledged. */
  readonly acked: ReadonlySet<number>;
  /** @throws Violation when the stream has ended */
  send(commands: readonly Command[]): void;
  /** Says that it has applied the snapshot of a tick, whether it has or not. */
  ack(tick: number): void;
  /** Acknowledges, by its network, the newest view that it has not yet acknowledged. */
  ackNewest(): void;
  /** Pings and awaits the pong: all that was sent before has been taken. @throws Violation when none comes, or the stream ends */
  sync(): Promise<void>;
  /** The same, where the message before may have ended the stream. @returns whether it is still open */
  trySync(): Promise<boolean>;
  /** Leaves, and awaits the kick. @throws Violation when another message or none ends the stream */
  bye(): Promise<void>;
  /** Awaits the end of the stream by the server. @returns the kick, where there was one */
  untilEnded(): Promise<Kick | undefined>;
  /** Awaits something that came. @throws Violation after a while, or when the stream ends before */
  until(isThere: () => boolean, what: string): Promise<void>;
  /** Closes the stream; the server may need a moment to notice: see getMatch. */
  close(): Promise<void>;
  /** Forgets what came, but not the views: for long runs. */
  forget(): void;
}

/** Opens the stream and awaits its welcome. @throws Violation when it is refused or begins with anything else */
export async function openPlayer(
  seat: Seat,
  { network, acknowledges = true, onSnapshot }: PlayerOptions = {},
  session: Session = seat.match.game.session,
): Promise<Player> {
  const { match, player: id, token } = seat;
  const { historyTicks } = match.parameters.rules;
  const received: Received[] = [];
  const snapshots: Snapshot[] = [];
  const corrections: Correction[] = [];
  const rejects: Reject[] = [];
  const pongs = new Set<number>();
  const views = new Map<number, View>();
  const acked = new Set<number>();
  let welcome: Welcome | undefined;
  let kick: Kick | undefined;
  let ended: string | undefined;
  /** What was wrong with what came, told to whoever waits next. */
  let broken: Error | undefined;
  let newest: View | undefined;
  let lastPing = 0;
  const waiting = new Set<() => void>();

  const apply = (snapshot: Snapshot): void => {
    const { tick, baseTick } = snapshot;
    if (network?.losesSnapshot(tick)) return;
    const base = baseTick === null ? undefined : views.get(baseTick);
    hold(
      baseTick === null || base !== undefined,
      `${id}'s snapshot of tick ${tick} is based on tick ${baseTick}, of which it has no view.`,
      'null, or a tick that it acknowledged',
      baseTick,
    );
    newest = foldSnapshot(snapshot, base, id);
    views.set(tick, newest);
    for (const old of views.keys()) {
      if (old < tick - KEPT_HISTORIES * historyTicks) views.delete(old);
    }
  };
  const take = (message: ServerMessage): void => {
    if (kick)
      throw new Violation(`After its kick ${id} got a ${message.type}.`, undefined, message);
    if (!welcome && message.type !== 'welcome') {
      throw new Violation(`The first message for ${id} is no welcome.`, 'welcome', message);
    }
    if (message.type === 'welcome') welcome = message;
    else if (message.type === 'correction') corrections.push(message);
    else if (message.type === 'reject') rejects.push(message);
    else if (message.type === 'kick') kick = message;
    else if (message.type === 'pong') pongs.add((message as Pong).t);
    else {
      onSnapshot?.(message);
      snapshots.push(message);
      apply(message);
    }
  };
  const onEvent = (event: StreamEvent): void => {
    if (event.kind === 'ended') ended = event.reason;
    else if (event.kind === 'malformed') broken ??= new Violation(event.reason);
    else {
      const { text, bytes } = event;
      const message = event.message as unknown as ServerMessage;
      received.push({ message, text, bytes });
      try {
        take(message);
      } catch (error) {
        broken ??= error as Error;
      }
    }
    for (const wake of [...waiting]) wake();
  };
  const woken = (withinMs: number): Promise<void> =>
    new Promise((resolve) => {
      const wake = (): void => {
        clearTimeout(timer);
        waiting.delete(wake);
        resolve();
      };
      const timer = setTimeout(wake, withinMs);
      waiting.add(wake);
    });
  const told = (): string => (kick ? `a kick ${kick.code}` : `no kick (${ended})`);
  /** @param mayEnd whether the end of the stream is what is awaited */
  const wait = async (isThere: () => boolean, what: string, mayEnd = false): Promise<void> => {
    const deadlineMs = performance.now() + MAX_WAIT_MS;
    while (!isThere()) {
      if (broken) throw broken;
      hold(
        (ended === undefined && kick === undefined) || mayEnd,
        `${id}'s stream ended with ${told()} before ${what}.`,
        what,
        kick ?? ended,
      );
      const leftMs = deadlineMs - performance.now();
      hold(leftMs > 0, `${id} got no ${what} within ${MAX_WAIT_MS} ms.`, what, received.at(-1));
      await woken(leftMs);
    }
    if (broken) throw broken;
  };

  const request = { match: match.id, player: id, token };
  const stream = await session.subscribe('play', request, onEvent);
  const transmit = (message: JsonObject): void =>
    hold(
      stream.send(message),
      `${id} could not send a message of type ${String(message['type'])}: its stream ${ended === undefined ? 'takes no more' : `ended with ${told()}`}.`,
      'an open stream',
      kick ?? ended,
    );
  const sendAck = (tick: number): void => {
    acked.add(tick);
    transmit({ type: 'ack', tick });
  };
  await wait(() => welcome !== undefined, 'welcome');

  return {
    ...{ seat, id, welcome: welcome!, stream, acknowledges },
    ...{ received, snapshots, corrections, rejects, views, acked },
    get kick() {
      return kick;
    },
    get ended() {
      return ended;
    },
    get view() {
      return newest;
    },
    send: (commands) =>
      transmit({ type: 'input', commands: [...commands] } as unknown as JsonObject),
    ack: sendAck,
    ackNewest() {
      const tick = newest?.tick;
      if (tick === undefined || acked.has(tick)) return;
      for (const each of network?.acks(tick) ?? [tick]) sendAck(each);
    },
    async sync() {
      const t = (lastPing += 1);
      transmit({ type: 'ping', t });
      await wait(() => pongs.delete(t), `pong of ping ${t}`);
    },
    async trySync() {
      const t = (lastPing += 1);
      stream.send({ type: 'ping', t });
      const isOver = (): boolean => kick !== undefined || ended !== undefined;
      await wait(() => pongs.has(t) || isOver(), `pong of ping ${t}`, true);
      return !isOver();
    },
    async bye() {
      transmit({ type: 'bye' });
      await wait(() => kick !== undefined || ended !== undefined, 'kick LEFT', true);
      hold(kick?.code === 'LEFT', `${id}'s bye was answered by ${told()}.`, 'kick LEFT', kick);
    },
    async untilEnded() {
      await wait(() => kick !== undefined || ended !== undefined, 'end of the stream', true);
      return kick;
    },
    until: (isThere, what) => wait(isThere, what),
    close: () => stream.close(),
    forget() {
      for (const list of [received, snapshots, corrections, rejects]) list.length = 0;
    },
  };
}
