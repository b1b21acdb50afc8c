/** A system in this process as one that can be killed in virtual time: what is asked of a life that ends is not answered. */
import type { VirtualTime } from '../../history/testing/virtualTime.ts';
import type { Answer, JsonObject } from '../../target/target.ts';
import { copyPlain } from './copyPlain.ts';
import type { InMemorySystem, SystemAnswer } from './inMemoryTarget.ts';

export interface VirtualProcess {
  /** Undefined when it died before it could answer. */
  serve(operation: string, input: JsonObject): Promise<Answer | undefined>;
  /** Down for a moment, and up again on what is left; nothing when it is down already. */
  crash(clockMs: number): Promise<void>;
}

export interface VirtualProcessOptions {
  readonly system: InMemorySystem;
  readonly time: VirtualTime;
  /** Instead of the system's own call. */
  answer?(operation: string, input: JsonObject): Promise<SystemAnswer>;
  /** While it is down. */
  beforeRestart?(): void;
}

const MAX_DOWN_MS = 15;

export function virtualProcess(options: VirtualProcessOptions): VirtualProcess {
  const { system, time, beforeRestart } = options;
  const answer =
    options.answer ??
    (async (operation: string, input: JsonObject) => system.call(operation, input));
  /** Counts the lives. */
  let epoch = 1;
  let isUp = true;
  return {
    async serve(operation, input) {
      if (!isUp) return undefined;
      const ownEpoch = epoch;
      const isAlive = (): boolean => isUp && epoch === ownEpoch;
      try {
        const answered = copyPlain(await answer(operation, copyPlain(input)));
        if (!isAlive()) return undefined;
        return 'output' in answered
          ? { kind: 'ok', output: answered.output as JsonObject }
          : { kind: 'refused', problem: answered.problem };
      } catch (error) {
        if (isAlive()) throw error;
        return undefined;
      }
    },
    async crash(clockMs) {
      if (!isUp) return;
      isUp = false;
      epoch += 1;
      system.kill?.();
      await time.sleepBetween(0, MAX_DOWN_MS);
      beforeRestart?.();
      system.restart(clockMs);
      isUp = true;
    },
  };
}
