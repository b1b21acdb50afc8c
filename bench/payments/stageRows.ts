/** The figures of the stages as the rows that `casemark bench` reads from a program that measures inside. */
import type { InProcessRow } from '../../harness/load/inProcess.ts';
import type { StageMeasurement, StageSizes } from './stages.ts';

export function stageRows(measured: StageMeasurement, { payments: n }: StageSizes): InProcessRow[] {
  const { p50, p99, p999 } = measured.createPayment;
  const latency = (percentile: number, us: number): InProcessRow => {
    const value = Math.round(us);
    return { metric: 'latency', operation: 'createPayment', percentile, value, unit: 'us', n };
  };
  const whole = { percentile: null } as const;
  return [
    latency(50, p50),
    latency(99, p99),
    latency(99.9, p999),
    {
      ...whole,
      metric: 'throughput',
      operation: 'createPayment',
      value: Math.round(measured.paymentsPerSecond),
      unit: 'ops/s',
      n,
    },
    {
      ...whole,
      metric: 'throughput',
      operation: 'ledger',
      value: Math.round(measured.postingsPerSecond),
      unit: 'postings/s',
      n: measured.postings,
    },
    {
      ...whole,
      metric: 'recovery',
      operation: 'fold',
      value: Math.round(measured.recoveryMs),
      unit: 'ms',
      n: measured.recoveredEvents,
    },
  ];
}
