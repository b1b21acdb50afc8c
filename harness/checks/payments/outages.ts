/** How an outside service that decides can fail, beside answering nonsense. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Behaviour } from './worldQuestions.ts';

/** Well after CALL_TIMEOUT_MS, and soon enough to be waited for. */
const LATE_MS = 1_800;
/** For such an answer to be acted on, which nobody should. */
const MARGIN_MS = 150;

/** What happens to every call of it, with words for a sentence. */
export const OUTAGES: readonly { readonly what: string; readonly behaviour: Behaviour }[] = [
  { what: 'answers with status 500', behaviour: { kind: 'error', status: 500 } },
  { what: 'answers with status 503', behaviour: { kind: 'error', status: 503 } },
  { what: 'answers with status 404', behaviour: { kind: 'error', status: 404 } },
  { what: 'does not answer', behaviour: { kind: 'silence' } },
  { what: 'cuts the connection', behaviour: { kind: 'reset' } },
  { what: 'answers after its time', behaviour: { kind: 'slow', ms: LATE_MS } },
];

/** @param sentMs when the payments were sent, by performance.now() */
export async function lateAnswersCame(sentMs: number): Promise<void> {
  await sleep(Math.max(0, sentMs + LATE_MS + MARGIN_MS - performance.now()));
}
