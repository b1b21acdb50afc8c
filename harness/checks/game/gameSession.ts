/** A conversation with a game server: matches of its own, players who join, steps and reads, typed. */
import { setTimeout as sleep } from 'node:timers/promises';
import type {
  Command,
  CreateMatch,
  InputReceipt,
  JoinReport,
  MatchReport,
  PlayerId,
  Point,
  Replay,
  ReplayTick,
  Report,
  Reports,
  State,
  StateHash,
  StateReport,
  StepReport,
} from '../../../spec/game/messages.d.ts';
import type { Session } from '../check.ts';
import type { JsonObject } from '../../target/target.ts';
import { hold } from '../kit/hold.ts';
import { readPages } from '../kit/readPages.ts';
import { allRules } from './rules/defaults.ts';
import { plainState } from './rules/world.ts';
import type { Parameters } from './rules/world.ts';
import { okOutput } from '../kit/replies.ts';
import type { Reply } from '../kit/replies.ts';

/** A busy server may refuse with OVERLOADED, which is definite: asked again so often, this long apart. */
const MAX_OVERLOADED_RETRIES = 50;
const OVERLOADED_PAUSE_MS = 20;
/** Pages of a replay: no check steps farther. */
const MAX_PAGES = 100;

/** What differs from: mode virtual, seed 1, a world of 100 by 100 m without items. */
export type MatchOptions = Partial<Omit<CreateMatch, 'match'>>;

/** One player in one match, as the lobby let it in. */
export interface Seat {
  readonly match: Match;
  readonly player: PlayerId;
  readonly token: string;
  readonly spawn: Point | undefined;
}

export interface GameSession {
  readonly session: Session;
  /** Creates a match; `name` is made unique. */
  match(name: string, options?: MatchOptions): Promise<Match>;
  /** @throws Violation when it is refused */
  call<T = JsonObject>(operation: string, input: object): Promise<T>;
  attempt<T = JsonObject>(operation: string, input: object): Promise<Reply<T>>;
}

export interface Match {
  readonly game: GameSession;
  readonly id: string;
  /** What was sent, for a check that sends it again. */
  readonly created: CreateMatch;
  readonly parameters: Parameters;
  /** The newest tick that a reply of stepMatch has named; 0 at first. */
  readonly tick: number;
  join(player: PlayerId, spawn?: Point): Promise<Seat>;
  tryJoin(player: PlayerId, spawn?: Point): Promise<Reply<JoinReport>>;
  /** So many ticks on. @returns the tick, which is the one that was asked for. @throws Violation otherwise */
  step(ticks?: number): Promise<number>;
  get(): Promise<MatchReport>;
  /** With the members of the contract only. Default: of the newest tick. @throws Violation where it is of another tick */
  state(tick?: number): Promise<State>;
  hash(tick?: number): Promise<string>;
  /** All pages up to the newest tick. */
  replay(fromTick?: number, limit?: number): Promise<ReplayTick[]>;
  reports(player?: PlayerId): Promise<Report[]>;
  end(): Promise<MatchReport>;
}

export function gameSession(session: Session): GameSession {
  const attempt: GameSession['attempt'] = async <T>(operation: string, input: object) => {
    for (let retries = 0; ; retries += 1) {
      const answer = await session.attempt(operation, input as JsonObject);
      if (answer.kind === 'ok') return { kind: 'ok', output: answer.output as T };
      if (answer.problem.code !== 'OVERLOADED' || retries >= MAX_OVERLOADED_RETRIES) return answer;
      await sleep(OVERLOADED_PAUSE_MS);
    }
  };
  const game: GameSession = {
    session,
    attempt,
    async call<T>(operation: string, input: object) {
      return okOutput(operation, await attempt<T>(operation, input));
    },
    async match(name, options = {}) {
      const created: CreateMatch = {
        match: session.id(name),
        seed: 1,
        mode: 'virtual',
        map: { widthMm: 100_000, heightMm: 100_000, items: [] },
        ...options,
      };
      await game.call('createMatch', created);
      return openMatch(game, created);
    },
  };
  return game;
}

/** A match that was created by a request like this one. */
export function openMatch(game: GameSession, created: CreateMatch): Match {
  const { match: id, seed, map, rules } = created;
  let tick = 0;
  const at = (of: number | undefined): object => ({
    match: id,
    ...(of !== undefined && { tick: of }),
  });
  const joinInput = (player: PlayerId, spawn: Point | undefined): object => ({
    ...{ match: id, player },
    ...(spawn && { spawn }),
  });
  const holdTick = (operation: string, asked: number | undefined, answered: number): void =>
    hold(
      asked === undefined ? answered >= tick : answered === asked,
      `${operation} of ${id} was asked of ${asked === undefined ? `the newest tick, at least ${tick},` : `tick ${asked}`} and answered of tick ${answered}.`,
      asked ?? tick,
      answered,
    );

  const match: Match = {
    ...{ game, id, created, parameters: { seed, map, rules: allRules(rules) } },
    get tick() {
      return tick;
    },
    async join(player, spawn) {
      const { token } = await game.call<JoinReport>('joinMatch', joinInput(player, spawn));
      return { match, player, token, spawn };
    },
    tryJoin: (player, spawn) => game.attempt('joinMatch', joinInput(player, spawn)),
    async step(ticks = 1) {
      const toTick = tick + ticks;
      const stepped = await game.call<StepReport>('stepMatch', { match: id, toTick });
      hold(
        stepped.tick === toTick,
        `stepMatch of ${id} to tick ${toTick} answered tick ${stepped.tick}.`,
        toTick,
        stepped.tick,
      );
      return (tick = toTick);
    },
    get: () => game.call('getMatch', { match: id }),
    async state(of) {
      const { state } = await game.call<StateReport>('getState', at(of));
      holdTick('getState', of, state.tick);
      return plainState(state);
    },
    async hash(of) {
      const { tick: answered, sha256 } = await game.call<StateHash>('getStateHash', at(of));
      holdTick('getStateHash', of, answered);
      return sha256;
    },
    replay: (fromTick = 1, limit) =>
      readPages<ReplayTick>({
        ...{ what: `getReplay of ${id}`, from: fromTick, maxPages: MAX_PAGES },
        async page(from) {
          const asked = { match: id, fromTick: from, ...(limit !== undefined && { limit }) };
          const { ticks, nextTick } = await game.call<Replay>('getReplay', asked);
          return { items: ticks, next: nextTick };
        },
      }),
    async reports(player) {
      const asked = { match: id, ...(player !== undefined && { player }) };
      return (await game.call<Reports>('listReports', asked)).reports;
    },
    end: () => game.call('endMatch', { match: id }),
  };
  return match;
}

/** Commands without a stream. */
export function sendInput(
  { match: { game, id }, player, token }: Seat,
  commands: readonly Command[],
): Promise<Reply<InputReceipt>> {
  return game.attempt('sendInput', { match: id, player, token, commands });
}
