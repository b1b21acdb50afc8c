/** Keeps the histograms of a scenario beside its report: any percentile can be asked later, and runs can be merged exactly. */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { LoadBench } from '../bench.types.ts';
import { writeHistogramLog } from '../histogramLog.ts';
import type { HistogramCell, Measure } from '../histogramLog.ts';
import { firstDue, OUTCOMES } from '../sampleLog.ts';
import type { SampleLog } from '../sampleLog.ts';

const FOLDER = 'histograms';

/** @returns the file, relative to the report's folder */
export function keepHistograms(
  { outDir }: LoadBench,
  scenario: string,
  log: SampleLog,
  countFromMs: number,
): string {
  const ref = `${FOLDER}/${scenario.replaceAll('/', '-')}.ndjson`;
  mkdirSync(join(outDir, FOLDER), { recursive: true });
  writeHistogramLog(join(outDir, ref), { scenario }, cellsOf(log, countFromMs));
  return ref;
}

/** Second by second: the histograms of one are in memory at a time. */
export function* cellsOf(log: SampleLog, countFromMs: number): Iterable<HistogramCell> {
  const n = log.startsMs.length;
  let index = firstDue(log, countFromMs);
  while (index < n) {
    const second = Math.floor((log.startsMs[index]! - countFromMs) / 1000);
    const end = firstDue(log, countFromMs + (second + 1) * 1000);
    const cells = new Map<string, Map<number, number>>();
    const record = (place: number, measure: Measure, us: number): void => {
      const key = `${log.operation[place]}/${log.outcome[place]}/${measure}`;
      const counts = cells.get(key) ?? new Map<number, number>();
      cells.set(key, counts);
      counts.set(us, (counts.get(us) ?? 0) + 1);
    };
    for (; index < end; index += 1) {
      if (log.outcome[index] === 0) continue;
      record(index, 'response', log.endUs[index]!);
      record(index, 'send-lag', log.lagUs[index]!);
      if (log.sentUs[index]! > 0) record(index, 'service', log.endUs[index]! - log.sentUs[index]!);
    }
    for (const [key, histogram] of cells) {
      const [operation, outcome, measure] = key.split('/') as [string, string, Measure];
      yield {
        second,
        operation: log.operations[Number(operation) - 1] ?? '(not sent)',
        outcome: OUTCOMES[Number(outcome) - 1]!,
        measure,
        histogram,
      };
    }
  }
}
