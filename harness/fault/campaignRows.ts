/** Rows of measurements.csv from a campaign, and its targets. */
import type { TargetRow } from '../contract/caseStudy.ts';
import { answers, judgeTarget } from '../load/judgeTarget.ts';
import { figureRow } from '../load/rows.ts';
import type { Row, RowContext } from '../load/rows.ts';
import type { CampaignSummary, ShownRate } from '../report/campaignSummary.ts';
import type { Measurement, TargetVerdict } from '../report/measurement.ts';
import { lowerBound } from './binomialInterval.ts';

/** Of targets.json. */
export const CAMPAIGN_SCENARIO = 'fault-campaign';

export interface CampaignRowsOptions {
  readonly summary: CampaignSummary;
  readonly context: Omit<RowContext, 'scenario'>;
  /** Send lag in us, offered and achieved rates: the same in every row. */
  readonly load: Partial<Row>;
  readonly targets: readonly TargetRow[];
}

export interface Judged {
  readonly measurements: Measurement[];
  readonly verdicts: TargetVerdict[];
}

export function campaignRows({ summary, context, load, targets }: CampaignRowsOptions): Judged {
  const { availability, recovery } = summary;
  const rateRow = (suffix: string, shown: ShownRate): Row[] => {
    if (shown.rate === null) return [];
    const scenario = suffix === '' ? CAMPAIGN_SCENARIO : `${CAMPAIGN_SCENARIO}/${suffix}`;
    const row = figureRow(
      { ...context, scenario },
      {
        metric: 'success-rate',
        unit: 'ratio',
        direction: 'higher-is-better',
        value: shown.rate,
        ciLow: shown.low,
        ciHigh: shown.high,
        n: shown.total,
      },
    );
    // Three decimals are no availability.
    const errors = shown.total - shown.successes;
    return [{ ...row, ...load, value: shown.rate, ok: shown.successes, errors }];
  };
  const recoveryRows = (
    [
      [50, recovery.p50Ms],
      [99, recovery.p99Ms],
      [100, recovery.maxMs],
    ] as const
  ).flatMap(([percentile, value]): Row[] => {
    if (value === null) return [];
    const n = recovery.recovered;
    const figure = { metric: 'recovery', unit: 'ms', percentile, value, n };
    const row = { ...figureRow({ ...context, scenario: CAMPAIGN_SCENARIO }, figure), ...load };
    if (recovery.never === 0) return [row];
    const reasons = [...row.validityReasons, `${recovery.never} kills had no recovery at all`];
    return [{ ...row, validity: 'invalid', validityReasons: reasons }];
  });
  const judgedRows = rateRow('', availability.judged);
  const rows = [
    ...judgedRows,
    ...rateRow('overall', availability.overall),
    ...rateRow('steady', availability.steady),
    ...rateRow('eventual', availability.eventual),
    ...rateRow('retried', availability.retried),
    ...rateRow('unexplained', availability.unexplained),
    ...Object.entries(availability.inside).flatMap(([kind, rate]) => rateRow(kind, rate)),
    ...recoveryRows,
  ];
  const verdicts = targets
    .filter(({ profile }) => profile === CAMPAIGN_SCENARIO)
    .map((target) => verdictOf(target, rows, summary));
  const measurements = rows.map((row): Measurement => {
    const target = targets.find((each) => answers(row, each));
    const verdict = verdicts.find(({ id }) => id === target?.id)?.verdict;
    return {
      ...row,
      targetId: target?.id ?? null,
      target: target?.value ?? null,
      verdict: verdict ?? (row.validity === 'invalid' ? 'invalid' : 'not-judged'),
    };
  });
  return { measurements, verdicts };
}

function verdictOf(
  target: TargetRow,
  rows: readonly Row[],
  { availability, recovery }: CampaignSummary,
): TargetVerdict {
  const { id, metric } = target;
  const row = rows.find((each) => answers(each, target));
  if (!row) {
    const reason =
      metric === 'recovery'
        ? `No recovery was seen: ${recovery.notSeen} kills, each with another fault beside it or too near.`
        : `A campaign of faults does not measure ${metric} of ${target.operation}.`;
    return { id, verdict: 'not-measured', value: null, reason };
  }
  const { value } = row;
  if (metric !== 'success-rate' || row.validity === 'invalid') {
    return { id, value, ...judgeTarget(target, row) };
  }
  return { id, value, ...judgeAvailability(target, availability.judged) };
}

/** Shown, or refuted, at 95 %; a sample that can do neither is said to be too small. */
function judgeAvailability(
  { value: bound }: TargetRow,
  { successes, total, rate, high, shows }: ShownRate,
): Pick<TargetVerdict, 'verdict' | 'reason'> {
  const failures = total - successes;
  const said =
    `${failures} of ${total} commands failed at first in the steady phase, or for good in a fault and its recovery ` +
    `(${rate}, asked for >= ${bound}); ${shows}`;
  if (lowerBound(successes, total) >= bound) return { verdict: 'met', reason: `${said}.` };
  if (high < bound) return { verdict: 'missed', reason: `${said}.` };
  const verdict = failures === 0 ? 'not-measured' : 'invalid';
  return { verdict, reason: `not shown: ${said}.` };
}
