/** One row of targets.json against what was measured for it. */
import type { TargetRow } from '../contract/caseStudy.ts';
import type { Measurement, MeasurementVerdict, TargetVerdict } from '../report/measurement.ts';

/** A target nearer to the floor than this cannot be told from the machine itself. */
const MIN_FLOOR_MULTIPLE = 3;

type Judgement = { verdict: MeasurementVerdict & TargetVerdict['verdict']; reason: string };

/** What a measurement has to be judged by; the rest of the row says how it came about. */
export type Judged = Pick<
  Measurement,
  'unit' | 'ciLow' | 'ciHigh' | 'n' | 'floor' | 'validity' | 'validityReasons'
> & { readonly value: number };

export function answers(
  row: Pick<Measurement, 'scenario' | 'operation' | 'metric' | 'percentile' | 'unit'>,
  target: TargetRow,
): boolean {
  return (
    row.scenario === target.profile &&
    row.operation === target.operation &&
    row.metric === target.metric &&
    row.percentile === target.percentile &&
    row.unit === target.unit
  );
}

/**
 * Met when the whole interval is on the right side, whatever the floor: overhead only adds. Missed when the whole interval is on
 * the wrong side and the floor leaves room. Between the two nothing has been shown.
 */
export function judgeTarget(target: TargetRow, measured: Judged): Judgement {
  const { comparison, value: bound, unit } = target;
  const said = `${measured.value} ${unit}${intervalText(measured)} of ${measured.n} samples, asked for ${comparison} ${bound} ${unit}`;
  if (measured.validity === 'invalid') {
    return {
      verdict: 'invalid',
      reason: `${said}, in a run that proves nothing: ${measured.validityReasons.join('; ')}.`,
    };
  }
  const low = measured.ciLow ?? measured.value;
  const high = measured.ciHigh ?? measured.value;
  const [met, missed] = [low, high].reduce(
    ([all, none], edge) => [all && satisfies(edge, target), none && !satisfies(edge, target)],
    [true, true],
  );
  if (met) return { verdict: 'met', reason: `${said}.` };
  const isUpper = comparison === '<' || comparison === '<=';
  if (isUpper && measured.floor !== null && bound < MIN_FLOOR_MULTIPLE * measured.floor) {
    return {
      verdict: 'not-measurable-here',
      reason: `${said}; a server that does nothing has ${measured.floor} ${unit} here, too near to the target to tell.`,
    };
  }
  if (missed) return { verdict: 'missed', reason: `${said}.` };
  return {
    verdict: 'invalid',
    reason: `${said}: the interval reaches to both sides, so neither is shown; measure longer (--profile standard).`,
  };
}

function satisfies(value: number, { comparison, value: bound }: TargetRow): boolean {
  switch (comparison) {
    case '<':
      return value < bound;
    case '<=':
      return value <= bound;
    case '>':
      return value > bound;
    case '>=':
      return value >= bound;
  }
}

function intervalText({ ciLow, ciHigh }: Judged): string {
  return ciLow === null || ciHigh === null ? '' : ` (95 %: ${ciLow} to ${ciHigh})`;
}
