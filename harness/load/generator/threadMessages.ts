/** What the main thread and a generator's thread say to each other. */
import type { ConversationEnd, ConversationRun } from '../conversation/converse.ts';
import type { OpenLoopEnd, Share } from '../openLoop.ts';
import type { WatchedStream } from './watchStream.ts';
import type { ClosedLoopResult, ClosedLoopRun, LoadPlan, OpenLoopRun } from './generator.ts';

export interface ThreadData {
  readonly share: Share;
}

export type Ask =
  | { readonly kind: 'load'; readonly plan: LoadPlan }
  | { readonly kind: 'set-up' | 'validated' | 'close' }
  | { readonly kind: 'warm-up'; readonly sessions: number }
  | { readonly kind: 'open-loop'; readonly run: OpenLoopRun }
  | { readonly kind: 'conversation'; readonly run: ConversationRun }
  | { readonly kind: 'closed-loop' | 'cannon'; readonly run: ClosedLoopRun };

/** Histograms cross as text. */
export type PlainClosedLoopResult = Omit<ClosedLoopResult, 'service'> & {
  readonly service: string | null;
};

export type PlainOpenLoopResult = OpenLoopEnd & {
  readonly stream?: Omit<WatchedStream, 'latency'> & { readonly latency: string };
};

export type Told =
  string | undefined | number | PlainOpenLoopResult | PlainClosedLoopResult | ConversationEnd;

export type ToThread =
  | { readonly kind: 'ask'; readonly id: number; readonly ask: Ask }
  /** Time zero of an open loop, on the clock that all threads share. */
  | { readonly kind: 'zero'; readonly zeroMs: number };

export type FromThread =
  /** `threadId`: what the operating system calls it; null where that is unknown. */
  | { readonly kind: 'up'; readonly threadId: number | null }
  | { readonly kind: 'told'; readonly id: number; readonly told: Told }
  | { readonly kind: 'failed'; readonly id: number; readonly reason: string }
  /** Every lane of its open loop, or every client of its conversation, is open. */
  | { readonly kind: 'ready' }
  | { readonly kind: 'window'; readonly edge: 'begins' | 'ends' };
