/** The first of what came, on one line, for a message that quotes it. */

/** Enough to recognise what it is: an HTML page, a stack trace, another message. */
const MAX_EXCERPT_CHARS = 200;

export function excerpt(value: unknown): string {
  const text = typeof value === 'string' ? value : (JSON.stringify(value) ?? String(value));
  const line = text.replace(/\s+/g, ' ').trim();
  if (line === '') return 'nothing';
  return line.length > MAX_EXCERPT_CHARS ? `${line.slice(0, MAX_EXCERPT_CHARS)}...` : line;
}
