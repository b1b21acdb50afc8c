/** One game instance with its players' tokens and streams; read kindly also its ticks. */
import { createHash, randomUUID } from 'node:crypto';
import type {
  AllRules,
  ClientMessage,
  Command,
  CreateMatch,
  JoinMatch,
  MatchReport,
  PlayRequest,
  PlayerState,
  ServerMessage,
  Snapshot,
} from '../../../spec/game/messages.d.ts';
import { gameInstance, processPlayerAction, turn } from './gameInstance.ts';
import { changeOf, squaredDistance, withPlayer } from './gameState.ts';
import type { Delta, GameState } from './gameState.ts';
import { optimizeForPlayer } from './networkOptimizer.ts';
import { actionsOf } from './playerAction.ts';
import type { PlayerAction } from './playerAction.ts';

export type Reading = 'literal' | 'kind';

interface Stream {
  readonly deliver: (message: ServerMessage) => void;
  /** Whether the next update is the first one, which shows all that is near. Read kindly only. */
  isNew: boolean;
  /** Of the tick that is being evaluated. */
  pending: Delta[];
}

const KEPT_TICKS = 256;

export type PublishedMatch = ReturnType<typeof publishedMatch>;

export function publishedMatch(request: CreateMatch, rules: AllRules, reading: Reading) {
  const instance = gameInstance(request, rules);
  const tokens = new Map<string, string>();
  const streams = new Map<string, Stream>();
  const states = new Map<number, GameState>([[0, instance.gameState]]);
  let shown = instance.gameState;
  let joining: PlayerState[] = [];
  let leaving: string[] = [];
  let queued: PlayerAction[] = [];
  let ticking = Promise.resolve();

  const newest = (): GameState => (reading === 'kind' ? shown : instance.gameState);

  const join = ({ player, spawn }: JoinMatch): string => {
    const token = tokens.get(player) ?? randomUUID();
    if (tokens.has(player)) return token;
    tokens.set(player, token);
    const entity = appearing(player, spawn ?? placeOf(request, player), rules);
    if (reading === 'kind') joining.push(entity);
    else instance.gameState = withPlayer(instance.gameState, entity);
    return token;
  };

  const send = (player: string, baseTick: number | null, delta: Delta, state: GameState): void => {
    const stream = streams.get(player);
    const { players, removedItems } = delta;
    const lastInputSeq = state.players.get(player)?.lastInputSeq ?? 0;
    const snapshot: Snapshot = {
      type: 'snapshot',
      tick: state.tick,
      baseTick,
      lastInputSeq,
      players,
      removedItems,
    };
    stream?.deliver(optimizeForPlayer(snapshot, rules.budgetBytes));
  };

  const hear = (player: string, commands: readonly Command[]): void => {
    const actions = commands.flatMap((command) => actionsOf(player, command));
    if (reading === 'kind') queued.push(...actions);
    else for (const action of actions) void act(action);
  };

  /** What fails is an error to the caller, who has no message to tell it with. */
  const act = async (action: PlayerAction): Promise<void> => {
    const isKind = reading === 'kind';
    const nextTick = ({ tick }: GameState): number => (isKind ? tick : tick + 1);
    await processPlayerAction(instance, action, nextTick, ({ id }, delta, state) => {
      if (isKind) streams.get(id)?.pending.push(delta);
      else send(id, state.tick - 1, delta, state);
    }).catch(() => undefined);
  };

  const tickOnce = async (): Promise<void> => {
    let state: GameState = { ...instance.gameState, tick: instance.gameState.tick + 1 };
    const [actions, joined, left] = [queued, joining, leaving];
    queued = [];
    joining = [];
    leaving = [];
    for (const player of joined) state = withPlayer(state, player);
    state = {
      ...state,
      players: new Map([...state.players].filter(([id]) => !left.includes(id))),
    };
    instance.gameState = state;
    for (const action of actions) await act(action);
    for (const [player, stream] of streams) update(player, stream);
    await turn();
    shown = instance.gameState;
    states.set(shown.tick, shown);
    states.delete(shown.tick - KEPT_TICKS);
  };

  const update = (player: string, stream: Stream): void => {
    const { gameState } = instance;
    const self = gameState.players.get(player);
    if (!self) return;
    const { isNew, pending } = stream;
    stream.pending = [];
    stream.isNew = false;
    if (!isNew) return send(player, gameState.tick - 1, merged(pending), gameState);
    const isNear = (place: { x: number; y: number }) =>
      squaredDistance(self, place) <= rules.radiusMm ** 2;
    const players = [...gameState.players.values()].filter(isNear);
    const items = [...gameState.items.values()]
      .filter((item) => item.owner === null && isNear(item))
      .map(({ id, x, y }) => ({ id, x, y }));
    const { tick } = gameState;
    const { lastInputSeq } = self;
    const whole = { players: players.map((other) => changeOf(undefined, other)), items };
    const snapshot: Snapshot = { type: 'snapshot', tick, baseTick: null, lastInputSeq, ...whole };
    stream.deliver(optimizeForPlayer(snapshot, rules.budgetBytes));
  };

  /** Ticks are evaluated one after the other, whoever asks for them. */
  const stepTo = (toTick: number): Promise<void> => {
    ticking = ticking.then(async () => {
      while (instance.gameState.tick < toTick) await tickOnce();
    });
    return ticking;
  };

  const open = ({ player }: PlayRequest, deliver: Stream['deliver']) => {
    const stream: Stream = { deliver, isNew: true, pending: [] };
    const close = () => {
      if (streams.get(player) === stream) streams.delete(player);
    };
    if (reading === 'kind') streams.get(player)?.deliver({ type: 'kick', code: 'REPLACED' });
    streams.set(player, stream);
    deliver(welcome(player));
    return {
      close,
      send: (message: unknown) => {
        const heard = (message ?? {}) as ClientMessage;
        if (heard.type === 'input' && Array.isArray(heard.commands)) hear(player, heard.commands);
        else if (heard.type === 'ping') deliver({ type: 'pong', t: heard.t });
        else if (reading === 'kind' && heard.type === 'bye') {
          leaving.push(player);
          tokens.delete(player);
          deliver({ type: 'kick', code: 'LEFT' });
          close();
        } else if (reading === 'kind' && heard.type !== 'ack')
          deliver({ type: 'reject', code: 'MALFORMED' });
      },
    };
  };

  const welcome = (player: string): ServerMessage => {
    const { maxStepMm, fireIntervalTicks, weaponRangeMm, reachMm } = rules;
    const { rewindTicks, historyTicks, maxMessagesPerTick } = rules;
    const { widthMm, heightMm } = request.map;
    return {
      type: 'welcome',
      match: request.match,
      player,
      tick: newest().tick,
      tickRate: request.tickRate ?? 30,
      world: { widthMm, heightMm },
      limits: {
        maxStepMm,
        fireIntervalTicks,
        weaponRangeMm,
        reachMm,
        rewindTicks,
        historyTicks,
        maxMessagesPerTick,
      },
      lastInputSeq: newest().players.get(player)?.lastInputSeq ?? 0,
    };
  };

  const report = (): MatchReport => ({
    match: request.match,
    status: 'RUNNING',
    seed: request.seed,
    mode: request.mode,
    tickRate: request.tickRate ?? 30,
    maxPlayers: request.maxPlayers ?? 100,
    map: request.map,
    rules,
    tick: newest().tick,
    players: [...tokens.keys()]
      .sort()
      .map((player) => ({ player, connected: streams.has(player) })),
  });

  return {
    reports: instance.antiCheat.reports,
    newest,
    stateAt: (tick: number) => (tick === newest().tick ? newest() : states.get(tick)),
    isIn: (player: string, token: string) =>
      tokens.has(player) && (reading === 'literal' || tokens.get(player) === token),
    join,
    hear,
    open,
    report,
    stepTo,
  };
}

function appearing(id: string, { x, y }: { x: number; y: number }, { maxHp }: AllRules) {
  const nothing = { yawMdeg: 0, kills: 0, deaths: 0, items: 0, lastInputSeq: 0 };
  return { id, x, y, hp: maxHp, alive: true, ...nothing };
}

/** Where rules.md has a player appear who asks for no place. */
function placeOf({ seed, map }: CreateMatch, player: string): { x: number; y: number } {
  const digest = createHash('sha256').update(`${seed}/${player}/0`).digest();
  return {
    x: digest.readUInt32BE(0) % (map.widthMm + 1),
    y: digest.readUInt32BE(4) % (map.heightMm + 1),
  };
}

/** The deltas of one tick as one. */
function merged(deltas: readonly Delta[]): Delta {
  const players = new Map<string, Delta['players'][number]>();
  for (const change of deltas.flatMap((delta) => delta.players))
    players.set(change.id, { ...players.get(change.id), ...change });
  return {
    players: [...players.values()],
    removedItems: deltas.flatMap(({ removedItems }) => removedItems),
  };
}
