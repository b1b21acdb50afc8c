import type { Answer } from '../kit/service.ts';
import type { Market } from './market.ts';
import type { Outcome } from './outcome.ts';

/** What a leaf answered, with its refusal as a problem document. */
export function leafAnswer({ refusal }: Market, outcome: Outcome<object>): Answer {
  return 'output' in outcome ? outcome : refusal(outcome.refused, outcome.detail);
}
