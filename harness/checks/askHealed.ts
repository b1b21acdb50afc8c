/** Asking an implementation that has healed: what it does not answer now, nobody can judge. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { CampaignCall, CampaignFinalContext } from './campaignJudge.ts';
import { CouldNotRun, Violation } from './check.ts';
import type { Answer, JsonObject } from '../target/target.ts';

export interface Ask {
  /** Of a read. @throws CouldNotRun when nobody answers, Violation when it is refused */
  <T>(operation: string, input: object): Promise<T>;
  /** Whichever it is, once it is neither for the moment nor uncertain. @throws CouldNotRun when nobody answers */
  settled(operation: string, input: object): Promise<Settled>;
  /** Undefined when it is refused. */
  ifOffered<T>(operation: string, input: object): Promise<T | undefined>;
  /** Undefined when there is no such thing (UNKNOWN_...). @throws as the call itself for every other refusal */
  ifKnown<T>(operation: string, input: object): Promise<T | undefined>;
}

/** One that has just come up may still be busy, or its nodes elect a leader: what is refused for now is asked for so long, too. */
const MAX_TRIES = 20;
const PAUSE_MS = 100;
const MAX_NOT_NOW_MS = 10_000;

/** @param errors of the contract: what is retryable there is asked again. Default: OVERLOADED only */
export function asker(call: CampaignCall, errors?: CampaignFinalContext['errors']): Ask {
  const isForNow = (code: string): boolean =>
    code === 'OVERLOADED' || errors?.get(code)?.retryable === true;
  const answered = async (operation: string, input: object): Promise<Settled> => {
    const untilMs = performance.now() + MAX_NOT_NOW_MS;
    let why = '';
    let isRefused = false;
    let tries = 0;
    for (; tries < MAX_TRIES || (isRefused && performance.now() < untilMs); tries += 1) {
      const answer = await call(operation, input as JsonObject);
      switch (answer.kind) {
        case 'ok':
          return answer;
        case 'refused':
          if (!isForNow(answer.problem.code)) return answer;
          why = answer.problem.code;
          isRefused = true;
          break;
        case 'malformed':
          throw new Violation(
            `${operation} was answered with what the contract does not allow: ${answer.reason}.`,
          );
        case 'indeterminate':
          why = answer.reason;
          isRefused = false;
          break;
      }
      await sleep(PAUSE_MS);
    }
    throw new CouldNotRun(
      `${operation} was not answered in ${tries} tries after everything had healed: ${why}.`,
    );
  };
  const accepted = <T>(operation: string, input: object, answer: Settled): T => {
    if (answer.kind === 'ok') return answer.output as T;
    throw new Violation(
      `${operation} ${JSON.stringify(input)} was refused with ${answer.problem.code} after the campaign.`,
    );
  };
  const ask = async <T>(operation: string, input: object): Promise<T> =>
    accepted<T>(operation, input, await answered(operation, input));
  const ifOffered = async <T>(operation: string, input: object): Promise<T | undefined> => {
    const answer = await answered(operation, input);
    return answer.kind === 'ok' ? (answer.output as T) : undefined;
  };
  const ifKnown = async <T>(operation: string, input: object): Promise<T | undefined> => {
    const answer = await answered(operation, input);
    const isUnknown = answer.kind === 'refused' && answer.problem.code.startsWith('UNKNOWN_');
    return isUnknown ? undefined : accepted<T>(operation, input, answer);
  };
  return Object.assign(ask, { settled: answered, ifOffered, ifKnown });
}

type Settled = Extract<Answer, { kind: 'ok' | 'refused' }>;
