/** The results as a table for people and as rows for a file. */
import { cpus } from 'node:os';
import Table from 'cli-table3';
import { stringify } from 'csv-stringify/sync';
import type { MicroResult } from './measureTask.ts';

export interface GroupResult {
  readonly group: string;
  readonly results: readonly MicroResult[];
}

export function microTable({ group, results }: GroupResult): string {
  const table = new Table({
    head: [group, 'ops/s', 'mean ns', 'p50 ns', 'p99 ns', '+- %', 'a call'],
    colAligns: ['left', ...Array.from({ length: 6 }, () => 'right' as const)],
    style: { head: [], border: [] },
  });
  for (const { task, opsPerS, meanNs, p50Ns, p99Ns, rmePercent, operationsPerCall } of results) {
    table.push([
      task,
      Math.round(opsPerS).toLocaleString('en'),
      ...[meanNs, p50Ns, p99Ns].map((ns) => Math.round(ns).toLocaleString('en')),
      rmePercent.toFixed(1),
      operationsPerCall,
    ]);
  }
  return table.toString();
}

export function microCsv(groups: readonly GroupResult[], startedUtc: string): string {
  const rows = groups.flatMap(({ group, results }) =>
    results.map((result) => ({
      group,
      task: result.task,
      ops_per_s: Math.round(result.opsPerS),
      mean_ns: result.meanNs.toFixed(1),
      p50_ns: result.p50Ns.toFixed(1),
      p99_ns: result.p99Ns.toFixed(1),
      rme_percent: result.rmePercent.toFixed(2),
      operations_per_call: result.operationsPerCall,
      calls: result.calls,
      node: process.version,
      cpu_model: cpus()[0]?.model ?? 'unknown',
      started_utc: startedUtc,
    })),
  );
  return stringify(rows, { header: true });
}
