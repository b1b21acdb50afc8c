/** Every run of a figure in the order in which it was made: a drift of the machine, or one run that decides, is seen here. */
import type { ComparedRun, FigureComparison, RunsComparison } from '../../compare/comparison.ts';
import { nameOf } from '../../compare/compareRuns.ts';
import { plotted } from './changeSection.ts';
import { figure } from './figure.ts';
import { html } from './markup.ts';
import type { Markup, Part } from './markup.ts';
import { plain, quantity } from './numbers.ts';
import { plot } from './plot.ts';
import type { Point, Series } from './plot.ts';
import { exactScale, linearScale } from './scale.ts';

/** What changed, and the first of the headline; comparison.json has the runs of all. */
const MAX_FIGURES = 6;

export function runOrderSection({ figures, design }: RunsComparison): Markup {
  const shown = plotted(figures).slice(0, MAX_FIGURES);
  if (shown.length === 0)
    return html`<p class="absent">There is no figure with runs on both sides.</p>`;
  const order =
    design === 'interleaved'
      ? 'in the order in which the runs were made'
      : 'in the order of the files: the runs were not interleaved';
  return html`<p>Each mark is a run, ${order}.</p>
    <div class="pairs">${shown.map((each) => runOrder(each, design))}</div>`;
}

function runOrder(compared: FigureComparison, design: RunsComparison['design']): Part {
  const runs = placed(compared.runs);
  const of = (side: ComparedRun['side']): Point[] =>
    runs.filter((run) => run.side === side).map(({ at, value }) => [at, value] as const);
  const series: Series[] = [
    { name: 'baseline', colour: 1, as: 'line and marks', points: of('baseline') },
    {
      name: 'candidate',
      colour: 2,
      dashed: true,
      as: 'line and marks',
      shape: 'square',
      points: of('candidate'),
    },
  ];
  const values = runs.map(({ value }) => value);
  const [lowest, highest] = [Math.min(...values), Math.max(...values)];
  const room = (highest - lowest) * 0.1 || Math.abs(highest) * 0.05 || 1;
  const { unit } = compared;
  return figure({
    heading: nameOf(compared),
    says: html`${compared.verdict}: ${compared.reason}.`,
    legend: series,
    plots: [
      plot({
        label: `Runs of ${nameOf(compared)} in order; the table under it has the numbers`,
        size: { width: 'beside a table', height: 220 },
        x: {
          scale: exactScale([0, Math.max(1, runs.length + 1)], plain),
          title: design === 'interleaved' ? 'run' : 'run, baseline first',
        },
        y: {
          scale: linearScale([lowest - room, highest + room], (value) => quantity(value, unit), 4),
          title: `${compared.metric}, the axis does not begin at zero`,
        },
        series,
      }),
    ],
    tableIs: 'folded',
    table: {
      caption: `Runs of ${nameOf(compared)}`,
      columns: [
        { head: 'Run', as: 'number' },
        { head: 'Side', as: 'text' },
        { head: 'Value', as: 'number' },
      ],
      rows: runs.map(({ at, side, value }) => [at, side, quantity(value, unit)]),
    },
  });
}

function placed(runs: readonly ComparedRun[]): (ComparedRun & { at: number })[] {
  return runs
    .toSorted((one, other) => (one.order ?? 0) - (other.order ?? 0))
    .map((run, index) => ({ ...run, at: run.order === null ? index + 1 : run.order + 1 }));
}
