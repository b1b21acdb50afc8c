/** Keeps what was said in one check: whole in the run's history, and the part that explains a failure. */
import type { Answer, Json, JsonObject, StreamEvent } from '../target/target.ts';
import type { ConversationEntry } from './event.ts';

/** A shrunk conversation is short; one that was not shrunk is cut to its end. */
const MAX_KEPT_ENTRIES = 400;

export interface Recorder {
  /** Monotonic, in ns. */
  now(): number;
  add(entry: ConversationEntry): void;
  /** What was added between begin() and end() belongs to one run of a property and is forgotten with it. */
  begin(): void;
  end(): void;
  entries(): ConversationEntry[];
}

export function createRecorder(onEntry: (entry: ConversationEntry) => void): Recorder {
  const outside: ConversationEntry[] = [];
  let inside: ConversationEntry[] | undefined;
  return {
    now: () => Math.round(performance.now() * 1e6),
    add(entry) {
      onEntry(entry);
      const list = inside ?? outside;
      list.push(entry);
      if (list.length > 2 * MAX_KEPT_ENTRIES) list.splice(0, MAX_KEPT_ENTRIES);
    },
    begin() {
      inside = [];
    },
    end() {
      inside = undefined;
    },
    entries: () => [...outside, ...(inside ?? [])].slice(-MAX_KEPT_ENTRIES),
  };
}

/** Records what `work` answered, with its times. */
export async function recorded<T extends Answer | undefined>(
  recorder: Recorder,
  at: { session: string; what: string; input?: JsonObject },
  work: () => Promise<T>,
): Promise<T> {
  const startNs = recorder.now();
  const answer = await work();
  recorder.add({ ...at, ...(answer && { answer }), startNs, endNs: recorder.now() });
  return answer;
}

export function recordSent(recorder: Recorder, session: string, stream: string, sent: Json): void {
  const atNs = recorder.now();
  recorder.add({ session, what: stream, sent, startNs: atNs, endNs: atNs });
}

export function recordStreamEvent(
  recorder: Recorder,
  session: string,
  stream: string,
  event: StreamEvent,
): void {
  const atNs = recorder.now();
  recorder.add({ session, what: stream, answer: event, startNs: atNs, endNs: atNs });
}
