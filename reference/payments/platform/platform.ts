/** What every command works with. */
import type { Clock } from '../../kit/clock.ts';
import type { CommitQueue } from '../../kit/commitQueue.ts';
import type { Answer } from '../../kit/service.ts';
import type { PaymentDatabase, Write } from '../eventStore/database.ts';
import type { OutsideServices } from '../outside/outsideServices.ts';
import type { Keys } from './keys.ts';
import type { State } from './state.ts';
import type { Turns } from './turns.ts';

export interface Platform {
  readonly state: State;
  readonly database: PaymentDatabase;
  readonly commits: CommitQueue<Write>;
  readonly outside: OutsideServices;
  readonly clock: Clock;
  readonly turns: Turns;
  readonly keys: Keys;
  /** Payments whose capture or cancel is not known to have happened: shown as processing. */
  readonly unsettled: Set<string>;
  /** An id that no payment or refund has had. */
  newId(kind: 'pay' | 'ref' | 'run'): string;
  refusal(code: string, detail: string, extensions?: Record<string, unknown>): Answer;
  /** Rejects with Closed when the platform closes meanwhile. */
  pause(ms: number): Promise<void>;
}
