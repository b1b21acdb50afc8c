/** What a load generator sends and how its reply is judged, whatever the workload. */
import type { ParsedResponse } from './responseParser.ts';

/**
 * `ok`: 2xx with the contract's message. `refused`: a reply that says no, in a way that the workload expects of a correct
 * implementation (an order that had filled before its cancel came). `error`: everything else.
 */
export type ReplyJudgement =
  | { readonly kind: 'ok' }
  | { readonly kind: 'refused' }
  | { readonly kind: 'error'; readonly reason: string };

export interface LoadRequest {
  /** Operation id, by which latencies are told apart. */
  readonly operation: string;
  /** The whole HTTP/1.1 request. */
  readonly text: string;
  readonly judge: (response: Pick<ParsedResponse, 'status' | 'body'>) => ReplyJudgement;
  /** No reply will come. */
  readonly lost: () => void;
}

/** @param index which request of the schedule, from 0 */
export type RequestSource = (index: number) => LoadRequest;
