/** Implementations of the right shape that play nothing: what each operation answers is always the same, whatever came before. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Command, CreateMatch, Report } from '../../../../spec/game/messages.d.ts';
import type { Json } from '../../../target/target.ts';
import type { InMemorySystem, SystemAnswer } from '../../testing/inMemoryTarget.ts';
import type { TellSubscriber } from '../../testing/inMemoryStream.ts';
import { newMatch, reportOf, withDefaults } from './match.ts';
import { DEFAULT_FREEDOMS } from './freedoms.ts';

export const NULL_KINDS = [
  'has an empty world',
  'has everybody where they wanted to be',
  'refuses every command',
  'knows nobody',
  'loses every match',
  'answers no ping',
] as const;
export type NullKind = (typeof NULL_KINDS)[number];

interface Given {
  readonly match: string;
  readonly player: string;
  readonly tick?: number;
  readonly toTick: number;
  readonly fromTick: number;
  readonly commands: readonly Command[];
}

const TOKEN = 'the one token that there is';
const SHA256 = '0'.repeat(64);

/** A system without any state. */
export function nullGame(kind: NullKind): InMemorySystem {
  return {
    call: (operation, input) => answer(kind, operation, input as Given),
    subscribe(_stream, input, tell) {
      const refusal = refusalOf(kind, 'play');
      if (refusal !== undefined) return { code: refusal };
      const given = input as unknown as Given;
      return {
        first: [welcome(given)],
        send: (message) => hear(kind, given, message, tell),
      };
    },
    restart: () => undefined,
  };
}

async function answer(kind: NullKind, operation: string, given: Given): Promise<SystemAnswer> {
  const refusal = refusalOf(kind, operation);
  if (refusal !== undefined) return { problem: { code: refusal } };
  // What never answers anything else is waited for often.
  if (operation === 'getMatch') await sleep(1);
  return { output: OUTPUTS[operation]!(given, kind) };
}

function refusalOf(kind: NullKind, operation: string): string | undefined {
  if (kind === 'loses every match') {
    return ['createMatch', 'listReports'].includes(operation) ? undefined : 'MATCH_LOST';
  }
  if (kind === 'knows nobody') {
    return ['sendInput', 'play'].includes(operation) ? 'NOT_IN_MATCH' : undefined;
  }
  return undefined;
}

const OUTPUTS: Readonly<Record<string, (given: Given, kind: NullKind) => object>> = {
  createMatch: (given) => matchReport(given as unknown as CreateMatch),
  getMatch: ({ match }) => matchReport(anyMatch(match)),
  endMatch: ({ match }) => ({ ...matchReport(anyMatch(match)), status: 'ENDED' }),
  joinMatch: ({ match, player }) => ({ match, player, token: TOKEN }),
  sendInput: ({ match, player, commands }) => ({ match, player, received: commands.length }),
  stepMatch: ({ match, toTick }) => ({ match, tick: toTick }),
  getState: ({ match, tick = 1 }, kind) => ({ match, state: stateOf(kind, tick) }),
  getStateHash: ({ match, tick = 1 }) => ({ match, tick, sha256: SHA256 }),
  getReplay: ({ match, fromTick: tick }) => ({
    match,
    ticks: [{ tick, left: [], joined: [], commands: [], sha256: SHA256 }],
    nextTick: null,
  }),
  getMetrics: ({ match }) => ({
    ...{ match, tick: 0, tickUs: { p50: 0, p99: 0, max: 0 }, players: [] },
  }),
  listReports: (given, kind) => ({
    reports: kind === 'refuses every command' ? [aReport(given)] : [],
  }),
};

function anyMatch(match: string): CreateMatch {
  return {
    match,
    seed: 1,
    mode: 'virtual',
    map: { widthMm: 100_000, heightMm: 100_000, items: [] },
  };
}

function matchReport(asked: CreateMatch): object {
  const switches = { defects: new Set<string>(), freedoms: DEFAULT_FREEDOMS };
  return reportOf(newMatch(switches, withDefaults(asked)));
}

function stateOf(kind: NullKind, tick: number): object {
  const players = kind === 'has an empty world' ? [] : [playerState('ann')];
  return { tick, players, items: [] };
}

function playerState(id: string) {
  const counts = { kills: 0, deaths: 0, items: 0, lastInputSeq: 1 };
  return { id, x: 50_000, y: 50_000, yawMdeg: 0, hp: 100, alive: true, ...counts };
}

function aReport({ match, player = 'ann' }: Given): Report {
  return {
    ...{ reportId: 'r', match, player, kind: 'RULE_VIOLATION', code: 'SPEED' },
    ...{ fromTick: 1, toTick: 1, count: 1 },
    evidence: [{ tick: 1, seq: 1, value: 1, limit: 0 }],
  };
}

function welcome({ match, player }: Given): object {
  return {
    ...{ type: 'welcome', match, player, tick: 0, tickRate: 30, lastInputSeq: 0 },
    world: { widthMm: 100_000, heightMm: 100_000 },
    limits: {
      ...{ maxStepMm: 200, fireIntervalTicks: 3, weaponRangeMm: 30_000, reachMm: 1500 },
      ...{ rewindTicks: 6, historyTicks: 64, maxMessagesPerTick: 64 },
    },
  };
}

function hear(kind: NullKind, { player }: Given, message: Json, tell: TellSubscriber): void {
  const { type, t, commands } = message as unknown as {
    type: string;
    t?: number;
    commands?: Command[];
  };
  if (type === 'bye') return tell({ type: 'kick', code: 'LEFT' });
  if (type === 'ping' && kind !== 'answers no ping') {
    if (kind !== 'has an empty world') tell(snapshot(player));
    return tell({ type: 'pong', t });
  }
  if (type !== 'input' || kind !== 'refuses every command') return;
  const rejected = commands!.slice(0, 32).map(({ seq }) => ({ seq, code: 'SPEED' }));
  tell({ type: 'correction', tick: 1, rejected, self: playerState(player) });
}

function snapshot(player: string): object {
  const { lastInputSeq, ...seen } = playerState(player);
  return { type: 'snapshot', tick: 1, baseTick: null, lastInputSeq, players: [seen] };
}
