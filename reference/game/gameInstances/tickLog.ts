/** What one tick has found so far: the phases hand it on. */
import type { AllRules, Fire, ItemId, ReplayCommand } from '../../../spec/game/messages.d.ts';
import type { Breach } from '../antiCheat/ruleEngine.ts';
import type { Occurrence, Refusal } from '../simulation/types.ts';
import type { Player } from './player.ts';

export interface TickLog {
  readonly tick: number;
  readonly rules: AllRules;
  readonly evaluated: ReplayCommand[];
  /** Of commands that were carried out, by player and seq. */
  readonly takes: Take[];
  readonly shots: Shot[];
  readonly hits: Hit[];
  readonly refusals: Refusal[];
  readonly occurrences: Occurrence[];
}

export interface Take {
  readonly player: Player;
  readonly seq: number;
  readonly item: ItemId;
}

export interface Shot {
  readonly player: Player;
  readonly seq: number;
  readonly fire: Fire;
}

export interface Hit {
  readonly shooter: Player;
  readonly seq: number;
  readonly target: Player;
  readonly head: boolean;
  readonly damage: number;
  /** The tick that the shot looked at, minus the one in which its target appeared. */
  readonly reaction: number;
}

export function newTickLog(tick: number, rules: AllRules): TickLog {
  const found = { evaluated: [], takes: [], shots: [], hits: [], refusals: [], occurrences: [] };
  return { tick, rules, ...found };
}

export function refuse(
  log: TickLog,
  player: Player,
  seq: number,
  part: Refusal['part'],
  breach: Breach,
): void {
  log.refusals.push({ player: player.id, seq, code: breach.code, part });
  if (!breach.reported) return;
  const { tick } = log;
  const { code, value, limit } = breach;
  log.occurrences.push({
    player: player.id,
    kind: 'RULE_VIOLATION',
    code,
    tick,
    seq,
    value,
    limit,
  });
}

/** By player and seq, a take before a fire, whichever phase found them. */
export function refusalsInOrder({ refusals }: TickLog): Refusal[] {
  if (refusals.length < 2) return refusals;
  return refusals.toSorted(
    (one, other) => compareIds(one.player, other.player) || one.seq - other.seq,
  );
}

/** Ids are ASCII, so this is the order of their bytes. */
export function compareIds(one: string, other: string): number {
  return one < other ? -1 : one > other ? 1 : 0;
}
