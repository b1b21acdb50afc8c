/** One pair of axes with lines, marks, shaded times and reference lines, as inline SVG. Colours come from the style of the page. */
import { html } from './markup.ts';
import type { Markup } from './markup.ts';
import type { Scale } from './scale.ts';

/** `solid` and `dashed` and the shapes tell series apart without colour. */
export interface Series {
  readonly name: string;
  readonly colour: 1 | 2 | 3 | 4;
  readonly dashed?: boolean;
  /** `line`: points are joined; `marks`: they are not; `bars`: from zero up. */
  readonly as: 'line' | 'marks' | 'line and marks' | 'bars';
  readonly shape?: 'disc' | 'square';
  readonly points: readonly Point[];
}

/** A point without a value is a gap in its line. */
export type Point = readonly [x: number, y: number | null];

export interface Plot {
  /** What it shows, for somebody who cannot see it: the table beside it has the numbers. */
  readonly label: string;
  /** `wide`: for a line of time, above its table. */
  readonly size: { readonly width: 'beside a table' | 'wide'; readonly height: number };
  readonly x: Axis;
  readonly y: Axis;
  readonly series: readonly Series[];
  readonly shades?: readonly Shade[];
  readonly references?: readonly Reference[];
}

export interface Axis {
  readonly scale: Scale;
  /** Null where a plot beneath it has the same axis. */
  readonly title: string | null;
}

export interface Shade {
  readonly from: number;
  readonly to: number;
  readonly name: string;
  readonly tone: 'fault' | 'interval';
}

export interface Reference {
  readonly axis: 'x' | 'y';
  readonly at: number;
  readonly label: string;
  readonly tone: 'target' | 'missed' | 'knee';
}

/** About what they are shown at, so that the text keeps its size. */
const WIDTHS = { 'beside a table': 640, wide: 960 } as const;
const MARGIN = { left: 62, right: 26, top: 20, bottom: 40 } as const;
/** Without a title and labels of its own. */
const BARE_BOTTOM = 8;
const MARK = 3.5;
const STRIP = 5;
const BAR_GAP = 0.15;

interface Frame {
  readonly x: (value: number) => number;
  readonly y: (value: number) => number;
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
}

export function plot(given: Plot): Markup {
  const { label, size, shades = [], references = [], series } = given;
  const frame = frameOf(given);
  return html`<svg
    class="plot"
    viewBox="0 0 ${WIDTHS[size.width]} ${size.height}"
    role="img"
    aria-label="${label}"
  >
    ${shades.map((each) => shade(frame, each))} ${grid(frame, given)}
    ${series.map((each) => drawn(frame, each))} ${references.map((each) => reference(frame, each))}
  </svg>`;
}

function frameOf({ size, x, y }: Plot): Frame {
  const left = MARGIN.left;
  const right = WIDTHS[size.width] - MARGIN.right;
  const top = MARGIN.top;
  const bottom = size.height - (x.title === null ? BARE_BOTTOM : MARGIN.bottom);
  return {
    x: (value) => left + x.scale.place(value) * (right - left),
    y: (value) => bottom - y.scale.place(value) * (bottom - top),
    ...{ left, right, top, bottom },
  };
}

function grid({ x: xAt, y: yAt, left, right, top, bottom }: Frame, { x, y, size }: Plot): Markup {
  const across = y.scale.ticks.map(
    ({ at, label }) =>
      html`<line class="grid" x1="${left}" x2="${right}" y1="${px(yAt(at))}" y2="${px(yAt(at))}" />
        <text class="tick" x="${left - 7}" y="${px(yAt(at) + 4)}" text-anchor="end"
          >${label}</text
        >`,
  );
  const up = x.scale.ticks.map(
    ({ at, label }) =>
      html`<line class="grid" x1="${px(xAt(at))}" x2="${px(xAt(at))}" y1="${top}" y2="${bottom}" />
        ${x.title !== null && html`<text class="tick" x="${px(xAt(at))}" y="${bottom + 16}" text-anchor="middle">${label}</text>`}`,
  );
  return html`<g aria-hidden="true">
    ${across}${up}
    <line class="axis" x1="${left}" x2="${right}" y1="${bottom}" y2="${bottom}" />
    ${x.title !== null && html`<text class="axis-title" x="${(left + right) / 2}" y="${size.height - 5}" text-anchor="middle">${x.title}</text>`}
    ${y.title !== null && html`<text class="axis-title" x="4" y="10">${y.title}</text>`}
  </g>`;
}

function drawn(frame: Frame, { as, colour, dashed, shape = 'disc', points }: Series): Markup {
  const there = points.filter((point): point is readonly [number, number] => point[1] !== null);
  const at = there.map(([x, y]) => [frame.x(x), frame.y(y)] as const);
  if (as === 'bars') return bars(frame, colour, there);
  return html`<g class="series-${colour}">
    ${as !== 'marks' && html`<path class="${dashed ? 'curve dashed' : 'curve'}" d="${pathOf(frame, points)}" />`}
    ${as !== 'line' && at.map(([x, y]) => mark(shape, x, y))}
  </g>`;
}

export function mark(shape: NonNullable<Series['shape']>, x: number, y: number): Markup {
  if (shape === 'disc')
    return html`<circle class="mark" cx="${px(x)}" cy="${px(y)}" r="${MARK}" />`;
  const side = 2 * MARK;
  return html`<rect
    class="mark"
    x="${px(x - MARK)}"
    y="${px(y - MARK)}"
    width="${side}"
    height="${side}"
  />`;
}

/** Each as wide as the distance of neighbours. */
function bars(
  { x, y, bottom }: Frame,
  colour: number,
  points: readonly (readonly [number, number])[],
): Markup {
  const places = points.map(([at]) => x(at));
  const gaps = places.slice(1).map((place, index) => place - places[index]!);
  const width = Math.max(1, (1 - BAR_GAP) * Math.min(...gaps, 20));
  return html`<path
    class="bars-${colour}"
    d="${points
      .map(([at, value]) => `M${px(x(at))} ${bottom}V${px(y(value))}h${px(width)}V${bottom}z`)
      .join('')}"
  />`;
}

function pathOf({ x, y }: Frame, points: readonly Point[]): string {
  let isOpen = false;
  return points
    .map(([at, value]) => {
      const step = value === null ? '' : `${isOpen ? 'L' : 'M'}${px(x(at))} ${px(y(value))}`;
      isOpen = value !== null;
      return step;
    })
    .join('');
}

/** Behind the lines, and once more above them as a strip: bars would hide it. */
function shade({ x, top, bottom }: Frame, { from, to, name, tone }: Shade): Markup {
  const left = x(from);
  // What lasted a moment is still to be seen.
  const width = px(Math.max(1.5, x(to) - left));
  return html`<g class="${tone}">
    <title>${name}</title>
    <rect x="${px(left)}" y="${top}" width="${width}" height="${bottom - top}" />
    ${tone === 'fault' && html`<rect class="strip" x="${px(left)}" y="${top - STRIP}" width="${width}" height="${STRIP}" />`}
  </g>`;
}

function reference(
  { x, y, left, right, top, bottom }: Frame,
  { axis, at, label, tone }: Reference,
): Markup {
  if (axis === 'y') {
    const height = px(y(at));
    return html`<line
        class="reference ${tone}"
        x1="${left}"
        x2="${right}"
        y1="${height}"
        y2="${height}"
      />
      <text class="note ${tone}" x="${left + 5}" y="${px(y(at) - 5)}">${label}</text>`;
  }
  const place = x(at);
  const isRight = place > (left + right) / 2;
  return html`<line
      class="reference ${tone}"
      x1="${px(place)}"
      x2="${px(place)}"
      y1="${top}"
      y2="${bottom}"
    />
    <text
      class="note ${tone}"
      x="${px(place + (isRight ? -6 : 6))}"
      y="${top + 11}"
      text-anchor="${isRight ? 'end' : 'start'}"
      >${label}</text
    >`;
}

/** A tenth of a pixel is finer than what can be seen, and shorter than what a float prints. */
function px(value: number): number {
  return Number(value.toFixed(1));
}
