/** The load part, loaded only by the verbs that measure. */
import type { RunBench } from '../report/runBench.ts';

export async function loadBench(): Promise<RunBench> {
  const name = import.meta.url.endsWith('.ts') ? '../load/bench.ts' : '../load/bench.js';
  const { runBench } = (await import(new URL(name, import.meta.url).href)) as {
    runBench: RunBench;
  };
  return runBench;
}
