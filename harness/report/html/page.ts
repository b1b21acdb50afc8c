/** The frame of every page: one file that opens from the disk, asks nobody for anything, and is whole without its script. */
import { createHash } from 'node:crypto';
import { html, verbatim } from './markup.ts';
import type { Part } from './markup.ts';
import { PAGE_SCRIPT } from './pageScript.ts';
import { pageStyle } from './pageStyle.ts';

export interface Section {
  /** Of the element: a word. */
  readonly id: string;
  readonly title: string;
  readonly body: Part;
}

export interface Page {
  readonly title: string;
  /** Under the title: what was run, and when. */
  readonly subtitle: Part;
  /** Before all sections, without an entry of its own in the navigation. */
  readonly banner: Part;
  readonly sections: readonly Section[];
  readonly footer: Part;
}

export function page({ title, subtitle, banner, sections, footer }: Page): string {
  const style = pageStyle();
  return `<!doctype html>\n${html`<html lang="en">
    <head>
      <meta charset="utf-8" />
      <meta http-equiv="Content-Security-Policy" content="${policy(style, PAGE_SCRIPT)}" />
      <meta name="viewport" content="width=device-width, initial-scale=1" />
      <meta name="referrer" content="no-referrer" />
      <meta name="color-scheme" content="light dark" />
      <title>${title}</title>
      ${verbatim('style', style)}
    </head>
    <body>
      <a class="skip" href="#main">Skip to the report</a>
      <header>
        <h1>${title}</h1>
        <p>${subtitle}</p>
      </header>
      <nav aria-label="Sections">
        <ul>
          ${sections.map(({ id, title: name }) => html`<li><a href="#${id}">${name}</a></li>`)}
        </ul>
      </nav>
      <main id="main" tabindex="-1">
        <section aria-label="Verdict">${banner}</section>
        ${sections.map(
          ({ id, title: name, body }) =>
            html`<section id="${id}" aria-labelledby="${id}-title">
              <h2 id="${id}-title">${name}</h2>
              ${body}
            </section> `,
        )}
      </main>
      <footer>${footer}</footer>
      ${verbatim('script', PAGE_SCRIPT)}
    </body>
  </html>`.toString()}\n`;
}

/** Nothing may be fetched, framed, sent or navigated to by a form; the one style and the one script are known by their hashes. */
function policy(style: string, script: string): string {
  const hash = (text: string): string =>
    `'sha256-${createHash('sha256').update(text).digest('base64')}'`;
  return [
    "default-src 'none'",
    `style-src ${hash(style)}`,
    `script-src ${hash(script)}`,
    "base-uri 'none'",
    "form-action 'none'",
  ].join('; ');
}
