/** The game as the contract's service: file and matches are joined to it here, and only here. */
import { join } from 'node:path';
import type { PlayRequest } from '../../spec/game/messages.d.ts';
import { loadContract } from '../kit/contract.ts';
import type { Contract } from '../kit/contract.ts';
import type { Answer, Service } from '../kit/service.ts';
import type { Durability } from '../kit/sqliteFile.ts';
import { validated } from '../kit/validated.ts';
import { matchesOver } from './matches/matches.ts';
import { Refusal } from './matches/refusal.ts';
import { operations } from './operations.ts';
import { play } from './play.ts';
import { openGameStore } from './store/gameStore.ts';

export interface GameOptions {
  readonly dataDir: string;
  /** on: the control operations are there. */
  readonly testMode: 'on' | 'off';
  readonly durability: Durability;
}

export const CASE_DIR = join(import.meta.dirname, '../../spec/game');

/** Opens the data directory. Throws when another process has it open; the message says what to do. */
export function openGame(options: GameOptions): { service: Service; contract: Contract } {
  const contract = loadContract(CASE_DIR, options.testMode);
  const store = openGameStore(options.dataDir, options.durability);
  const matches = matchesOver(store);
  let isOpen = true;

  function refused(error: unknown): { problem: ReturnType<Contract['problem']> } {
    if (!(error instanceof Refusal)) throw error;
    return { problem: contract.problem(error.code, error.message) };
  }

  const service: Service = {
    async call(operation, input): Promise<Answer> {
      try {
        return { output: await operations.get(operation)!(matches, input as never) };
      } catch (error) {
        return refused(error);
      }
    },
    async subscribe(_stream, input, deliver) {
      try {
        return play(matches, input as PlayRequest, deliver);
      } catch (error) {
        return refused(error);
      }
    },
    async close() {
      if (!isOpen) return;
      isOpen = false;
      matches.close();
      store.close();
    },
  };
  return { service: validated(service, contract), contract };
}
