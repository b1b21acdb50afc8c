/** For tests: a match with clients that wander about, fight and take what lies there. */
import type { Command, CreateMatch, PlayerState, Rules } from '../../../spec/game/messages.d.ts';
import { Match } from '../matches/match.ts';
import { parametersOf } from '../matches/parameters.ts';
import { ModelClient } from './modelClient.ts';

export function testMatch(rules: Rules = {}, request: Partial<CreateMatch> = {}): Match {
  const map = { widthMm: 100_000, heightMm: 100_000, items: [] };
  const parameters = parametersOf({
    ...{ match: 'm', seed: 1, mode: 'virtual', map, ...request },
    rules,
  });
  return new Match(parameters, () => undefined);
}

/** Numbers from 0 to below 1, the same for the same seed (mulberry32). */
export function seededRandom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

export interface Crowd {
  readonly match: Match;
  readonly clients: ModelClient[];
  /** Each client sends a command, and the match makes a tick. */
  step(): void;
  state(player: string): PlayerState | undefined;
}

export function crowd(
  size: number,
  rules: Rules,
  random: () => number,
  { widthMm = 20_000, items = 40 } = {},
): Crowd {
  const place = (): number => Math.floor(random() * widthMm);
  const lying = Array.from({ length: items }, (_, nth) => ({
    id: `i${nth}`,
    x: place(),
    y: place(),
  }));
  const map = { widthMm, heightMm: widthMm, items: lying };
  const match = testMatch(rules, { map });
  const clients = Array.from({ length: size }, (_, nth) => new ModelClient(match, `p${nth}`));
  let seq = 0;
  const state = (player: string): PlayerState | undefined =>
    match.state(undefined).players.find(({ id }) => id === player);

  function command(): Command {
    const aim = { x: place(), y: place(), viewTick: Math.max(0, match.tick - 2) };
    return {
      seq,
      dx: Math.floor(random() * 280) - 140,
      dy: Math.floor(random() * 280) - 140,
      yawMdeg: Math.floor(random() * 360_000),
      ...(random() < 0.2 && { fire: aim }),
      ...(random() < 0.2 && { take: `i${Math.floor(random() * items)}` }),
    };
  }

  return {
    match,
    clients,
    state,
    step() {
      seq++;
      for (const { stream } of clients) stream.hear({ type: 'input', commands: [command()] });
      match.advance();
    },
  };
}
