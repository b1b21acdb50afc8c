/** Rows with a value and its interval on one axis: availability by its nines, or paired changes (a forest plot). */
import { html } from './markup.ts';
import type { Markup } from './markup.ts';
import { mark } from './plot.ts';
import type { Scale } from './scale.ts';

export interface IntervalRow {
  readonly name: string;
  /** Null where only the interval is known, or nothing. */
  readonly value: number | null;
  readonly low: number | null;
  readonly high: number | null;
  /** What is no change, or what a target asks for: a shaded stretch of its own row. */
  readonly band?: readonly [from: number, to: number];
  readonly tone: 'series' | 'good' | 'bad' | 'quiet';
}

export interface IntervalPlot {
  readonly label: string;
  readonly scale: Scale;
  readonly title: string;
  readonly rows: readonly IntervalRow[];
  /** A line through all rows, for instance no change. */
  readonly zero?: number;
  readonly target?: { readonly at: number; readonly label: string };
}

const WIDTH = 640;
const NAMES = 240;
const RIGHT = 26;
const ROW = 24;
const TOP = 20;
const BOTTOM = 40;
/** Of a name, at its size: a longer one is in the table, to its end. */
const MAX_NAME_CHARS = 33;

export function intervalPlot(given: IntervalPlot): Markup {
  const { label, scale, title, rows, zero, target } = given;
  const bottom = TOP + rows.length * ROW;
  const x = (value: number): number => px(NAMES + scale.place(value) * (WIDTH - RIGHT - NAMES));
  const upright = (at: number, kind: string): Markup =>
    html`<line class="${kind}" x1="${x(at)}" x2="${x(at)}" y1="${TOP}" y2="${bottom}" />`;
  return html`<svg
    class="plot"
    viewBox="0 0 ${WIDTH} ${bottom + BOTTOM}"
    role="img"
    aria-label="${label}"
  >
    <g aria-hidden="true">
      ${rows.map(({ band }, index) => band && html`<rect class="interval" x="${x(band[0])}" y="${TOP + index * ROW + 2}" width="${px(x(band[1]) - x(band[0]))}" height="${ROW - 4}" />`)}
      ${scale.ticks.map(({ at, label: name }) => html`${upright(at, 'grid')}<text class="tick" x="${x(at)}" y="${bottom + 16}" text-anchor="middle">${name}</text>`)}
      <line class="axis" x1="${NAMES}" x2="${WIDTH - RIGHT}" y1="${bottom}" y2="${bottom}" />
      <text
        class="axis-title"
        x="${(NAMES + WIDTH - RIGHT) / 2}"
        y="${bottom + BOTTOM - 5}"
        text-anchor="middle"
      >
        ${title}
      </text>
      ${zero !== undefined && upright(zero, 'axis')}
      ${target && html`${upright(target.at, 'reference target')}<text class="note target" x="${x(target.at) - 4}" y="${TOP - 7}" text-anchor="end">${target.label}</text>`}
      ${rows.map((row, index) => intervalRow(row, TOP + (index + 0.5) * ROW, x))}
    </g>
  </svg>`;
}

function intervalRow(
  { name, value, low, high, tone }: IntervalRow,
  y: number,
  x: (value: number) => number,
): Markup {
  return html`<g class="${TONE_CLASSES[tone]}">
      ${low !== null && high !== null && html`<line class="whisker" x1="${x(low)}" x2="${x(high)}" y1="${y}" y2="${y}" />`}
      ${value !== null && mark('disc', x(value), y)}
    </g>
    <text class="row-name" x="${NAMES - 10}" y="${y + 4}" text-anchor="end">${short(name)}</text>`;
}

const TONE_CLASSES = {
  series: 'series-1',
  good: 'tone-good',
  bad: 'tone-bad',
  quiet: 'tone-quiet',
} as const;

function short(name: string): string {
  return name.length > MAX_NAME_CHARS ? `${name.slice(0, MAX_NAME_CHARS - 1)}…` : name;
}

function px(value: number): number {
  return Number(value.toFixed(1));
}
