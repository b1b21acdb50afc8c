/** What a campaign's history says was asked of a records system, and what came of it. */
import type { ClinicalResource } from '../../../../spec/records/messages.d.ts';
import type { HistoryOperation } from '../../../history/history.ts';
import type { JsonObject } from '../../../target/target.ts';

/** All sendings with one request id: a request, and its repetitions word for word. */
export interface SentRequest {
  readonly requestId: string;
  readonly operation: string;
  readonly attempts: readonly HistoryOperation[];
}

/** The writes of one resource's first version, which are the same word for word. */
export interface SentWrite {
  readonly patientId: string;
  readonly resourceType: string;
  readonly resourceId: string;
  readonly resource: ClinicalResource;
  /** Some attempt was answered with success, or the resource was found when it was looked for. */
  readonly isAcknowledged: boolean;
}

export interface RecordsHistory {
  readonly requests: readonly SentRequest[];
  /** By place(). */
  readonly writes: ReadonlyMap<string, SentWrite>;
  /** Roots that replies have shown. */
  readonly roots: readonly { readonly treeSize: number; readonly rootHash: string }[];
  /** Mutations that were answered with success. */
  readonly acknowledged: number;
}

export function recordsHistory(operations: readonly HistoryOperation[]): RecordsHistory {
  const byRequest = Map.groupBy(
    operations.filter(({ input }) => typeof input['requestId'] === 'string'),
    ({ input }) => String(input['requestId']),
  );
  const firstWrites = operations.filter(
    ({ operation, input }) => operation === 'putResource' && input['ifMatch'] === undefined,
  );
  const writes = [...Map.groupBy(firstWrites, placeOf)].map(
    ([key, attempts]) => [key, sentWrite(attempts)] as const,
  );
  return {
    requests: [...byRequest].map(([requestId, attempts]) => ({
      requestId,
      operation: attempts[0]!.operation,
      attempts,
    })),
    writes: new Map(writes),
    roots: operations.flatMap(({ operation, outcome, output }) => {
      if (operation !== 'getAuditRoot' || outcome !== 'ok' || output === undefined) return [];
      const { treeSize, rootHash } = output as { treeSize: number; rootHash: string };
      return [{ treeSize, rootHash }];
    }),
    acknowledged: operations.filter(
      ({ operation, outcome, output }) =>
        outcome === 'ok' && output !== undefined && MUTATIONS.has(operation),
    ).length,
  };
}

const MUTATIONS = new Set([
  'putPatient',
  'putResource',
  'putConsent',
  'revokeConsent',
  'declareBreakGlass',
  'createSession',
]);

/** Where a resource is: patient, type and id. */
export function place(patientId: string, resourceType: string, resourceId: string): string {
  return `${patientId}/${resourceType}/${resourceId}`;
}

function placeOf({ input }: { readonly input: JsonObject }): string {
  return place(
    String(input['patientId']),
    String(input['resourceType']),
    String(input['resourceId']),
  );
}

function sentWrite(attempts: readonly HistoryOperation[]): SentWrite {
  const { input } = attempts[0]!;
  return {
    patientId: String(input['patientId']),
    resourceType: String(input['resourceType']),
    resourceId: String(input['resourceId']),
    resource: input['resource'] as unknown as ClinicalResource,
    isAcknowledged: attempts.some(({ outcome }) => outcome === 'ok'),
  };
}
