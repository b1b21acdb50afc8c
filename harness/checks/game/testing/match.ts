/** A match with its streams: who joins, who listens, and what each tick tells them. */
import { randomUUID } from 'node:crypto';
import type {
  AllRules,
  CreateMatch,
  ItemState,
  JoinMatch,
  MatchReport,
  Report,
  ReplayTick,
  State,
} from '../../../../spec/game/messages.d.ts';
import type { Client } from './clients.ts';
import { noHabits } from './flags.ts';
import type { Seen } from './snapshots.ts';
import type { Switches } from './switches.ts';
import { byId, noResult, stateOf } from './world.ts';
import type { Player, World } from './world.ts';

export interface Match extends World {
  /** With its defaults. */
  readonly created: Required<CreateMatch>;
  status: 'RUNNING' | 'ENDED' | 'LOST';
  readonly clients: Map<Player, Client>;
  /** By tick, from 1 on, without hashes. */
  readonly replay: Omit<ReplayTick, 'sha256'>[];
  reports: Report[];
  seen: Map<string, Seen>;
  timer: NodeJS.Timeout | undefined;
  /** The tick that reads know of: for defects. */
  readTick: number;
  /** States before it are gone. */
  firstTick: number;
  /** By player, what its former stream showed: for defects. */
  readonly shownBefore: Map<string, Client>;
  /** For defects. */
  cached: { at: number; report: MatchReport } | undefined;
  cachedState: { at: number; state: State } | undefined;
}

const DEFAULTS: AllRules = {
  ...{ maxStepMm: 200, tolerancePct: 10, teleportMm: 2000, timeBankTicks: 8, maxHp: 100 },
  ...{ damage: 20, hitRadiusMm: 500, headRadiusMm: 150, weaponRangeMm: 30_000 },
  ...{ fireIntervalTicks: 3, rewindTicks: 6, respawnTicks: 30, reachMm: 1500 },
  ...{ deadGraceTicks: 30, radiusMm: 50_000, hysteresisMm: 5000, starvationTicks: 15 },
  ...{ historyTicks: 64, graceTicks: 300, maxMessagesPerTick: 64, reportWindowTicks: 300 },
  ...{ minHits: 30, headshotPermille: 200, zScore: 4, periodicShots: 24 },
  ...{ reactionTicks: 3, reactionSample: 10, reactionFast: 8 },
};

/** What was asked, with the defaults, and without what the contract does not name. */
export function withDefaults(input: CreateMatch): Required<CreateMatch> {
  const { match, seed, mode, tickRate = 30, maxPlayers = 100, map, rules = {} } = input;
  const named = Object.entries(rules).filter(
    ([name]) => name in DEFAULTS || name === 'budgetBytes',
  );
  return {
    ...{ match, seed, mode, tickRate, maxPlayers },
    map: {
      ...{ widthMm: map.widthMm, heightMm: map.heightMm },
      items: map.items.map(({ id, x, y }) => ({ id, x, y })),
    },
    rules: { ...DEFAULTS, ...Object.fromEntries(named) },
  };
}

export function newMatch(switches: Switches, created: Required<CreateMatch>): Match {
  const { match: id, seed, map, rules } = created;
  const world: World = {
    ...switches,
    ...{ id, seed, map, rules: rules as AllRules, tick: 0, players: new Map() },
    ...{ joining: new Map(), states: [], next: noResult(), arrivals: 0 },
    items: map.items.map((item): ItemState => ({ ...item, owner: null })),
  };
  world.states.push(stateOf(world));
  return {
    ...world,
    ...{ created, status: 'RUNNING', clients: new Map(), replay: [], reports: [], seen: new Map() },
    ...{ timer: undefined, readTick: 0, firstTick: 0, shownBefore: new Map(), cached: undefined },
    cachedState: undefined,
  };
}

export function newPlayer(match: Match, { player: id, spawn }: JoinMatch): Player {
  const { rules } = match;
  return {
    ...{ id, spawn: spawn && { x: spawn.x, y: spawn.y }, token: randomUUID() },
    ...{ x: 0, y: 0, yawMdeg: 0, hp: rules.maxHp, alive: true, kills: 0, deaths: 0, items: 0 },
    ...{ lastInputSeq: 0, isLeaving: false, pending: [], timeBank: 0, fireBank: 0 },
    ...{ lastFireSeq: undefined, spawnTick: 0, diedTick: 0, joinTick: 0, absentTicks: 0 },
    ...{ messages: 0, wasToldOfFlood: false, habits: noHabits() },
  };
}

/** Who has joined and not left. */
export function everybody({ players, joining }: World): Player[] {
  return [...new Map([...players, ...joining]).values()].toSorted(byId);
}

export function reportOf(match: Match): MatchReport {
  const { created, status, clients } = match;
  const { match: id, seed, mode, tickRate, maxPlayers, map, rules } = created;
  return {
    ...{ match: id, status: status === 'ENDED' ? 'ENDED' : 'RUNNING' },
    ...{ seed, mode, tickRate, maxPlayers, map, rules: rules as AllRules, tick: match.tick },
    players: everybody(match).map((player) => ({
      player: player.id,
      connected: clients.has(player),
    })),
  };
}
