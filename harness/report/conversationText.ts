/** A counterexample in words: what was said, in order, what was expected, what came, and how to see it again. */
import type { ConversationEntry, Counterexample } from '../run/event.ts';

/** A shrunk conversation has a few entries; of a long one the end is what tells. */
const MAX_SHOWN_ENTRIES = 40;
/** Enough for a report with several fills. */
const MAX_SHOWN_CHARS = 600;

export function conversationText(found: Counterexample): string {
  const entries = found.conversation;
  const hidden = entries.length - MAX_SHOWN_ENTRIES;
  return [
    found.message,
    ...(found.expected === undefined ? [] : [`  expected  ${shown(found.expected)}`]),
    ...(found.actual === undefined ? [] : [`  actual    ${shown(found.actual)}`]),
    // What a campaign shows has none: the whole history is beside the report.
    ...(entries.length === 0 ? [] : ['  conversation']),
    ...(hidden > 0 ? [`    (${hidden} earlier entries are in report.json)`] : []),
    ...entries.slice(-MAX_SHOWN_ENTRIES).flatMap(entryLines),
    `  replay    ${found.replayCommand}`,
  ].join('\n');
}

function entryLines({ session, what, input, sent, answer }: ConversationEntry): string[] {
  if (sent !== undefined) return [`    ${session} ${what} -> ${shown(sent)}`];
  const asked = `    ${session} ${what}${input === undefined ? '' : ` ${shown(input)}`}`;
  if (answer === undefined) return [asked];
  switch (answer.kind) {
    case 'ok':
      return [asked, `      -> ${shown(answer.output)}`];
    case 'refused':
      return [asked, `      -> refused ${shown(answer.problem)}`];
    case 'message':
      return [`${asked} <- ${shown(answer.message)}`];
    case 'malformed':
    case 'indeterminate':
    case 'ended':
      return [asked, `      -> ${answer.kind}: ${answer.reason}`];
    case 'cut':
      return [asked, `      -> ${answer.start}... (${answer.chars} characters)`];
  }
}

function shown(value: unknown): string {
  const text = typeof value === 'string' ? value : (JSON.stringify(value) ?? String(value));
  return text.length > MAX_SHOWN_CHARS ? `${text.slice(0, MAX_SHOWN_CHARS)}...` : text;
}
