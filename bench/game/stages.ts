/**
 * How long one tick of a full match takes inside: everything that has come is evaluated, recorded, and shown to every player. Players
 * walk as in the load `real-time`; what the operating system does to send it is no part.
 */
import { Match } from '../../reference/game/matches/match.ts';
import type { PlayerStream } from '../../reference/game/matches/match.ts';
import { parametersOf } from '../../reference/game/matches/parameters.ts';
import type { Outlet } from '../../reference/game/networkOptimizer/outlet.ts';

export interface StageSizes {
  readonly players: number;
  readonly ticks: number;
  /** Not counted: nobody is compiled yet. */
  readonly warmUpTicks: number;
}

export interface StageMeasurement {
  /** Of each tick, in us, ascending. */
  readonly tickUs: readonly number[];
  /** Mean size of a snapshot. */
  readonly snapshotBytes: number;
}

const WORLD_MM = 300_000;
const STEP_MM = 100;

/** Acknowledges every snapshot, after the tick. */
interface Walker {
  readonly stream: PlayerStream;
  readonly outbox: string[];
}

export function measureStages({ players, ticks, warmUpTicks }: StageSizes): StageMeasurement {
  const map = { widthMm: WORLD_MM, heightMm: WORLD_MM, items: [] };
  const request = { match: 'm', seed: 7, mode: 'virtual' as const, maxPlayers: players, map };
  const match = new Match(parametersOf(request), () => undefined);
  const walkers = Array.from({ length: players }, (_, nth) => join(match, `p${nth}`));
  const tickUs: number[] = [];
  let bytes = 0;
  for (let seq = 1; seq <= warmUpTicks + ticks; seq += 1) {
    for (const [nth, { stream }] of walkers.entries()) {
      const dx = ((nth * 37 + seq * 13) % (2 * STEP_MM)) - STEP_MM;
      stream.hear({ type: 'input', commands: [{ seq, dx, dy: 0 }] });
    }
    const beginMs = performance.now();
    match.advance();
    const us = (performance.now() - beginMs) * 1000;
    const sent = walkers.reduce((sum, walker) => sum + acknowledge(walker, match.tick), 0);
    if (seq <= warmUpTicks) continue;
    tickUs.push(us);
    bytes += sent;
  }
  tickUs.sort((one, other) => one - other);
  return { tickUs, snapshotBytes: bytes / (ticks * players) };
}

function join(match: Match, player: string): Walker {
  const outbox: string[] = [];
  const outlet: Outlet = {
    send: () => true,
    sendSnapshot: (text) => outbox.push(text) > 0,
    end: () => undefined,
    drop: () => undefined,
  };
  return { stream: match.open(player, match.join(player, undefined), outlet), outbox };
}

/** @returns how many bytes it was sent */
function acknowledge({ stream, outbox }: Walker, tick: number): number {
  const [text, ...others] = outbox.splice(0);
  if (text === undefined || others.length > 0)
    throw new Error(`no snapshot, or several, of ${tick}`);
  stream.hear({ type: 'ack', tick });
  return Buffer.byteLength(text);
}
