/** In place of a section whose data a run has not: what would measure it. */
import type { Report } from '../report.ts';
import { html } from './markup.ts';
import type { Markup } from './markup.ts';

/** @param rest what stands behind the implementation, for instance a profile */
export function absent(sentence: string, report: Report, verb: string, rest = ''): Markup {
  return html`<p class="absent">${sentence} <code>${commandOf(report, verb)}${rest}</code></p>`;
}

/** As far as a record knows it. */
export function commandOf({ case: study, implementation }: Report, verb: string): string {
  const { source } = implementation;
  const place = /^https?:/.test(source)
    ? `--url ${source}`
    : `--impl ${source.replace(/\/casemark\.json$/, '')}`;
  return `npx casemark ${verb} ${study.id} ${place}`;
}
