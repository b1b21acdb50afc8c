/** A conversation short enough to be stored with every failure; the whole one is in history.ndjson. */
import type { ConversationEntry } from './event.ts';

const MAX_ENTRIES = 200;
/** A page of 1 000 events is not read by anybody; its beginning shows what it was. */
const MAX_ANSWER_CHARS = 8_000;
const SHOWN_CHARS = 500;

export function trimConversation(entries: readonly ConversationEntry[]): ConversationEntry[] {
  return entries.slice(-MAX_ENTRIES).map((entry) => {
    const text = JSON.stringify(entry.answer) ?? '';
    if (text.length <= MAX_ANSWER_CHARS) return entry;
    const start = text.slice(0, SHOWN_CHARS);
    return { ...entry, answer: { kind: 'cut', start, chars: text.length } };
  });
}
