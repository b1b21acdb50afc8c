/**
 * How many commands and shots a player has in reserve: phase 2. A bank fills by one a tick, so a network may hold commands back and
 * deliver them at once, but nobody gets more of them than ticks have passed.
 */
import type { AllRules } from '../../../spec/game/messages.d.ts';
import type { Player } from './player.ts';

type BankRules = Pick<AllRules, 'timeBankTicks' | 'fireIntervalTicks'>;

/** Of who joins. */
export function fullBanks(rules: BankRules): Pick<Player, 'timeBank' | 'fireBank'> {
  return { timeBank: rules.timeBankTicks, fireBank: mostFire(rules) };
}

export function fillBanks(player: Player, rules: BankRules): void {
  player.timeBank = Math.min(player.timeBank + 1, rules.timeBankTicks + 1);
  player.fireBank = Math.min(player.fireBank + 1, mostFire(rules));
}

function mostFire({ fireIntervalTicks, timeBankTicks }: BankRules): number {
  return fireIntervalTicks + timeBankTicks;
}
