/** The published `HealthRecordsSystem.AccessPatientRecord`, step by step. Neither emergencyOverride nor sessionManager is asked there. */
import type { ComplianceAuditLogger } from './complianceAuditLogger.ts';
import type { DataMinimizationEngine } from './dataMinimizationEngine.ts';
import type { HIPAAAccessController } from './hipaaAccessController.ts';
import type { EncryptedRecord, HealthDataEncryption } from './healthDataEncryption.ts';
import type { PatientConsentManager } from './patientConsentManager.ts';
import { AccessDenied } from './record.ts';
import type { PatientRecord, RecordAccessRequest } from './record.ts';

export interface HealthRecordsSystem {
  readonly accessController: HIPAAAccessController;
  readonly auditLogger: ComplianceAuditLogger;
  readonly encryptionService: HealthDataEncryption;
  readonly consentManager: PatientConsentManager;
  readonly dataMinimizer: DataMinimizationEngine;
  getEncryptedRecord(patientId: string): EncryptedRecord;
}

/** @throws AccessDenied, or Error where the published text returns another one */
export function accessPatientRecord(
  hrs: HealthRecordsSystem,
  request: RecordAccessRequest,
): PatientRecord {
  const { patientId, requesterId, purpose, dataTypes } = request;

  // Step 1: Validate access purpose
  if (!hrs.accessController.purposeValidator.validatePurpose(purpose)) {
    hrs.auditLogger.logAccessDenied(request, 'INVALID_PURPOSE');
    throw new AccessDenied('INVALID_PURPOSE', 'invalid purpose');
  }

  // Step 2: Check patient consent
  if (!hrs.consentManager.hasConsent(patientId, requesterId, purpose)) {
    hrs.auditLogger.logAccessDenied(request, 'NO_CONSENT');
    throw new AccessDenied('NO_CONSENT', 'no patient consent');
  }

  // Step 3: Validate role-based access
  if (!hrs.accessController.roleBasedAccess.canAccess(requesterId, patientId, dataTypes)) {
    hrs.auditLogger.logAccessDenied(request, 'INSUFFICIENT_PRIVILEGES');
    throw new AccessDenied('INSUFFICIENT_PRIVILEGES', 'insufficient privileges');
  }

  // Step 4: Retrieve and decrypt record
  const encrypted = orFail('failed to retrieve record', () => hrs.getEncryptedRecord(patientId));
  const decrypted = orFail('failed to decrypt record', () =>
    hrs.encryptionService.decryptRecord(encrypted, requesterId),
  );

  // Step 5: Apply data minimization
  const minimized = hrs.dataMinimizer.minimizeForPurpose(decrypted, purpose);

  // Step 6: Log access for audit
  hrs.auditLogger.logSuccessfulAccess(request, minimized.accessedFields);

  return minimized;
}

/** `return nil, fmt.Errorf("...: %w", err)`. */
function orFail<T>(what: string, step: () => T): T {
  try {
    return step();
  } catch (error) {
    throw new Error(`${what}: ${(error as Error).message}`, { cause: error });
  }
}
