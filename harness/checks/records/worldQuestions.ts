/** What a check may ask of the records world, and tell it. One vocabulary for the simulators, the checks and the campaign. */
import type { AuditEvent } from '../../../spec/records/messages.d.ts';
import type { JsonObject } from '../../target/target.ts';
import type { World } from '../../world/world.ts';
import type { CommonBehaviour } from '../kit/world/commonBehaviour.ts';
import { scripting } from '../kit/world/scripting.ts';
import type { Scripting } from '../kit/world/scripting.ts';
import { WITHIN_MS } from './patience.ts';

/** By which id an operation is scripted: those of the key service by patientId; receiveAlert and receiveAuditEntries by organizationId. */
export type WorldOperationName = KeyOperationName | 'receiveAlert' | 'receiveAuditEntries';

export type KeyOperationName =
  'createKey' | 'getKey' | 'wrapKey' | 'unwrapKey' | 'rotateWrappingKey' | 'destroyKey';

export type Behaviour = CommonBehaviour | OwnBehaviour;

/** unwrapKey: a 200 with another key of 32 bytes than the one that was wrapped; where there is no 200, as usual. */
export interface OwnBehaviour {
  readonly kind: 'wrongKey';
}

/** A wrapping key as the key service has it. */
export interface ServiceKey {
  readonly patientId: string;
  readonly state: 'enabled' | 'destroyed';
  /** The newest. */
  readonly keyVersion: number;
}

/** An alert that a receiver took, answered or not. */
export interface TakenAlert {
  readonly organizationId: string;
  readonly alertId: string;
  readonly kind: 'break-glass' | 'review-overdue' | 'critical-result';
  readonly patientId: string;
  readonly reference?: string;
  readonly grantId?: string;
  readonly userId?: string;
  /** What it says: of the implementation's clock. */
  readonly atMs: number;
  /** Real time, ms since the epoch. */
  readonly arrivedMs: number;
}

/** An entry that a sink took, answered or not. */
export interface TakenEntry {
  readonly index: number;
  readonly event: AuditEvent;
  /** Real time, ms since the epoch. */
  readonly arrivedMs: number;
}

/** A call as it came, in the order of arrival over the whole world. Of receiveAuditEntries `input` has the indexes only, and `body` is empty. */
export interface SeenCall {
  readonly index: number;
  readonly operation: WorldOperationName;
  readonly input: JsonObject;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  /** Real time, ms since the epoch. */
  readonly atMs: number;
}

/** The questions with their answers, typed. */
export interface RecordsWorld extends Scripting<WorldOperationName, Behaviour> {
  readonly url: string;
  /** How long to wait for what has to come in the end. */
  readonly withinMs: number;
  /** Null: never made. */
  key(patientId: string): Promise<ServiceKey | null>;
  /** The data key in what the key service wrapped, base64; null where unwrapKey would not give it. No call: nothing scripted or refused is in its way. */
  unwrap(patientId: string, wrapped: string): Promise<string | null>;
  /** From now on the versions before the present one unwrap nothing: 500. Where it was asked for before, up to the version present now. */
  refuseOldVersions(patientId: string): Promise<void>;
  /** In the order of arrival, each time that one came. The newest 100 000 of all are kept. */
  alerts(organizationId: string): Promise<TakenAlert[]>;
  /** In the order of arrival, without those that are as an earlier one of the same index. The newest 100 000 of all are kept. */
  entries(organizationId: string): Promise<TakenEntry[]>;
  /** The calls of the operations (default: all) whose patientId, organizationId or grantId is `id`. The newest 200 000 of all calls are kept. */
  calls(id: string, operations?: readonly WorldOperationName[]): Promise<SeenCall[]>;
  /** The index that the next call will have. */
  callCount(): Promise<number>;
  /** The calls from `index` on, whoever they are about. */
  allCallsSince(index: number, operations?: readonly WorldOperationName[]): Promise<SeenCall[]>;
}

export function recordsWorld(world: World, patience = 1): RecordsWorld {
  const ask = <T>(question: JsonObject): Promise<T> => world.ask(question) as Promise<T>;
  const of = (operations?: readonly WorldOperationName[]) =>
    operations && { operations: [...operations] };
  return {
    url: world.url,
    withinMs: WITHIN_MS * patience,
    ...scripting(ask),
    key: (patientId) => ask({ ask: 'key', patientId }),
    unwrap: (patientId, wrapped) => ask({ ask: 'unwrap', patientId, wrapped }),
    refuseOldVersions: async (patientId) =>
      void (await ask({ ask: 'refuseOldVersions', patientId })),
    alerts: (organizationId) => ask({ ask: 'alerts', organizationId }),
    entries: (organizationId) => ask({ ask: 'entries', organizationId }),
    calls: (id, operations) => ask({ ask: 'calls', id, ...of(operations) }),
    callCount: () => ask({ ask: 'callCount' }),
    allCallsSince: (index, operations) => ask({ ask: 'callsSince', index, ...of(operations) }),
  };
}
