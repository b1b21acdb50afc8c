/** Calls that were carried out and wait for a check to release their answer. */

/** More than a check sends at a time. */
const MAX_HELD = 10_000;

export interface HeldCalls {
  /** @returns `gone` when the caller went away meanwhile */
  hold(key: string, signal: AbortSignal): Promise<'released' | 'gone'>;
  release(key: string): void;
  count(key: string): number;
}

export function createHeldCalls(): HeldCalls {
  const held = new Map<string, Set<() => void>>();
  let all = 0;
  return {
    hold(key, signal) {
      if (signal.aborted) return Promise.resolve('gone');
      if (all >= MAX_HELD) throw new Error(`more than ${MAX_HELD} calls are held.`);
      const calls = held.get(key) ?? new Set();
      held.set(key, calls);
      all += 1;
      return new Promise((resolve) => {
        const leave = (how: 'released' | 'gone'): void => {
          all -= 1;
          calls.delete(release);
          if (calls.size === 0 && held.get(key) === calls) held.delete(key);
          signal.removeEventListener('abort', goAway);
          resolve(how);
        };
        const release = (): void => leave('released');
        const goAway = (): void => leave('gone');
        calls.add(release);
        signal.addEventListener('abort', goAway, { once: true });
      });
    },
    release(key) {
      for (const release of [...(held.get(key) ?? [])]) release();
    },
    count: (key) => held.get(key)?.size ?? 0,
  };
}
