/**
 * bencher.json: Bencher Metric Format (bencher.dev/docs/reference/bencher-metric-format). The unit stands in the name of the measure:
 * Bencher's own measure `latency` is in nanoseconds, and these are not.
 */
import type { Report } from '../report.ts';
import { json } from './json.ts';
import { runFigures } from './runFigures.ts';

export function bencher(report: Report): string {
  const benchmarks: Record<string, Record<string, object>> = {};
  for (const { scenario, operation, metric, percentile, unit, value, ciLow, ciHigh } of runFigures(
    report,
  )) {
    const benchmark = `${report.case.id} ${scenario} ${operation}`;
    const measure = [metric, ...(percentile === null ? [] : [`p${percentile}`]), unit]
      .filter((part) => part !== '')
      .join('-')
      .replaceAll('/', '-per-');
    benchmarks[benchmark] ??= {};
    benchmarks[benchmark][measure] = {
      value,
      ...(ciLow !== null && { lower_value: ciLow }),
      ...(ciHigh !== null && { upper_value: ciHigh }),
    };
  }
  return json(benchmarks);
}
