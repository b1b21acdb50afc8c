/** Plots with their heading, their legend, and the table that has the same numbers for those who do not see them. */
import { html } from './markup.ts';
import type { Markup, Part } from './markup.ts';
import { mark } from './plot.ts';
import type { Series, Shade } from './plot.ts';

export interface Column {
  readonly head: string;
  /** Numbers stand right, so that their digits are below each other; prose keeps a width that can be read. */
  readonly as: 'text' | 'number' | 'prose';
}

export interface Table {
  /** Names it for a screen reader; not shown where a heading says the same. */
  readonly caption: string;
  readonly columns: readonly Column[];
  readonly rows: readonly (readonly Part[])[];
  /** Whether a script may offer to sort it by its columns. */
  readonly sortable?: boolean;
}

/** The first column heads its row. */
export function table({ caption, columns, rows, sortable }: Table): Markup {
  return html`<div class="scroll" role="region" aria-label="${caption}" tabindex="0">
    <table class="${sortable ? 'sortable' : 'fixed'}">
      <caption class="unseen">
        ${caption}
      </caption>
      <thead>
        <tr>
          ${columns.map(({ head, as }) => html`<th scope="col" class="${as}">${head}</th>`)}
        </tr>
      </thead>
      <tbody>
        ${rows.map((cells) => row(cells, columns))}
      </tbody>
    </table>
  </div>`;
}

function row(cells: readonly Part[], columns: readonly Column[]): Markup {
  return html`<tr>
    ${cells.map((cell, index) => {
      const { as } = columns[index]!;
      return index === 0
        ? html`<th scope="row" class="${as}">${cell}</th>`
        : html`<td class="${as}">${cell}</td>`;
    })}
  </tr> `;
}

export interface Figure {
  readonly heading: Part;
  /** One sentence: how to read it. */
  readonly says: Part;
  readonly legend?: readonly Pick<Series, 'name' | 'colour' | 'dashed' | 'as' | 'shape'>[];
  /** What a shaded stretch means. */
  readonly shades?: Pick<Shade, 'name' | 'tone'>;
  readonly plots: readonly Markup[];
  readonly table: Table;
  /** Many rows are folded; a few stand beside the plot. */
  readonly tableIs: 'beside' | 'folded';
}

export function figure(given: Figure): Markup {
  const { heading, says, legend = [], shades, plots, tableIs } = given;
  const numbers =
    tableIs === 'beside'
      ? html`<div class="beside">${table(given.table)}</div>`
      : html`<details>
          <summary>The numbers: ${given.table.caption}</summary>
          ${table(given.table)}
        </details>`;
  return html`<figure class="${tableIs}">
    <figcaption>
      <h3>${heading}</h3>
      <p>${says}</p>
    </figcaption>
    <div class="drawing">
      ${
        (legend.length > 0 || shades !== undefined) &&
        html`<ul class="legend">
          ${legend.map((each) => html`<li>${swatch(each)} ${each.name}</li>`)}${
            shades !== undefined &&
            html`<li>
              <svg class="swatch" viewBox="0 0 26 12" aria-hidden="true">
                <g class="${shades.tone}">
                  <rect x="2" width="22" height="12" />
                  ${shades.tone === 'fault' && html`<rect class="strip" x="2" width="22" height="4" />`}
                </g>
              </svg>
              ${shades.name}
            </li>`
          }
        </ul>`
      }
      <div class="scroll" role="region" aria-label="plot" tabindex="0">${plots}</div>
    </div>
    ${numbers}
  </figure>`;
}

function swatch({ colour, dashed, as, shape }: NonNullable<Figure['legend']>[number]): Markup {
  const line = html`<path class="${dashed ? 'curve dashed' : 'curve'}" d="M1 6h24" />`;
  const inside =
    as === 'bars'
      ? html`<rect class="bars-${colour}" x="7" y="1" width="12" height="10" />`
      : html`<g class="series-${colour}"
          >${as !== 'marks' && line}${as !== 'line' && mark(shape ?? 'disc', 13, 6)}</g
        >`;
  return html`<svg class="swatch" viewBox="0 0 26 12" aria-hidden="true">${inside}</svg>`;
}

/** A word that is a verdict, in its colour; the word itself says it to those who do not see the colour. */
export function badge(word: string, tone: Tone): Markup {
  return html`<span class="badge ${tone}">${word}</span>`;
}

export type Tone = 'good' | 'bad' | 'warn' | 'quiet';
