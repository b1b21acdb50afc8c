/** One task under tinybench, whose statistics are used as they are. */
import { Bench } from 'tinybench';
import { callChecked } from './microTask.ts';
import type { MicroTask } from './microTask.ts';

/** Per operation. Percentiles are those of the mean over one call: within a call nobody reads the clock. */
export interface MicroResult {
  readonly task: string;
  readonly opsPerS: number;
  readonly meanNs: number;
  readonly p50Ns: number;
  readonly p99Ns: number;
  /** Relative margin of error of the mean, 95 %, in percent. */
  readonly rmePercent: number;
  readonly operationsPerCall: number;
  readonly calls: number;
}

/** Long enough for a rme of a few percent, short enough for a whole table in half a minute. */
const DURATION = { measuredMs: 800, warmupMs: 250 };

/** Rejects when it does the wrong thing, before or after it was timed. */
export async function measureTask(
  task: MicroTask,
  { measuredMs, warmupMs } = DURATION,
): Promise<MicroResult> {
  const { name, operations } = task;
  const work = task.setup();
  try {
    const isAsync = await callChecked(name, work);
    const bench = new Bench({ time: measuredMs, warmupTime: warmupMs, throws: true });
    const { prepare, fn } = work;
    // Its answer goes to tinybench, which looks at it: so it is used.
    bench.add(name, fn, { async: isAsync, ...(prepare && { beforeEach: () => prepare() }) });
    if (isAsync) await bench.run();
    else bench.runSync();
    await callChecked(name, work);
    const { result } = bench.tasks[0]!;
    if (result.state !== 'completed') throw new Error(`${name} did not complete: ${result.state}`);
    const { mean, p50, p99, rme, samplesCount } = result.latency;
    const perOperationNs = (ms: number): number => (ms * 1e6) / operations;
    return {
      task: name,
      opsPerS: (1000 * operations) / mean,
      meanNs: perOperationNs(mean),
      p50Ns: perOperationNs(p50),
      p99Ns: perOperationNs(p99),
      rmePercent: rme,
      operationsPerCall: operations,
      calls: samplesCount,
    };
  } finally {
    work.teardown?.();
  }
}
