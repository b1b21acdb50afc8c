/** The published system behind the operations of the records case. What the design has no step for is not offered. */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { frozenClock } from '../../../reference/kit/clock.ts';
import { loadContract } from '../../../reference/kit/contract.ts';
import type { Answer, Service } from '../../../reference/kit/service.ts';
import { validated } from '../../../reference/kit/validated.ts';
import type {
  AccessRecord,
  AuditPage,
  Bundle,
  CareTeam,
  CreateSession,
  ListAudit,
  PutConsent,
  PutPatient,
  PutResource,
  PutUser,
  ReadResource,
  RecordView,
  ResourceType,
  RevokeConsent,
  SearchResources,
  SetClock,
  Written,
} from '../../../spec/records/messages.d.ts';
import { complianceAuditLogger } from './complianceAuditLogger.ts';
import { keptConsents } from './consents.ts';
import { dataMinimizationEngine } from './dataMinimizationEngine.ts';
import { encryptedRecords } from './encryptedRecords.ts';
import { healthDataEncryption } from './healthDataEncryption.ts';
import { accessPatientRecord } from './healthRecordsSystem.ts';
import type { HealthRecordsSystem } from './healthRecordsSystem.ts';
import { hipaaAccessController, isRelated } from './hipaaAccessController.ts';
import { patientConsentManager } from './patientConsentManager.ts';
import { people as openPeople } from './people.ts';
import { AccessDenied, policy } from './record.ts';
import type { PatientRecord } from './record.ts';
import { recordWrites } from './recordWrites.ts';
import { sessionManager } from './sessionManager.ts';

/**
 * `literal` has AccessPatientRecord and nothing else. `kind` adds what anybody who had to use the design would: records and consents
 * can be written, single resources read, the log looked at, and who asks is whoever is logged in.
 */
export type Reading = 'literal' | 'kind';

export interface RecordsOptions {
  readonly dataDir: string;
  readonly clockMs: number;
}

const CASE_DIR = join(import.meta.dirname, '../../../spec/records');
const DEFAULT_PAGE = 100;

export function publishedRecords({ dataDir, clockMs }: RecordsOptions, reading: Reading): Service {
  mkdirSync(dataDir, { recursive: true });
  const contract = loadContract(CASE_DIR, 'on');
  const clock = frozenClock(clockMs);
  const { nowMs } = clock;
  const people = openPeople(dataDir);
  const sessions = sessionManager(people, nowMs);
  const consents = keptConsents(dataDir);
  const records = encryptedRecords(dataDir);
  const encryptionService = healthDataEncryption(dataDir);
  const auditLogger = complianceAuditLogger(dataDir, people, nowMs);
  const hrs: HealthRecordsSystem = {
    accessController: hipaaAccessController(people),
    auditLogger,
    encryptionService,
    consentManager: patientConsentManager(people, consents.of, nowMs),
    dataMinimizer: dataMinimizationEngine,
    getEncryptedRecord: (patientId) => records.get(patientId),
  };
  const writes = recordWrites(people, records, encryptionService, nowMs);

  const refuse = (code: string, detail: string): Answer => ({
    problem: contract.problem(code, detail),
  });
  const notOffered = (operation: string): Answer =>
    refuse('NOT_SUPPORTED', `the published design has no ${operation}`);

  const access = (
    operation: string,
    userId: string,
    input: { requestId: string; patientId: string; purpose?: string },
    dataTypes: readonly ResourceType[],
  ): PatientRecord => {
    const { requestId, patientId, purpose = '' } = input;
    const asked = { operation, requestId, requesterId: userId, patientId, purpose, dataTypes };
    return accessPatientRecord(hrs, asked);
  };

  const accessRecord = (userId: string, input: AccessRecord): Answer => {
    const { patientId, purpose = '', types = [] } = input;
    const { resources, accessedFields } = access('accessRecord', userId, input, types);
    const output: RecordView = {
      patientId,
      purpose,
      resources: [...resources],
      accessedFields: [...accessedFields],
      redactions: [],
    };
    return { output };
  };

  const readResource = (
    operation: string,
    userId: string,
    input: Omit<ReadResource, 'resourceType'> & { resourceType: ResourceType },
  ): Answer => {
    const { resourceType, resourceId } = input;
    const { resources } = access(operation, userId, input, [resourceType]);
    const found = resources.find(
      (resource) => resource.resourceType === resourceType && resource.id === resourceId,
    );
    if (!found) return refuse('UNKNOWN_RESOURCE', resourceId);
    return { output: found, headers: { ETag: `W/"${found.meta.versionId}"` } };
  };

  const searchResources = (userId: string, input: SearchResources): Answer => {
    const { resourceType, code } = input;
    const entry = access('searchResources', userId, input, [resourceType])
      .resources.filter((resource) => resource.resourceType === resourceType)
      .filter((resource) => code === undefined || JSON.stringify(resource).includes(code))
      .map((resource) => ({ resource }));
    const output: Bundle = {
      resourceType: 'Bundle',
      type: 'searchset',
      total: entry.length,
      entry,
    };
    return { output };
  };

  const written = (output: Written): Answer => ({
    output,
    headers: { ETag: `W/"${output.versionId}"` },
  });

  /** For a duty of the contract: what the user lacks; undefined when they may. */
  const lacking = (operation: string, userId: string, patientId: string): Answer | undefined => {
    const user = people.users.get(userId);
    const duty = policy.duties.find(({ operations }) => operations.includes(operation));
    const allowed = duty?.allowed.find(({ role }) => role === user?.role);
    if (!user || !allowed) return refuse('INSUFFICIENT_PRIVILEGES', 'it is not their duty');
    if (isRelated(people, allowed.relationship, user, patientId)) return undefined;
    return refuse('ACCESS_DENIED', 'they have nothing to do with the patient');
  };

  const revokeConsent = ({ patientId, consentId }: RevokeConsent): Answer => {
    const revoked = consents.revoke(patientId, consentId, nowMs());
    return revoked ? written(revoked) : refuse('UNKNOWN_CONSENT', consentId);
  };

  const listAudit = (input: ListAudit): Answer => {
    const { patientId, ofRequestId, fromIndex = 0, limit = DEFAULT_PAGE } = input;
    const wanted = auditLogger.events
      .map((event, index) => ({ index, event }))
      .filter(({ index, event: { entity } }) => {
        const isNamed = (text: string) =>
          entity.some(({ what }) => text === (what?.reference ?? what?.identifier?.value));
        const isOfPatient = patientId === undefined || isNamed(`Patient/${patientId}`);
        return index >= fromIndex && isOfPatient && (!ofRequestId || isNamed(ofRequestId));
      });
    const nextIndex = wanted[limit]?.index ?? null;
    const entries = wanted.slice(0, limit);
    const output: AuditPage = { treeSize: auditLogger.events.length, entries, nextIndex };
    return { output };
  };

  /** What `userId` asks, read kindly. */
  const forUser = (operation: string, userId: string, input: unknown): Answer => {
    const { patientId = '', authorization = '' } = input as Record<string, string>;
    switch (operation) {
      case 'endSession':
        sessions.end(authorization);
        return { output: { ended: true } };
      case 'putPatient':
        return written(writes.putPatient(userId, input as PutPatient));
      case 'putResource':
        return written(writes.putResource(userId, input as PutResource));
      case 'accessRecord':
        return accessRecord(userId, input as AccessRecord);
      case 'readPatient': {
        const asked = { resourceType: 'Patient', resourceId: patientId } as const;
        return readResource(operation, userId, { ...(input as AccessRecord), ...asked });
      }
      case 'readResource':
        return readResource(operation, userId, input as ReadResource);
      case 'searchResources':
        return searchResources(userId, input as SearchResources);
      case 'putConsent':
        return (
          lacking(operation, userId, patientId) ??
          written(consents.put(input as PutConsent, nowMs()))
        );
      case 'revokeConsent':
        return lacking(operation, userId, patientId) ?? revokeConsent(input as RevokeConsent);
      case 'listConsents':
        return lacking(operation, userId, patientId) ?? { output: consents.list(patientId) };
      case 'listAudit':
        return lacking(operation, userId, patientId) ?? listAudit(input as ListAudit);
    }
    return notOffered(operation);
  };

  const setClock = (input: SetClock): Answer =>
    clock.moveTo(input.nowMs)
      ? { output: { nowMs: input.nowMs } }
      : refuse('CLOCK_BACKWARDS', String(input.nowMs));

  const createSession = (input: CreateSession): Answer => {
    // Literally, nobody asks for a session: the authorization is the RequesterID, as the caller says it.
    const authorization = reading === 'literal' ? `Bearer ${input.userId}` : undefined;
    const output = sessions.begin(input, authorization);
    return output ? { output } : refuse('NOT_AUTHENTICATED', 'user and credential');
  };

  const putCareTeam = (input: CareTeam): Answer => {
    if (reading === 'kind' && !records.has(input.patientId)) {
      return refuse('UNKNOWN_PATIENT', input.patientId);
    }
    people.putCareTeam(input);
    return { output: input };
  };

  const asCaller = (operation: string, input: unknown): Answer => {
    const { authorization } = input as { authorization?: string };
    if (reading === 'literal') {
      const requesterId = (authorization ?? '').replace('Bearer ', '');
      return operation === 'accessRecord'
        ? accessRecord(requesterId, input as AccessRecord)
        : notOffered(operation);
    }
    const found = sessions.find(authorization);
    if ('code' in found) return refuse(found.code, 'there is no such session');
    return forUser(operation, found.userId, input);
  };

  const call = async (operation: string, input: unknown): Promise<Answer> => {
    switch (operation) {
      case 'putUser':
        return { output: people.putUser(input as PutUser) };
      case 'putCareTeam':
        return putCareTeam(input as CareTeam);
      case 'createSession':
        return createSession(input as CreateSession);
      case 'setClock':
        return reading === 'kind' ? setClock(input as SetClock) : notOffered(operation);
    }
    try {
      return asCaller(operation, input);
    } catch (error) {
      if (error instanceof AccessDenied) return refuse(error.code, error.message);
      throw error;
    }
  };

  return validated(
    {
      call,
      subscribe: async (stream) => ({ problem: contract.problem('NOT_SUPPORTED', stream) }),
      close: async () => undefined,
    },
    contract,
  );
}
