/** What the rounds say: medians, ratios within rounds, and what falls short of the thresholds. */
import type { ContenderName } from './contenders.ts';
import { median } from './median.ts';

export interface CeilingRow {
  readonly attempt: number;
  readonly round: number;
  /** Its place in the round, from 0. */
  readonly order: number;
  readonly connections: number;
  readonly contender: ContenderName;
  readonly rps: number;
  readonly errors: number;
}

export interface CeilingLine {
  readonly connections: number;
  readonly contender: ContenderName;
  readonly medianRps: number;
  /** Median over the rounds of lanes / contender, both of the same round: what slows a round slows both. */
  readonly lanesRatio: number;
  /** What it has to be; undefined for the lanes themselves. */
  readonly leastRatio: number | undefined;
  readonly errors: number;
}

/** Asked of this engine by the project; a probe had reached 1.6 and 1.0. */
const LEAST_RATIOS: Readonly<Record<ContenderName, number | undefined>> = {
  lanes: undefined,
  autocannon: 1.4,
  wrk: 0.9,
};

export function ceilingLines(rows: readonly CeilingRow[]): CeilingLine[] {
  const lines: CeilingLine[] = [];
  for (const connections of new Set(rows.map((row) => row.connections))) {
    const here = rows.filter((row) => row.connections === connections);
    const lanesOf = new Map(
      here.filter((row) => row.contender === 'lanes').map((row) => [row.round, row.rps]),
    );
    for (const contender of new Set(here.map((row) => row.contender))) {
      const own = here.filter((row) => row.contender === contender);
      lines.push({
        connections,
        contender,
        medianRps: median(own.map((row) => row.rps)),
        lanesRatio: median(own.map((row) => lanesOf.get(row.round)! / row.rps)),
        leastRatio: LEAST_RATIOS[contender],
        errors: own.reduce((sum, row) => sum + row.errors, 0),
      });
    }
  }
  return lines;
}

/** In sentences; empty when all is as it should be. */
export function missedThresholds(lines: readonly CeilingLine[]): string[] {
  return lines.flatMap(({ connections, contender, lanesRatio, leastRatio, errors }) => [
    ...(leastRatio === undefined || lanesRatio >= leastRatio
      ? []
      : [`${connections} connections: ${lanesRatio.toFixed(2)}x ${contender}, not ${leastRatio}x`]),
    ...(errors === 0 ? [] : [`${connections} connections: ${errors} errors of ${contender}`]),
  ]);
}
