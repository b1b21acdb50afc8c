/** Who is in a match: tokens, streams, and for how long somebody without a stream stays. */
import { randomBytes, timingSafeEqual } from 'node:crypto';
import type { Command, MatchPlayer, PlayerId, Point } from '../../../spec/game/messages.d.ts';
import type { TickInput } from '../simulation/types.ts';
import type { Client } from './client.ts';
import { newTraffic } from './traffic.ts';
import type { Traffic } from './traffic.ts';

const TOKEN_BYTES = 24;

export interface Member {
  readonly player: PlayerId;
  readonly token: string;
  readonly spawn: Point | undefined;
  readonly traffic: Traffic;
  /** Its stream. */
  client: Client | undefined;
  /** Of the next tick, as they came. */
  commands: Command[];
  /** How many came since the tick before. */
  messages: number;
  isInWorld: boolean;
  /** At the beginnings of so many ticks in a row. */
  ticksWithoutStream: number;
}

export class Roster {
  readonly #members = new Map<PlayerId, Member>();
  /** Who has said bye and is in the world until the next tick. */
  readonly #leaving = new Set<PlayerId>();
  readonly #graceTicks: number;

  constructor(graceTicks: number) {
    this.#graceTicks = graceTicks;
  }

  get size(): number {
    return this.#members.size + this.#leaving.size;
  }

  get members(): Iterable<Member> {
    return this.#members.values();
  }

  get(player: PlayerId): Member | undefined {
    return this.#members.get(player);
  }

  /** By id. */
  listed(): MatchPlayer[] {
    const gone = [...this.#leaving].filter((player) => !this.#members.has(player));
    return [
      ...gone.map((player) => ({ player, connected: false })),
      ...[...this.#members.values()].map(({ player, client }) => ({
        player,
        connected: client !== undefined,
      })),
    ].sort((one, other) => (one.player < other.player ? -1 : 1));
  }

  /** Appears with the next tick. */
  join(player: PlayerId, spawn: Point | undefined): Member {
    const member: Member = {
      ...{ player, spawn, client: undefined, commands: [], messages: 0 },
      ...{ isInWorld: false, ticksWithoutStream: 0, traffic: newTraffic() },
      token: randomBytes(TOKEN_BYTES).toString('base64url'),
    };
    this.#members.set(player, member);
    return member;
  }

  /** Undefined, in the same time, whatever is wrong. */
  withToken(player: PlayerId, token: string): Member | undefined {
    const member = this.#members.get(player);
    const given = Buffer.from(token);
    const right = Buffer.from(member?.token ?? '');
    const isSame = given.length === right.length && timingSafeEqual(given, right);
    return isSame ? member : undefined;
  }

  /** Its token means nothing from now on; out of the world it is with the next tick. */
  leave({ player, isInWorld }: Member): void {
    this.#members.delete(player);
    if (isInWorld) this.#leaving.add(player);
  }

  /** What the next tick begins with; whoever it names is then in the world or out of it. */
  beginTick(): TickInput {
    const left = [...this.#leaving];
    this.#leaving.clear();
    const joined: { player: PlayerId; spawn: Point | undefined }[] = [];
    const commands = new Map<PlayerId, readonly Command[]>();
    for (const member of this.#members.values()) {
      const { player } = member;
      if (!member.isInWorld) {
        member.isInWorld = true;
        joined.push({ player, spawn: member.spawn });
      } else {
        member.ticksWithoutStream = member.client ? 0 : member.ticksWithoutStream + 1;
        if (member.ticksWithoutStream > this.#graceTicks) {
          this.#members.delete(player);
          left.push(player);
          continue;
        }
      }
      if (member.commands.length > 0) commands.set(player, member.commands);
      member.commands = [];
      member.messages = 0;
    }
    return { left, joined, commands };
  }
}
