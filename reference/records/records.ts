/** What every operation works with. */
import type { Clock } from '../kit/clock.ts';
import type { Problem } from '../kit/service.ts';
import type { AuditLog } from './auditLogger/auditLog.ts';
import type { DataKeys } from './encryptionService/dataKeys.ts';
import type { KeyService } from './encryptionService/keyServiceClient.ts';
import type { OpenedVersions } from './encryptionService/openedVersions.ts';
import type { Store } from './store/store.ts';
import type { Turns } from './turns.ts';

export interface Records {
  readonly store: Store;
  readonly turns: Turns;
  readonly log: AuditLog;
  readonly clock: Clock;
  readonly keyService: KeyService;
  /** Unwrapped, in memory. */
  readonly dataKeys: DataKeys;
  /** What those keys have opened. */
  readonly opened: OpenedVersions;
  /** An alert was added for the organisation, and is durable. */
  alertAdded(organizationId: string): void;
  /** Erasures are under way that are to be finished. */
  wakeEraser(): void;
  problem(code: string, detail: string): Problem;
}
