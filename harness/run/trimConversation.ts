/** A conversation short enough to be stored with every failure; the whole one is in history.ndjson. */
import type { ConversationEntry } from './event.ts';

const MAX_ENTRIES = 200;
/** A page of 1 000 events is not read by anybody; its beginning shows what it was. */
const MAX_CHARS = 8_000;
const SHOWN_CHARS = 500;

export function trimConversation(entries: readonly ConversationEntry[]): ConversationEntry[] {
  return entries.slice(-MAX_ENTRIES).map((entry) => {
    const answer = startOf(entry.answer);
    const sent = startOf(entry.sent);
    if (!answer && !sent) return entry;
    return {
      ...entry,
      ...(answer && { answer: { kind: 'cut', ...answer } }),
      ...(sent && { sent: `${sent.start}... (${sent.chars} characters)` }),
    };
  });
}

/** Undefined of what is short enough. */
function startOf(value: unknown): { start: string; chars: number } | undefined {
  const text = typeof value === 'string' ? value : (JSON.stringify(value) ?? '');
  if (text.length <= MAX_CHARS) return undefined;
  return { start: text.slice(0, SHOWN_CHARS), chars: text.length };
}
