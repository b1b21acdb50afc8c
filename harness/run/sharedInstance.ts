/** The one instance that shared checks meet, started again - a bounded number of times - when it dies or hangs. */
import type { TargetFactory } from '../target/targetFactory.ts';
import type { Target } from '../target/target.ts';

/** An implementation that dies more often is judged check by check, each on an instance of its own. */
const MAX_RESTARTS = 3;
/** What answers nothing at all for so long hangs. `--patience` scales it. */
export const MAX_SILENCE_MS = 2_000;

/** `never-up`: it could not be started; `gone`: nobody can start it again; `worn-out`: it has been started often enough. */
export type Shared =
  | { readonly kind: 'up'; readonly target: Target }
  | { readonly kind: 'never-up' | 'gone' | 'worn-out'; readonly reason: string };

export interface SharedInstance {
  acquire(): Promise<Shared>;
  /** Why the instance that a check met can no longer be used; undefined when it is well. */
  diagnose(target: Target): Promise<string | undefined>;
  close(): Promise<void>;
}

export function sharedInstance(
  factory: TargetFactory,
  patience: number,
  onNote: (message: string) => void,
): SharedInstance {
  let current: Promise<Shared> | undefined;
  let launches = 0;

  const launch = async (): Promise<Shared> => {
    launches += 1;
    try {
      return { kind: 'up', target: await factory.launch() };
    } catch (error) {
      return { kind: 'never-up', reason: (error as Error).message };
    }
  };

  const replace = async (broken: Target, evidence: string): Promise<void> => {
    const shared = await current;
    // Checks that ran together find the same corpse: the first replaces it.
    if (shared?.kind !== 'up' || shared.target !== broken) return;
    if (!factory.ownInstances) {
      current = Promise.resolve({ kind: 'gone', reason: `The server ${evidence}` });
    } else if (launches > MAX_RESTARTS) {
      current = Promise.resolve({
        kind: 'worn-out',
        reason: `The shared instance broke ${launches} times, the last time it ${evidence}`,
      });
    } else {
      onNote(`The shared instance ${evidence} It is started again for the other checks.`);
      current = broken.close().then(launch, launch);
      return;
    }
    await broken.close();
  };

  return {
    acquire: () => (current ??= launch()),
    async diagnose(target) {
      const ended = target.ended();
      const evidence =
        ended ??
        ((await target.responds(MAX_SILENCE_MS * patience))
          ? undefined
          : `answered nothing for ${MAX_SILENCE_MS * patience} ms.`);
      if (evidence !== undefined) await replace(target, evidence);
      return evidence;
    },
    async close() {
      const shared = await current;
      if (shared?.kind === 'up') await shared.target.close();
    },
  };
}
