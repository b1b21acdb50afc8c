/** The published system behind the operations of the records case. What the design has no step for is not offered. */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { frozenClock } from '../../../reference/kit/clock.ts';
import { loadContract } from '../../../reference/kit/contract.ts';
import type { Answer, Service } from '../../../reference/kit/service.ts';
import { validated } from '../../../reference/kit/validated.ts';
import type {
  AccessRecord,
  CareTeam,
  CreateSession,
  DeclareBreakGlass,
  ListAudit,
  PutConsent,
  PutPatient,
  PutResource,
  PutUser,
  ReadResource,
  RevokeConsent,
  SearchResources,
  SetClock,
  Written,
} from '../../../spec/records/messages.d.ts';
import { auditPage } from './auditPage.ts';
import { complianceAuditLogger } from './complianceAuditLogger.ts';
import { keptConsents } from './consents.ts';
import { dataMinimizationEngine } from './dataMinimizationEngine.ts';
import { emergencyAccessManager } from './emergencyAccessManager.ts';
import { encryptedRecords } from './encryptedRecords.ts';
import { healthDataEncryption } from './healthDataEncryption.ts';
import type { HealthRecordsSystem } from './healthRecordsSystem.ts';
import { hipaaAccessController, isRelated } from './hipaaAccessController.ts';
import { patientConsentManager } from './patientConsentManager.ts';
import { people as openPeople } from './people.ts';
import { AccessDenied, policy } from './record.ts';
import { recordReads } from './recordReads.ts';
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

export function publishedRecords({ dataDir, clockMs }: RecordsOptions, reading: Reading): Service {
  mkdirSync(dataDir, { recursive: true });
  const contract = loadContract(CASE_DIR, 'on');
  const clock = frozenClock(clockMs);
  const { nowMs } = clock;
  const refuse = (code: string, detail: string): Answer => ({
    problem: contract.problem(code, detail),
  });
  const people = openPeople(dataDir);
  const sessions = sessionManager(dataDir, people, nowMs);
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
  const reads = recordReads(hrs, refuse);
  const emergencies = emergencyAccessManager(dataDir, nowMs);
  const writes = recordWrites(people, records, encryptionService, nowMs);

  const notOffered = (operation: string): Answer =>
    refuse('NOT_SUPPORTED', `the published design has no ${operation}`);

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

  const declareBreakGlass = (userId: string, input: DeclareBreakGlass): Answer => {
    if (lacking('declareBreakGlass', userId, input.patientId)) {
      return refuse('NOT_BREAK_GLASS_AUTHORISED', 'the role may not');
    }
    if (!records.has(input.patientId)) return refuse('UNKNOWN_PATIENT', input.patientId);
    const output = emergencies.declare(userId, input);
    return output ? { output } : refuse('ID_REUSED', input.grantId);
  };

  const revokeConsent = ({ patientId, consentId }: RevokeConsent): Answer => {
    const revoked = consents.revoke(patientId, consentId, nowMs());
    return revoked ? written(revoked) : refuse('UNKNOWN_CONSENT', consentId);
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
        return reads.accessRecord(userId, input as AccessRecord);
      case 'readPatient': {
        const asked = { resourceType: 'Patient', resourceId: patientId } as const;
        return reads.readResource(operation, userId, { ...(input as AccessRecord), ...asked });
      }
      case 'readResource':
        return reads.readResource(operation, userId, input as ReadResource);
      case 'searchResources':
        return reads.searchResources(userId, input as SearchResources);
      case 'putConsent':
        return (
          lacking(operation, userId, patientId) ??
          written(consents.put(input as PutConsent, nowMs()))
        );
      case 'revokeConsent':
        return lacking(operation, userId, patientId) ?? revokeConsent(input as RevokeConsent);
      case 'listConsents':
        return lacking(operation, userId, patientId) ?? { output: consents.list(patientId) };
      case 'declareBreakGlass':
        return declareBreakGlass(userId, input as DeclareBreakGlass);
      case 'listAudit':
        return (
          lacking(operation, userId, patientId) ?? {
            output: auditPage(auditLogger.events, input as ListAudit),
          }
        );
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
        ? reads.accessRecord(requesterId, input as AccessRecord)
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
