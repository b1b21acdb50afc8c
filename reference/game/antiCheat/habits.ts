/** What the layers that only report know of a player since it joined. */
import type { PlayerId } from '../../../spec/game/messages.d.ts';
import type { HabitsSnapshot } from '../simulation/types.ts';

export interface Habits {
  hits: number;
  heads: number;
  /** Of the last two accepted shots, in seq; 0: there were fewer. */
  interval: number;
  /** How many intervals in a row were that. */
  intervalRun: number;
  /** Whether each of the last first hits was fast, oldest first; at most reactionSample. */
  readonly reactions: boolean[];
  /** Per target: the spawnTick of the life in which it was hit last. */
  readonly livesHit: Map<PlayerId, number>;
}

export function noHabits(): Habits {
  return { hits: 0, heads: 0, interval: 0, intervalRun: 0, reactions: [], livesHit: new Map() };
}

export function habitsSnapshot(habits: Habits): HabitsSnapshot {
  return { ...habits, reactions: [...habits.reactions], livesHit: [...habits.livesHit] };
}

export function habitsOf(snapshot: HabitsSnapshot): Habits {
  const { reactions, livesHit } = snapshot;
  return { ...snapshot, reactions: [...reactions], livesHit: new Map(livesHit) };
}
