/** The stream of one client: what it sends, and what it is told. */
import type {
  Command,
  Correction,
  Kick,
  Point,
  ServerMessage,
  Welcome,
} from '../../../../spec/game/messages.d.ts';
import type { Json } from '../../../target/target.ts';
import type { InMemorySubscriber, TellSubscriber } from '../../testing/inMemoryStream.ts';
import type { Match } from './match.ts';
import { hasUnnamedMembers } from './members.ts';
import { evaluateCommands } from './runTick.ts';
import { NOTHING } from './snapshots.ts';
import type { Sent } from './snapshots.ts';
import { has } from './switches.ts';
import type { Player } from './world.ts';

export interface Client {
  readonly player: Player;
  readonly sent: Sent;
  /** Corrections that go with the messages of a later tick. */
  late: { readonly due: number; readonly correction: Correction }[];
  /** It did not read: for defects. */
  hasLost: boolean;
  isOver: boolean;
  /** Bytes that it has not taken. */
  waiting(): number;
  tell(message: ServerMessage): void;
  readonly counted: { bytes: number; snapshots: number; full: number; dropped: number };
}

const MAX_MESSAGE_BYTES = 65_536;
export const MAX_WAITING_BYTES = 1_048_576;

/** The player's former stream ends. */
export function openClient(match: Match, player: Player, tell: TellSubscriber): InMemorySubscriber {
  const former = match.clients.get(player);
  if (former && !has(match, 'lets a player have two streams')) {
    kick(match, former, has(match, 'calls who is replaced left') ? 'LEFT' : 'REPLACED');
  }
  const client = newClient(match, player, tell);
  match.clients.set(player, client);
  if (has(match, 'begins anew with a new stream')) {
    Object.assign(player, { lastInputSeq: 0, hp: match.rules.maxHp });
  }
  if (has(match, 'forgets lastInputSeq at a new stream')) player.lastInputSeq = 0;
  return {
    first: [welcome(match, player)],
    send: (message) => hear(match, client, message, true),
    invalid: (message) => hear(match, client, message, false),
    close: () => forget(match, client),
  };
}

function newClient(match: Match, player: Player, tell: TellSubscriber): Client {
  let inFlight = 0;
  const counted = { bytes: 0, snapshots: 0, full: 0, dropped: 0 };
  const before = match.shownBefore.get(player.id)?.sent;
  const client: Client = {
    ...{ player, late: [], hasLost: false, isOver: false, counted },
    sent: {
      ...{ player: player.id, views: new Map(), acked: new Set(), newest: NOTHING },
      ...{ newestTick: undefined, entered: new Map(), before: before?.newest },
      ...{ claimed: [], everShown: new Set() },
    },
    waiting: () => inFlight + tell.bufferedBytes(),
    tell(message) {
      if (client.isOver) return;
      const size = JSON.stringify(message).length;
      counted.bytes += size;
      inFlight += size;
      tell(message);
      setImmediate(() => (inFlight -= size));
    },
  };
  if (before && has(match, 'takes acks of a former stream')) {
    for (const [tick, view] of before.views) client.sent.views.set(tick, view);
    for (const tick of before.acked) client.sent.acked.add(tick);
  }
  match.shownBefore.set(player.id, client);
  return client;
}

function welcome(match: Match, { id, lastInputSeq }: Player): Welcome {
  const { rules, map, tick, created } = match;
  const { maxStepMm, fireIntervalTicks, weaponRangeMm, reachMm, rewindTicks } = rules;
  const { historyTicks, maxMessagesPerTick } = rules;
  return {
    ...{ type: 'welcome', match: match.id, player: id, tick, tickRate: created.tickRate },
    world: { widthMm: map.widthMm, heightMm: map.heightMm },
    limits: {
      ...{ maxStepMm, fireIntervalTicks, weaponRangeMm, reachMm, rewindTicks },
      ...{ historyTicks, maxMessagesPerTick },
    },
    lastInputSeq,
  };
}

export function kick(match: Match, client: Client, code: Kick['code']): void {
  client.tell({ type: 'kick', code });
  forget(match, client);
}

function forget(match: Match, client: Client): void {
  client.isOver = true;
  if (match.clients.get(client.player) === client) match.clients.delete(client.player);
}

function hear(match: Match, client: Client, message: Json, isValid: boolean): void {
  if (client.isOver) return;
  if (!isTaken(match, client.player)) return flood(match, client);
  const isWhole = Buffer.byteLength(JSON.stringify(message)) <= MAX_MESSAGE_BYTES;
  const isRefused = match.freedoms.unnamedMembers === 'refused' && hasUnnamedMembers(message);
  const isInput = (message as { type?: unknown } | null)?.type === 'input';
  if (isInput && !isValid && has(match, 'takes malformed commands')) {
    return takeAnyhow(match, client, message as { commands?: unknown });
  }
  if (isValid && isWhole && !isRefused) return take(match, client, message as never);
  if (has(match, 'says nothing to malformed messages')) return;
  if (has(match, 'ends all streams at a malformed message')) {
    for (const each of [...match.clients.values()]) kick(match, each, 'MALFORMED');
  } else if (match.freedoms.malformed === 'kick') kick(match, client, 'MALFORMED');
  else client.tell({ type: 'reject', code: 'MALFORMED' });
}

function takeAnyhow(match: Match, client: Client, { commands }: { commands?: unknown }): void {
  if (!Array.isArray(commands)) return;
  for (const command of commands as Partial<Command>[]) {
    const { seq = 0, dx = 0, dy = 0 } = command;
    const whole = { seq: Number(seq), dx: Math.trunc(Number(dx)), dy: Math.trunc(Number(dy)) };
    if (Object.values(whole).every(Number.isSafeInteger)) takeCommand(match, client.player, whole);
  }
}

/** Counts a message. False: it is one too many. */
export function isTaken(match: Match, player: Player): boolean {
  const { maxMessagesPerTick } = match.rules;
  if (has(match, 'takes any number of messages')) return true;
  if (has(match, 'counts the messages of all together')) {
    const players = [...match.players.values()];
    player.messages += 1;
    return players.reduce((sum, { messages }) => sum + messages, 0) <= maxMessagesPerTick;
  }
  player.messages += 1;
  return player.messages <= maxMessagesPerTick;
}

function flood(match: Match, client: Client): void {
  if (has(match, 'says nothing of a flood')) return;
  if (match.freedoms.floods === 'kick') return kick(match, client, 'RATE_LIMIT');
  if (client.player.wasToldOfFlood) return;
  client.player.wasToldOfFlood = true;
  client.tell({ type: 'reject', code: 'RATE_LIMIT' });
}

type ClientMessageLike =
  | { type: 'input'; commands: Command[]; player?: string }
  | { type: 'ack'; tick: number }
  | { type: 'ping'; t: number }
  | { type: 'bye' };

function take(match: Match, client: Client, message: ClientMessageLike): void {
  if (message.type === 'ping') return client.tell({ type: 'pong', t: message.t });
  if (has(match, 'answers pings before it takes what came before them')) {
    return void setTimeout(() => takeOther(match, client, message), 3).unref();
  }
  takeOther(match, client, message);
}

type Other = Exclude<ClientMessageLike, { type: 'ping' }>;

function takeOther(match: Match, client: Client, message: Other): void {
  const { player, sent } = client;
  if (message.type === 'ack') {
    const isSent =
      sent.views.has(message.tick) || has(match, 'takes acks of ticks that it never sent');
    if (isSent) sent.acked.add(message.tick);
    return;
  }
  if (message.type === 'bye') {
    player.isLeaving = true;
    return kick(match, client, 'LEFT');
  }
  const named = match.players.get(message.player ?? '');
  const actor = named && has(match, 'lets a message name its player') ? named : player;
  for (const command of message.commands) takeCommand(match, actor, command);
  claim(match, client, message.commands);
}

export function takeCommand(match: Match, player: Player, command: Command, isLate = false): void {
  if (player.isLeaving) return;
  const notBefore = match.tick + (isLate || has(match, 'evaluates commands a tick late') ? 2 : 0);
  player.pending.push({ command, order: (match.arrivals += 1), notBefore });
  if (!has(match, 'applies each action as it comes') || !match.players.has(player.id)) return;
  evaluateCommands(match, match.next);
}

/** Defects that believe what commands claim. */
function claim(match: Match, { sent }: Client, commands: readonly Command[]): void {
  for (const { fire, take: item, ...more } of commands) {
    const { x, y } = more as Partial<Point>;
    if (fire && has(match, 'shows what is around a shot')) sent.claimed.push(fire);
    const lying = match.items.find(({ id }) => id === item);
    if (lying && has(match, 'shows what is around an item')) sent.claimed.push(lying);
    if (x === undefined || y === undefined) continue;
    if (has(match, 'shows what is around a claimed place')) sent.claimed.push({ x, y });
  }
}
