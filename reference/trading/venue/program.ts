/**
 * A command as a program: a generator that yields what a matching shard shall do and is resumed with what came of it. So one
 * text serves both ways of running: the shard in the same thread, which answers at once, and the shard in a worker.
 */
import type {
  BookEvents,
  Outcome,
  RemainderCode,
  SelfTradeCode,
  SideCode,
} from '../engine/matchingEngine.types.ts';
import type { Answer } from '../../kit/service.ts';
import type { VenueState } from './state.ts';

export type Program = Generator<ShardTask, Finished, ShardResult>;

export interface Command {
  readonly operation: string;
  readonly input: object;
  /** The venue's clock when the command was admitted. */
  readonly nowMs: number;
  /** The number of its audit event. */
  readonly auditSeq: number;
}

/** What programs see of the world: the state, and the journal to look up what a clOrdId was used for. */
export interface Venue {
  readonly state: VenueState;
  problem(code: string, detail: string, command: Command): Answer;
  /** The request and the reply of an audit event. */
  recall(auditSeq: number): { operation: string; input: object; output: object };
  shardOf(symbol: string): number;
}

/** `symbol` is that of the audit event. A resend is not sequenced: it has no event of its own. */
export type Finished =
  | { kind: 'event'; answer: Answer; symbol: string | null }
  | { kind: 'resend'; auditSeq: number; answer: Answer };

export type ShardTask =
  | { kind: 'openBook'; shard: number; centreTicks: number }
  | { kind: 'setBand'; shard: number; book: number; lowTicks: number; highTicks: number }
  | { kind: 'submit'; shard: number; book: number; order: EngineOrder }
  | { kind: 'replace'; shard: number; book: number; order: EngineOrder }
  | { kind: 'cancel'; shard: number; book: number; orderId: number };

export interface EngineOrder {
  readonly orderId: number;
  readonly account: number;
  readonly side: SideCode;
  readonly priceTicks: number;
  /** Of a replace: the new leaves. */
  readonly qty: number;
  readonly remainder: RemainderCode;
  readonly postOnly: boolean;
  readonly selfTrade: SelfTradeCode;
}

/** Valid until the next task of the same shard. */
export interface ShardResult {
  readonly events: BookEvents;
  readonly outcome: Outcome;
  /** The book index of openBook; the cancelled quantity of cancel. */
  readonly value: number;
}
