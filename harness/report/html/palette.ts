/** The colours of a page, light and dark. Names say what they are for; every text colour reads on every surface (WCAG 2.2 AA, tested). */

export interface Palette {
  readonly page: string;
  readonly panel: string;
  readonly line: string;
  /** Text. */
  readonly ink: string;
  readonly muted: string;
  readonly link: string;
  readonly good: string;
  readonly bad: string;
  readonly warn: string;
  /** Surfaces behind text. */
  readonly 'good-soft': string;
  readonly 'bad-soft': string;
  readonly 'warn-soft': string;
  /** Lines and marks: the palette of Okabe and Ito, which the colour-blind tell apart, darkened or lightened to be seen. */
  readonly 'series-1': string;
  readonly 'series-2': string;
  readonly 'series-3': string;
  readonly 'series-4': string;
  readonly band: string;
  readonly fault: string;
}

export const LIGHT: Palette = {
  page: '#ffffff',
  panel: '#f5f6f8',
  line: '#d3d7de',
  ink: '#16191f',
  muted: '#525a67',
  link: '#0b57a4',
  good: '#14633a',
  bad: '#a3201c',
  warn: '#7a4700',
  'good-soft': '#e6f4ec',
  'bad-soft': '#fdeceb',
  'warn-soft': '#fdf2dd',
  'series-1': '#0067a5',
  'series-2': '#b8500b',
  'series-3': '#00795a',
  'series-4': '#8f4a7f',
  band: '#f6dcc6',
  fault: '#c2410c',
};

export const DARK: Palette = {
  page: '#14161a',
  panel: '#1d2026',
  line: '#3b414c',
  ink: '#e7e9ee',
  muted: '#a9b1be',
  link: '#7db7f0',
  good: '#7fd3a2',
  bad: '#ff9c95',
  warn: '#f0be6c',
  'good-soft': '#15301f',
  'bad-soft': '#3b1a1a',
  'warn-soft': '#35280f',
  'series-1': '#6fb6ea',
  'series-2': '#f0965a',
  'series-3': '#4ec9a2',
  'series-4': '#d79cc8',
  band: '#46311f',
  fault: '#f97316',
};
