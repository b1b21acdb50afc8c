/** A running match: who plays, what has come for the next tick, and what each tick shows to whom. */
import type {
  ClientMessage,
  Command,
  MatchReport,
  Metrics,
  Point,
  Replay,
  State,
} from '../../../spec/game/messages.d.ts';
import type { Outlet } from '../networkOptimizer/outlet.ts';
import { openSimulation } from '../simulation/simulation.ts';
import type { Occurrence, Refusal as Refused, Simulation } from '../simulation/types.ts';
import { worldFrom } from '../stateReplicator/world.ts';
import type { World } from '../stateReplicator/world.ts';
import { Client } from './client.ts';
import type { Told } from './client.ts';
import { copyCommand } from './copyCommand.ts';
import { correctionsOf } from './corrections.ts';
import { isWithin } from './parameters.ts';
import type { Parameters } from './parameters.ts';
import { Refusal } from './refusal.ts';
import { replayLog } from './replayLog.ts';
import { Roster } from './roster.ts';
import type { Member } from './roster.ts';
import { tickTimes } from './tickTimes.ts';

/** The contract's longest step. */
const MAX_STEP_TICKS = 1000;

const DEFAULT_REPLAY_LIMIT = 100;

/** What a player's client does on its stream. */
export interface PlayerStream {
  hear(message: ClientMessage): void;
  /** Something that is no message of the contract. */
  mishear(): void;
  close(): void;
}

export class Match {
  readonly parameters: Parameters;
  readonly #simulation: Simulation;
  readonly #world: World;
  readonly #roster: Roster;
  readonly #report: (occurrences: readonly Occurrence[]) => void;
  readonly #replay = replayLog();
  readonly #times = tickTimes();
  #isEnded = false;
  /** Settles when the steps that were asked for are done. */
  #steps: Promise<unknown> = Promise.resolve();

  /** `report` makes a tick's occurrences durable before anybody is shown the tick. */
  constructor(parameters: Parameters, report: (occurrences: readonly Occurrence[]) => void) {
    const { seed, map, rules } = parameters;
    this.parameters = parameters;
    this.#simulation = openSimulation({ seed, map, rules });
    this.#world = worldFrom(this.#simulation.state()!, rules);
    this.#roster = new Roster(rules.graceTicks);
    this.#report = report;
  }

  get tick(): number {
    return this.#simulation.tick;
  }

  shown(status: MatchReport['status']): MatchReport {
    const players = this.#roster.listed();
    return { ...this.parameters, status, tick: this.tick, players };
  }

  /** @returns the player's token */
  join(player: string, spawn: Point | undefined): string {
    const { map, maxPlayers } = this.parameters;
    const member = this.#roster.get(player);
    if (member) return member.token;
    if (spawn && !isWithin(map, spawn)) {
      throw new Refusal('INVALID_REQUEST', 'the spawn lies outside the map');
    }
    if (this.#roster.size >= maxPlayers) {
      throw new Refusal('MATCH_FULL', `${maxPlayers} players are in it`);
    }
    return this.#roster.join(player, spawn && { x: spawn.x, y: spawn.y }).token;
  }

  sendInput(player: string, token: string, commands: readonly Command[]): void {
    const member = this.#memberWith(player, token);
    if (++member.messages > this.parameters.rules.maxMessagesPerTick) {
      throw new Refusal('RATE_LIMIT', 'send fewer messages between two ticks');
    }
    take(member, commands);
  }

  /** Ends the player's former stream. */
  open(player: string, token: string, outlet: Outlet): PlayerStream {
    const member = this.#memberWith(player, token);
    member.client?.kick('REPLACED');
    const client = new Client(outlet, this.parameters.rules, member.traffic);
    member.client = client;
    this.#tell(member, client, this.#welcome(player));
    return {
      hear: (message) => this.#hear(member, client, message),
      mishear: () => {
        if (this.#admits(member, client)) {
          this.#tell(member, client, { type: 'reject', code: 'MALFORMED' });
        }
      },
      close: () => {
        client.drop();
        if (member.client === client) member.client = undefined;
      },
    };
  }

  /** Steps that are asked for at once are made one after the other; between two ticks whatever else has come is done. */
  async stepTo(toTick: number): Promise<number> {
    const before = this.#steps;
    const done = Promise.withResolvers<undefined>();
    this.#steps = done.promise;
    await before;
    try {
      if (toTick - this.tick > MAX_STEP_TICKS) {
        throw new Refusal(
          'INVALID_REQUEST',
          `it is at tick ${this.tick}: step 1 000 ticks at most`,
        );
      }
      while (this.tick < toTick) {
        if (this.#isEnded) throw new Refusal('MATCH_ENDED', 'it has ended meanwhile');
        this.advance();
        if (this.tick < toTick) await new Promise((resolve) => void setImmediate(resolve));
      }
      return this.tick;
    } finally {
      done.resolve(undefined);
    }
  }

  advance(): void {
    const startedMs = performance.now();
    const result = this.#simulation.evaluate(this.#roster.beginTick());
    const state = this.#simulation.state()!;
    this.#replay.add(result.replay);
    this.#report(result.occurrences);
    this.#world.follow(state, result);
    this.#correct(state, result.refusals);
    for (const { player, client } of this.#roster.members) {
      if (client) client.show(this.#world, this.#world.slotOf(player)!);
    }
    this.#times.add((performance.now() - startedMs) * 1000);
  }

  state(tick: number | undefined): State {
    return this.#kept(tick, this.#simulation.state(tick));
  }

  stateHash(tick: number = this.tick): { tick: number; sha256: string } {
    return { tick, sha256: this.#kept(tick, this.#simulation.stateHash(tick)) };
  }

  replay(fromTick: number, limit = DEFAULT_REPLAY_LIMIT): Omit<Replay, 'match'> {
    const { first, last } = this.#replay;
    if (fromTick > last) throw unknownTick(last);
    if (fromTick < first) throw new Refusal('TICK_GONE', `the first that is kept is ${first}`);
    const ticks = this.#replay.page(fromTick, limit);
    const nextTick = fromTick + ticks.length;
    return { ticks, nextTick: nextTick > last ? null : nextTick };
  }

  metrics(): Omit<Metrics, 'match'> {
    const players = [...this.#roster.members].map(({ player, traffic }) => ({
      player,
      ...traffic,
    }));
    return { tick: this.tick, tickUs: this.#times.summary(), players };
  }

  end(): void {
    this.#isEnded = true;
    for (const { client } of this.#roster.members) client?.kick('MATCH_ENDED');
  }

  #kept<T>(tick: number | undefined, value: T | undefined): T {
    if (value !== undefined) return value;
    if (tick !== undefined && tick > this.tick) throw unknownTick(this.tick);
    throw new Refusal('TICK_GONE', 'only the newest ticks are kept');
  }

  #memberWith(player: string, token: string): Member {
    const member = this.#roster.withToken(player, token);
    if (!member)
      throw new Refusal('NOT_IN_MATCH', 'no such player with this token is in the match');
    return member;
  }

  #welcome(player: string): Told {
    const { match, tickRate, map, rules } = this.parameters;
    const { maxStepMm, fireIntervalTicks, weaponRangeMm, reachMm, rewindTicks } = rules;
    const { historyTicks, maxMessagesPerTick } = rules;
    const slot = this.#world.slotOf(player);
    return {
      ...{ type: 'welcome', match, player, tick: this.tick, tickRate },
      world: { widthMm: map.widthMm, heightMm: map.heightMm },
      limits: {
        ...{ maxStepMm, fireIntervalTicks, weaponRangeMm, reachMm, rewindTicks },
        ...{ historyTicks, maxMessagesPerTick },
      },
      lastInputSeq: slot === undefined ? 0 : this.#world.lastInputSeq(slot),
    };
  }

  #hear(member: Member, client: Client, message: ClientMessage): void {
    if (!this.#admits(member, client)) return;
    switch (message.type) {
      case 'input':
        return take(member, message.commands);
      case 'ack':
        return client.acknowledge(message.tick);
      case 'ping':
        return this.#tell(member, client, { type: 'pong', t: message.t });
      case 'bye':
        this.#roster.leave(member);
        member.client = undefined;
        return client.kick('LEFT');
    }
  }

  /** Counts a message. False: it comes too late, or is one too many; the client is told of the first of those. */
  #admits(member: Member, client: Client): boolean {
    if (this.#isEnded || member.client !== client) return false;
    const beyond = ++member.messages - this.parameters.rules.maxMessagesPerTick;
    if (beyond === 1) this.#tell(member, client, { type: 'reject', code: 'RATE_LIMIT' });
    return beyond <= 0;
  }

  #tell(member: Member, client: Client, message: Told): void {
    if (client.tell(message)) return;
    client.kick('SLOW');
    member.client = undefined;
  }

  #correct(state: State, refusals: readonly Refused[]): void {
    for (const [player, correction] of correctionsOf(state, refusals)) {
      const member = this.#roster.get(player);
      if (member?.client) this.#tell(member, member.client, correction);
    }
  }
}

function take(member: Member, commands: readonly Command[]): void {
  for (const command of commands) member.commands.push(copyCommand(command));
}

function unknownTick(newest: number): Refusal {
  return new Refusal('UNKNOWN_TICK', `the newest tick is ${newest}`);
}
