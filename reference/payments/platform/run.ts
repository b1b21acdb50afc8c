/** One command on one payment, under its key and in its turn: what it adds to the stream, and how that is written. */
import type { Answer } from '../../kit/service.ts';
import { StoreUnavailable } from '../../kit/commitQueue.ts';
import type { KeyRow } from '../eventStore/database.ts';
import { append } from '../eventStore/eventRecord.ts';
import type { EventRecord, StreamEnd } from '../eventStore/eventRecord.ts';
import type { Payment } from '../eventStore/payment.ts';
import type { Draft } from '../eventStore/paymentEvents.ts';
import type { Claim } from './keys.ts';
import { paymentView } from './paymentView.ts';
import type { Platform } from './platform.ts';
import type { Turn } from './turns.ts';

/** How long until a step that could not be written is tried again, when there is no way back. */
const REWRITE_PAUSE_MS = 200;

/** What becomes of the key with a step: it stays open, gets its reply, or is free again. */
export type KeyFate =
  | { readonly kind: 'open'; readonly intent?: object }
  | { readonly kind: 'kept'; readonly answer: Answer }
  | { readonly kind: 'free' };

export interface Run {
  readonly platform: Platform;
  readonly claim: Claim;
  readonly paymentId: string;
  /** As the events say, those that are not written yet included. Throws before payment.created. */
  readonly payment: Payment;
  add(draft: Draft): void;
  /** Writes what was added, in one step with the key. Rejects with StoreUnavailable: then nothing was done. */
  record(fate: KeyFate): Promise<void>;
  /** Writes what has happened outside and cannot be taken back: tries until it is written. */
  persist(fate: KeyFate): Promise<void>;
  /** The outcome cannot be learned now: clients are told so, and other commands are turned away until it is. */
  goToBackground(): void;
  /** What clients are told then, if not the payment in processing. */
  tellMeanwhile(render: () => Answer): void;
}

export function startRun(platform: Platform, claim: Claim, paymentId: string, turn: Turn): Run {
  let end: StreamEnd | undefined = platform.state.streams.get(paymentId);
  let added: EventRecord[] = [];
  let meanwhile: (() => Answer) | undefined;
  claim.paymentId = paymentId;

  const run: Run = {
    platform,
    claim,
    paymentId,
    get payment() {
      if (!end) throw new Error(`${paymentId} has no events yet`);
      return end.payment;
    },
    add(draft) {
      const appended = append(end, paymentId, draft, platform.clock.nowMs());
      end = appended.end;
      added.push(appended.record);
    },
    async record(fate) {
      const { merchantId } = run.payment;
      await platform.commits.commit({
        records: added,
        notify: platform.state.merchants.get(merchantId)?.webhook ? merchantId : undefined,
        key: keyRow(claim, fate),
        freeKey: fate.kind === 'free' ? claim.key : undefined,
      });
      added = [];
    },
    async persist(fate) {
      for (;;) {
        try {
          return await run.record(fate);
        } catch (error) {
          if (!(error instanceof StoreUnavailable)) throw error;
        }
        run.goToBackground();
        await platform.pause(REWRITE_PAUSE_MS);
      }
    },
    goToBackground() {
      turn.holdBack();
      if (!meanwhile) platform.unsettled.add(paymentId);
      claim.interim(meanwhile ?? (() => presentAnswer(platform, paymentId)));
    },
    tellMeanwhile: (render) => void (meanwhile = render),
  };
  return run;
}

function keyRow(claim: Claim, fate: KeyFate): KeyRow | undefined {
  if (fate.kind === 'free') return undefined;
  const { key, operation, request, paymentId, refundId } = claim;
  const intent = fate.kind === 'open' && fate.intent ? JSON.stringify(fate.intent) : null;
  const reply = fate.kind === 'kept' ? JSON.stringify(fate.answer) : null;
  return { key, operation, request, payment: paymentId, refund: refundId, intent, reply };
}

/** The payment as it is written. */
function presentAnswer({ state, unsettled }: Platform, paymentId: string): Answer {
  const payment = state.streams.get(paymentId)?.payment;
  if (!payment) throw new Error(`${paymentId} has no events yet`);
  return { output: presentView(payment, unsettled) };
}

/** A payment as it is shown now: processing, while a capture or cancel of it is not known to have happened. */
export function presentView(payment: Payment, unsettled: ReadonlySet<string>): object {
  const view = paymentView(payment);
  return unsettled.has(payment.paymentId) ? { ...view, status: 'processing' } : view;
}

/** Ends a command that has not touched anything outside: writes its events and its reply. */
export async function answerPayment(run: Run): Promise<Answer> {
  const answer = { output: paymentView(run.payment) };
  await run.record({ kind: 'kept', answer });
  return answer;
}

/** Ends a command after something happened outside. */
export async function answerSettledPayment(run: Run): Promise<Answer> {
  const answer = { output: paymentView(run.payment) };
  await run.persist({ kind: 'kept', answer });
  return answer;
}
