/** What the sequencer needs, and what it is to those who call it. */
import type { FeedRequest } from '../../../spec/trading/messages.d.ts';
import type { AuditJournal } from '../../kit/auditJournal.ts';
import type { Clock } from '../../kit/clock.ts';
import type { Answer, Problem, SubscribeAnswer } from '../../kit/service.ts';
import type { ReadView } from './reads.ts';
import type { ShardPool } from './shardPool.ts';

export interface VenueOptions {
  readonly journal: AuditJournal;
  readonly clock: Clock;
  /** Monotonic, for latencies only: nothing that is decided depends on it. */
  readonly nowNs: () => number;
  readonly startShards: () => ShardPool;
  readonly problem: (code: string, detail: string, extensions?: Record<string, unknown>) => Problem;
}

export interface TradingVenue {
  /** Carries out a command; resolves when its audit event is written. */
  command(operation: string, input: object): Promise<Answer>;
  /** Calls back with the state after the last committed command. */
  read(look: (view: ReadView) => Answer): Promise<Answer>;
  subscribe(request: FeedRequest, onMessage: (message: object) => void): Promise<SubscribeAnswer>;
  /** When the next breaker moves by itself, or Infinity. */
  nextDeadlineMs(): number;
  close(): Promise<void>;
}
