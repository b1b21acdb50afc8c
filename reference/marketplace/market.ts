/** What every operation works with. */
import type { Clock } from '../kit/clock.ts';
import type { CommitQueue } from '../kit/commitQueue.ts';
import type { Answer } from '../kit/service.ts';
import type { Fleets } from './autoScaler/fleets.ts';
import type { PageCache } from './cacheManager/pageCache.ts';
import type { Layer } from './inventorySystem/consistencyMgr/layer.ts';
import type { Step } from './inventorySystem/consistencyMgr/records.ts';
import type { State } from './inventorySystem/consistencyMgr/state.ts';
import type { Pools } from './loadBalancer/pools.ts';
import type { PaymentService } from './orderProcessor/paymentService.ts';

export interface Market {
  /** What is written. Reads look here. */
  readonly state: State;
  /** What is decided and not yet written, over `state`. Decisions look here. */
  readonly decided: Layer;
  readonly commits: CommitQueue<Step>;
  readonly clock: Clock;
  readonly payments: PaymentService;
  /** Replies to placeOrder that are still to be given, by order. */
  readonly ordersInProgress: Map<string, Promise<Answer>>;
  readonly pages: PageCache;
  readonly pools: Pools;
  readonly fleets: Fleets;
  /** An id that nothing has had. */
  newId(kind: 'res' | 'ord'): string;
  refusal(code: string, detail: string, extensions?: Record<string, unknown>): Answer;
  /** Rejects with Closed when the marketplace closes meanwhile. */
  pause(ms: number): Promise<void>;
}
