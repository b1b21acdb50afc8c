/** badge.json for shields.io (its endpoint badge, schema version 1), and the same as badge.svg, which needs no service. */
import { create } from 'xmlbuilder2';
import type { Conformance, Report } from '../report.ts';
import { json } from './json.ts';

const COLOURS: Readonly<Record<Conformance, readonly [name: string, hex: string]>> = {
  conformant: ['brightgreen', '#287d3c'],
  'not-conformant': ['red', '#b3261e'],
  'not-shown': ['yellow', '#7a5c00'],
  partial: ['lightgrey', '#5a5a5a'],
};

export function badgeJson(report: Report): string {
  const { label, message } = wordsOf(report);
  const [color] = COLOURS[report.summary.conformance];
  return json({ schemaVersion: 1, label, message, color });
}

function wordsOf({ case: { id }, summary: { conformance, must } }: Report): {
  label: string;
  message: string;
} {
  const judged = must.pass + must.fail + must.warn + must.couldNotRun;
  const count = judged === 0 ? '' : ` ${must.pass}/${judged}`;
  return { label: `casemark ${id}`, message: `${conformance.replaceAll('-', ' ')}${count}` };
}

/** Of a sans-serif letter of 11 px, on the wide side. */
const LETTER_PX = 6.6;
const PADDING_PX = 6;
const HEIGHT_PX = 20;
const BASELINE_PX = 14;

export function badgeSvg(report: Report): string {
  const { label, message } = wordsOf(report);
  const [left, right] = [widthOf(label), widthOf(message)];
  const [, colour] = COLOURS[report.summary.conformance];
  const svg = create({ encoding: 'UTF-8' }).ele('svg', {
    xmlns: 'http://www.w3.org/2000/svg',
    ...{
      width: left + right,
      height: HEIGHT_PX,
      role: 'img',
      'aria-label': `${label}: ${message}`,
    },
  });
  svg.ele('title').txt(`${label}: ${message}`);
  const box = (x: number, width: number, fill: string): void =>
    void svg.ele('rect', { x, width, height: HEIGHT_PX, fill });
  box(0, left, '#333333');
  box(left, right, colour);
  const words = svg.ele('g', {
    ...{ fill: '#ffffff', 'text-anchor': 'middle', 'font-size': 11 },
    'font-family': 'Verdana,DejaVu Sans,sans-serif',
  });
  words.ele('text', { x: left / 2, y: BASELINE_PX }).txt(label);
  words.ele('text', { x: left + right / 2, y: BASELINE_PX }).txt(message);
  return `${svg.end({ prettyPrint: true, headless: true })}\n`;
}

function widthOf(text: string): number {
  return Math.ceil(text.length * LETTER_PX) + 2 * PADDING_PX;
}
