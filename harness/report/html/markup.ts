/**
 * Text into HTML, safe by construction: whatever is put into a template is text, unless a template made it. Own code: the libraries that
 * escape so well bring files of their own language, and the page is a pure function that tests call.
 */

/** What a template has made: only `html` and `join` make one. */
export class Markup {
  // Private, so that no object of another origin has its shape.
  readonly #text: string;
  constructor(text: string) {
    this.#text = text;
  }
  toString(): string {
    return this.#text;
  }
}

/** `false`, null and undefined are nothing, a list is its parts one after the other. */
export type Part = string | number | Markup | false | null | undefined | readonly Part[];

export function html(texts: TemplateStringsArray, ...parts: readonly Part[]): Markup {
  return new Markup(
    texts
      .map((text, index) => text + (index < parts.length ? rendered(parts[index]) : ''))
      .join(''),
  );
}

/** Parts with something between them. */
export function join(parts: readonly Part[], between: Part): Markup {
  return new Markup(parts.map(rendered).join(rendered(between)));
}

/** Our own script or style as it is, to the letter: escapes would change what it means, and its hash. Never for what a run has said. */
export function verbatim(element: 'script' | 'style', text: string): Markup {
  if (/<\/|<!--/.test(text)) throw new Error('It would end the element that it stands in.');
  return new Markup(`<${element}>${text}</${element}>`);
}

function rendered(part: Part): string {
  if (part === null || part === undefined || part === false) return '';
  if (part instanceof Markup) return part.toString();
  if (typeof part === 'object') return part.map(rendered).join('');
  return escaped(String(part));
}

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/** For element content and for attributes in quotes. */
function escaped(text: string): string {
  return visible(text).replace(/[&<>"']/g, (sign) => ENTITIES[sign]!);
}

/**
 * What turns the direction of a text, hides in it or ends a line unseen is shown by its number: what an implementation answers must look
 * like what it is. Half a pair of surrogates is no character at all.
 */
function visible(text: string): string {
  return text.toWellFormed().replace(/[^\P{C}\t\n\r]|[\u2028\u2029\ufffe\uffff]/gu, (sign) => {
    const number = sign.codePointAt(0)!.toString(16).toUpperCase().padStart(4, '0');
    return `[U+${number}]`;
  });
}
