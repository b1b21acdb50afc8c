/** How a command takes effect: it is decided in one turn of the event loop, written, and only then answered. */
import { StoreUnavailable } from '../kit/commitQueue.ts';
import type { Answer } from '../kit/service.ts';
import { layerOver } from './inventorySystem/consistencyMgr/layer.ts';
import type { Layer } from './inventorySystem/consistencyMgr/layer.ts';
import type { Step } from './inventorySystem/consistencyMgr/records.ts';
import type { Market } from './market.ts';

/** Answers, and sets in `draft` what changes. With a refusal nothing changes. */
export type Decision = (draft: Layer) => Answer;

/** Rejects with StoreUnavailable when the decision cannot be written: then nothing has changed. */
export async function decide(market: Market, decision: Decision): Promise<Answer> {
  mustBeWritable(market);
  const draft = layerOver(market.decided);
  const answer = decision(draft);
  await ('output' in answer ? write(market, draft.step()) : writtenSoFar(market));
  return answer;
}

/** Others decide on the step from now on; it counts when this resolves. */
export function write(market: Market, step: Step): Promise<void> {
  if (step.length === 0) return writtenSoFar(market);
  market.decided.take(step);
  return market.commits.commit(step);
}

/** A refusal may rest on what is decided and not yet written: it is told when that counts. */
export function writtenSoFar({ commits }: Market): Promise<void> {
  return commits.settled();
}

export function mustBeWritable({ commits }: Market): void {
  if (!commits.isWritable()) throw new StoreUnavailable();
}
