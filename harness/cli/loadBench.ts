/** The load part, loaded only by the verbs that measure: the others start faster without it. */
import type { RunBench } from '../report/runBench.ts';

export async function loadBench(): Promise<RunBench> {
  const { runBench } = await import('../load/bench.ts');
  return runBench;
}
