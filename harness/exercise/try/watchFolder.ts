/** Tells when something in a folder was saved. */
import { watch } from 'node:fs';
import { sep } from 'node:path';

/** Editors write a file in several steps, and a formatter after them. */
const SETTLE_MS = 150;

/** @param ignored first parts of paths below the folder that do not count: what a build or a run writes */
export function watchFolder(
  dir: string,
  ignored: readonly string[],
): { changed(): Promise<void>; close(): void } {
  let waiting = Promise.withResolvers<undefined>();
  let timer: NodeJS.Timeout | undefined;
  const watcher = watch(dir, { recursive: true }, (_, name) => {
    const first = name?.split(sep)[0];
    if (first !== undefined && (ignored.includes(first) || first.startsWith('.'))) return;
    clearTimeout(timer);
    timer = setTimeout(() => waiting.resolve(undefined), SETTLE_MS);
  });
  return {
    /** What was saved since the last call, or is next. */
    async changed() {
      await waiting.promise;
      waiting = Promise.withResolvers<undefined>();
    },
    close() {
      clearTimeout(timer);
      watcher.close();
    },
  };
}
