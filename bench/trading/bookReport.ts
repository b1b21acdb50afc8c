/** The measurements of the books as a table for people and as rows for results/. */
import { cpus } from 'node:os';
import Table from 'cli-table3';
import { stringify } from 'csv-stringify/sync';
import type { BookCommands } from './bookCommands.ts';
import { PEERS } from './bookEngines.ts';
import type { BookMeasurement } from './measureBooks.ts';

/** What bookCommands.ts makes. */
const MIX = 'exchange-core 9/3/6/82';

export function bookTable(measurements: readonly BookMeasurement[]): string {
  const table = new Table({
    head: [
      'engine',
      'ops/CPU s',
      'CPU',
      ...PEERS.map((peer) => `x ${peer}`),
      'p50 ns',
      'p99 ns',
      'p99.9 ns',
    ],
    colAligns: ['left', ...Array.from({ length: 7 }, () => 'right' as const)],
    style: { head: [], border: [] },
  });
  for (const measurement of measurements) {
    const { engine, opsPerSec, cpuShare, ratioTo, p50Ns, p99Ns, p999Ns } = measurement;
    table.push([
      engine,
      Math.round(opsPerSec).toLocaleString('en'),
      `${Math.round(cpuShare * 100)} %`,
      ...PEERS.map((peer) => ratioTo[peer]?.toFixed(1) ?? ''),
      ...[p50Ns, p99Ns, p999Ns].map((ns) => Math.round(ns).toLocaleString('en')),
    ]);
  }
  return table.toString();
}

export function bookCsv(
  measurements: readonly BookMeasurement[],
  commands: BookCommands,
  startedUtc: string,
): string {
  const rows = measurements.map((measurement) => ({
    engine: measurement.engine,
    mix: MIX,
    seed: commands.seed,
    commands: commands.count - commands.fillCount,
    ops_per_s: Math.round(measurement.opsPerSec),
    ratio_nodejs_order_book: measurement.ratioTo['nodejs-order-book']?.toFixed(2),
    ratio_hft_limit_order_book: measurement.ratioTo['hft-limit-order-book']?.toFixed(2),
    p50_ns: Math.round(measurement.p50Ns),
    p99_ns: Math.round(measurement.p99Ns),
    p999_ns: Math.round(measurement.p999Ns),
    book_digest: measurement.digest,
    node: process.version,
    cpu_model: cpus()[0]?.model ?? 'unknown',
    started_utc: startedUtc,
  }));
  return stringify(rows, { header: true });
}
