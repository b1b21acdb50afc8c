/** A forest plot: each figure's change with its interval, beside the band in which equal runs differ too. */
import type { FigureComparison, RunsComparison } from '../../compare/comparison.ts';
import { nameOf } from '../../compare/compareRuns.ts';
import { badge, figure } from './figure.ts';
import type { Tone } from './figure.ts';
import { intervalPlot } from './intervalPlot.ts';
import type { IntervalRow } from './intervalPlot.ts';
import { html } from './markup.ts';
import type { Markup } from './markup.ts';
import { change, quantity } from './numbers.ts';
import type { Scale } from './scale.ts';

/** More rows than these are a table. */
const MAX_ROWS = 40;
/** Narrower plots would make a great deal of nothing. */
const LEAST_LOG = Math.log(1.1);
/** A figure that became ten times as large does not hide the others: it stands at the edge. */
const MOST_LOG = Math.log(4);
const ROUND_RISES = [0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 3] as const;
const ROUND_FALLS = [-0.02, -0.05, -0.1, -0.2, -0.3, -0.5, -0.7] as const;
/** Of the axis, that a label takes. */
const LABEL_WIDTH = 0.11;

export function changeSection({ figures }: RunsComparison): Markup {
  const shown = plotted(figures);
  if (shown.length === 0) {
    return html`<p class="absent">
      No figure has a change that could be drawn: the table below says why.
    </p>`;
  }
  const scale = changeScale(shown);
  return figure({
    heading: 'Change of the candidate against the baseline',
    says: html`Each line is a 95 % interval, each grey band the change that was asked for: 5 %, or
    what equal runs differ by here (A/A) where that is more. A change counts where it lies outside
    of its band and p is below .05 after correction. Lower is better for latencies, higher for
    throughput.`,
    plots: [
      intervalPlot({
        label:
          'Change of each figure with its interval and the A/A band; the table beside it has the numbers',
        scale,
        title: 'change, ratio scale',
        zero: 0,
        rows: shown.map(rowOf),
      }),
    ],
    tableIs: 'beside',
    table: {
      caption: 'Changes',
      columns: [
        { head: 'Figure', as: 'text' },
        { head: 'Baseline', as: 'number' },
        { head: 'Change', as: 'number' },
        { head: 'Verdict', as: 'text' },
      ],
      rows: shown.map((each) => [
        nameOf(each),
        each.baseline.value === null ? '–' : quantity(each.baseline.value, each.unit),
        each.change === null ? '–' : change(each.change),
        badge(each.verdict, TONES[each.verdict]),
      ]),
    },
  });
}

const TONES: Readonly<Record<FigureComparison['verdict'], Tone>> = {
  regressed: 'bad',
  improved: 'good',
  equivalent: 'good',
  inconclusive: 'quiet',
  incomparable: 'warn',
  invalid: 'warn',
};

/** What a reader looks for: what changed first, then the headline figures. */
export function plotted(figures: readonly FigureComparison[]): FigureComparison[] {
  const weight = ({ verdict, family }: FigureComparison): number =>
    verdict === 'regressed' ? 0 : verdict === 'improved' ? 1 : family === 'headline' ? 2 : 3;
  return figures
    .filter((each) => each.change !== null && each.changeLow !== null && each.changeHigh !== null)
    .toSorted((one, other) => weight(one) - weight(other))
    .filter((each, index) => weight(each) < 3 || index < MAX_ROWS)
    .slice(0, MAX_ROWS);
}

function rowOf(each: FigureComparison): IntervalRow {
  const { verdict, leastChange } = each;
  return {
    name: nameOf(each),
    value: each.change,
    low: each.changeLow,
    high: each.changeHigh,
    ...(leastChange !== null && { band: [1 / (1 + leastChange) - 1, leastChange] as const }),
    tone: verdict === 'regressed' ? 'bad' : verdict === 'improved' ? 'good' : 'quiet',
  };
}

/** Twice as much and half as much are equally far from no change. */
function changeScale(shown: readonly FigureComparison[]): Scale {
  const logs = shown.flatMap(({ changeLow, changeHigh, leastChange }) =>
    [changeLow!, changeHigh!, leastChange ?? 0].map((share) => Math.abs(Math.log1p(share))),
  );
  const reach = Math.min(MOST_LOG, Math.max(LEAST_LOG, ...logs.filter(Number.isFinite)) * 1.05);
  const place = (share: number): number =>
    Math.min(1, Math.max(0, 0.5 + Math.log1p(share) / (2 * reach)));
  const ticks = [0, ...spaced(ROUND_RISES, place), ...spaced(ROUND_FALLS, place)];
  return { place, ticks: ticks.map((at) => ({ at, label: at === 0 ? '0' : change(at) })) };
}

/** Those that have room for their labels, from no change outwards. */
function spaced(changes: readonly number[], place: Scale['place']): number[] {
  let last = place(0);
  return changes.filter((at) => {
    const here = place(at);
    const hasRoom = Math.abs(here - last) >= LABEL_WIDTH && here > 0 && here < 1;
    if (hasRoom) last = here;
    return hasRoom;
  });
}
