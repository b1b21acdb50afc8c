/** A reason that goes on and on is in report.json to its end. */
const MAX_REASON_CHARS = 600;

export function shortened(text: string): string {
  return text.length > MAX_REASON_CHARS ? `${text.slice(0, MAX_REASON_CHARS)}…` : text;
}
