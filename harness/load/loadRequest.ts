/** What a load generator sends and how its reply is judged, whatever the workload. */
import type { LaneReply, LaneRequest } from './lanes/lane.ts';

/**
 * `ok`: 2xx with the contract's message. `refused`: a reply that says no, in a way that the workload expects of a correct
 * implementation (an order that had filled before its cancel came). `shed`: turned away because there is too much to do.
 * `error`: everything else.
 */
export type ReplyJudgement =
  | { readonly kind: 'ok' }
  | { readonly kind: 'refused' }
  | { readonly kind: 'shed'; readonly reason: string }
  | { readonly kind: 'error'; readonly reason: string };

export interface LoadRequest extends LaneRequest {
  readonly judge: (reply: LaneReply) => ReplyJudgement;
}

/** @param index which request of the schedule, from 0 */
export type RequestSource = (index: number) => LoadRequest;
