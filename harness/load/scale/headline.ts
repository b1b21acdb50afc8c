/**
 * From the rate that one node was measured at to the case study's headline: spec/<case>/scale.json as labelled arithmetic. Nothing
 * of it is a measurement, so each line says that it is extrapolated, and the assumptions come along.
 */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { CaseStudy } from '../../contract/caseStudy.ts';
import { readDataFile } from '../../contract/readDataFile.ts';
import { figure } from './figure.ts';

export interface ScaleFactor {
  readonly label: string;
  readonly value: number;
  readonly unit: string;
  /** 1 multiplies, -1 divides. */
  readonly power: 1 | -1;
  readonly source: string;
}

/** spec/<case>/scale.json; the product of the factors is the required rate in operations of the workload a second. */
export interface Scale {
  readonly headline: string;
  readonly factors: readonly ScaleFactor[];
  /** How many times the average the busiest moment has. */
  readonly peak: { readonly value: number; readonly source: string };
  readonly assumptions: readonly string[];
}

export interface HeadlineArithmetic {
  readonly requiredOpsPerS: number;
  readonly peakOpsPerS: number;
  /** As many nodes as were measured as carry the average, and the peak. */
  readonly nodes: number;
  readonly nodesAtPeak: number;
  readonly lines: readonly string[];
}

/** @returns undefined when the case study has none: its headline is then no rate. @throws SpecError */
export function readScale({ dir }: Pick<CaseStudy, 'dir'>): Scale | undefined {
  const file = join(dir, 'scale.json');
  if (!existsSync(file)) return undefined;
  return readDataFile<Scale>(file, 'scale', 'see spec/README.md.');
}

/** @throws RangeError when there is nothing to extrapolate from */
export function headlineArithmetic(scale: Scale, measuredOpsPerS: number): HeadlineArithmetic {
  if (!(measuredOpsPerS > 0 && Number.isFinite(measuredOpsPerS))) {
    throw new RangeError(
      `${measuredOpsPerS} operations/s: the arithmetic needs a rate that one node was measured at.`,
    );
  }
  const { factors, peak } = scale;
  // Products before the quotient: whole numbers stay exact.
  const product = (power: 1 | -1): number =>
    factors.reduce((total, factor) => (factor.power === power ? total * factor.value : total), 1);
  const requiredOpsPerS = product(1) / product(-1);
  const peakOpsPerS = requiredOpsPerS * peak.value;
  const nodes = Math.ceil(requiredOpsPerS / measuredOpsPerS);
  const nodesAtPeak = Math.ceil(peakOpsPerS / measuredOpsPerS);
  const lines = [
    `“${scale.headline}” is arithmetic here, not a measurement`,
    ...factors.map(
      ({ label, value, unit, power, source }) =>
        `${power === 1 ? 'x' : '/'} ${figure(value)} ${unit} (${label}; ${source})`,
    ),
    `= ${figure(requiredOpsPerS)} ops/s on average`,
    `x ${figure(peak.value)} = ${figure(peakOpsPerS)} ops/s at the peak (${peak.source})`,
    `one node was measured at ${figure(measuredOpsPerS)} ops/s: ${nodesText(nodes)} on average, ${nodesText(nodesAtPeak)} at the peak`,
    ...scale.assumptions.map((assumption) => `assumed: ${assumption}`),
  ].map((line) => `extrapolation: ${line}`);
  return { requiredOpsPerS, peakOpsPerS, nodes, nodesAtPeak, lines };
}

function nodesText(nodes: number): string {
  return nodes === 1 ? '1 such node' : `${figure(nodes)} such nodes`;
}
