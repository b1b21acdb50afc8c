/** Asking an implementation that has healed: what it does not answer now, nobody can judge. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { CampaignCall } from './campaignJudge.ts';
import { CouldNotRun, Violation } from './check.ts';
import type { Answer, JsonObject } from '../target/target.ts';

export interface Ask {
  /** Of a read. @throws CouldNotRun when nobody answers, Violation when it is refused */
  <T>(operation: string, input: object): Promise<T>;
  /** Undefined when it is refused. */
  ifOffered<T>(operation: string, input: object): Promise<T | undefined>;
}

/** One that has just come up may still be busy. */
const MAX_TRIES = 20;
const PAUSE_MS = 100;

export function asker(call: CampaignCall): Ask {
  const answered = async (operation: string, input: object): Promise<Settled> => {
    let why = '';
    for (let tries = 0; tries < MAX_TRIES; tries += 1) {
      const answer = await call(operation, input as JsonObject);
      switch (answer.kind) {
        case 'ok':
          return answer;
        case 'refused':
          if (answer.problem.code !== 'OVERLOADED') return answer;
          why = answer.problem.code;
          break;
        case 'malformed':
          throw new Violation(
            `${operation} was answered with what the contract does not allow: ${answer.reason}.`,
          );
        case 'indeterminate':
          why = answer.reason;
          break;
      }
      await sleep(PAUSE_MS);
    }
    throw new CouldNotRun(
      `${operation} was not answered in ${MAX_TRIES} tries after everything had healed: ${why}.`,
    );
  };
  const ask = async <T>(operation: string, input: object): Promise<T> => {
    const answer = await answered(operation, input);
    if (answer.kind === 'ok') return answer.output as T;
    throw new Violation(
      `${operation} ${JSON.stringify(input)} was refused with ${answer.problem.code} after the campaign.`,
    );
  };
  const ifOffered = async <T>(operation: string, input: object): Promise<T | undefined> => {
    const answer = await answered(operation, input);
    return answer.kind === 'ok' ? (answer.output as T) : undefined;
  };
  return Object.assign(ask, { ifOffered });
}

type Settled = Extract<Answer, { kind: 'ok' | 'refused' }>;
