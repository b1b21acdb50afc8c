/** `GameInstance` and its ProcessPlayerAction, in the five published steps. */
import type { AllRules, CreateMatch, PlayerState, Point } from '../../../spec/game/messages.d.ts';
import { antiCheatEngine } from './antiCheatEngine.ts';
import type { AntiCheatEngine } from './antiCheatEngine.ts';
import { applyAction, emptyState, generateDelta, squaredDistance } from './gameState.ts';
import type { Delta, GameState } from './gameState.ts';
import type { PlayerAction } from './playerAction.ts';

export interface GameInstance {
  readonly id: string;
  readonly rules: AllRules;
  readonly request: CreateMatch;
  readonly antiCheat: AntiCheatEngine;
  gameState: GameState;
}

/** `newState` is what the delta leads to, which is not yet the instance's. */
export type SendStateUpdate = (player: PlayerState, delta: Delta, newState: GameState) => void;

export function gameInstance(request: CreateMatch, rules: AllRules): GameInstance {
  return {
    id: request.match,
    rules,
    request,
    antiCheat: antiCheatEngine(rules),
    gameState: emptyState(request.map),
  };
}

/** Throws where the action is not valid or cannot be applied. `nextTick`: the number of the state after it. */
export async function processPlayerAction(
  gsi: GameInstance,
  action: PlayerAction,
  nextTick: (state: GameState) => number,
  sendStateUpdate: SendStateUpdate,
): Promise<void> {
  // Step 1: Validate action with anti-cheat
  if (!gsi.antiCheat.validateAction(action, gsi.gameState))
    throw new Error('action failed anti-cheat validation');

  // Step 2: Apply action to game state
  const applied = applyAction(gsi.gameState, action, gsi.rules, gsi.request.map);
  const newState = { ...applied, tick: nextTick(gsi.gameState) };

  // Step 3: Generate state delta
  const delta = generateDelta(gsi.gameState, newState);

  // Step 4: Broadcast to relevant players
  const place = action.position ?? newState.players.get(action.playerId)!;
  for (const player of relevantPlayers(gsi, place)) sendStateUpdate(player, delta, newState);
  await turn();

  // Step 5: Update authoritative state
  gsi.gameState = newState;
}

function relevantPlayers({ gameState, rules }: GameInstance, place: Point): PlayerState[] {
  return [...gameState.players.values()].filter(
    (player) => squaredDistance(player, place) <= rules.radiusMm ** 2,
  );
}

/** Go runs in parallel, JavaScript does not: here others may overtake. */
export function turn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
