/** Runs the checks of the game on a system in this process. */
import { loadCaseStudy } from '../../../contract/loadCaseStudy.ts';
import { inMemoryFactory } from '../../testing/inMemoryTarget.ts';
import type { InMemorySystem } from '../../testing/inMemoryTarget.ts';
import { checkedClauses, judgePlatform } from '../../testing/judgePlatform.ts';
import type { Judged } from '../../testing/judgePlatform.ts';
import { checks } from '../index.ts';
import type { Defect } from './defects.ts';
import { DEFAULT_FREEDOMS } from './freedoms.ts';
import type { Freedoms } from './freedoms.ts';
import { memoryGame } from './memoryGame.ts';

export const game = loadCaseStudy('game');

export interface JudgeGameOptions {
  /** Default: none. */
  readonly defects?: readonly Defect[];
  /** Those that are given; the others as they are by default. */
  readonly freedoms?: Partial<Freedoms>;
  /** Default 1. */
  readonly seed?: number;
  /** Check ids. Default: all that index.ts exports. */
  readonly checks?: readonly string[];
  /** Clauses, as in GAME-AUTH-01.a, beside `checks`. */
  readonly clauses?: readonly string[];
  /** What is judged instead of the system that the options above describe. */
  readonly open?: () => InMemorySystem;
}

export async function judgeGame(options: JudgeGameOptions = {}): Promise<Judged[]> {
  const { defects = [], freedoms, seed = 1 } = options;
  const switches = { defects: new Set(defects), freedoms: { ...DEFAULT_FREEDOMS, ...freedoms } };
  const open = options.open ?? (() => memoryGame(switches));
  const factory = inMemoryFactory(game, 'test system', open);
  return judgePlatform(game, factory, { seed, checks: checkIds(options) });
}

/** What the checks that exist judge. */
export function clausesWithChecks(): string[] {
  const known = new Set(checks.map(({ id }) => id));
  return checkedClauses(game).flatMap(({ clause, check }) => (known.has(check) ? [clause] : []));
}

function checkIds({ checks: ids, clauses }: JudgeGameOptions): string[] {
  if (!ids && !clauses) return checks.map(({ id }) => id);
  const named = checkedClauses(game).filter(({ clause }) => clauses?.includes(clause));
  return [...(ids ?? []), ...named.map(({ check }) => check)];
}
