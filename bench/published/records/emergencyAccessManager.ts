/** `EmergencyAccessManager`: only named in the text. Read kindly it keeps what was declared; no step of AccessPatientRecord asks it. */
import type { DeclareBreakGlass, Grant } from '../../../spec/records/messages.d.ts';
import { jsonLines } from './jsonLines.ts';

export interface EmergencyAccessManager {
  /** Undefined: the id is that of another declaration. */
  declare(userId: string, input: DeclareBreakGlass): Grant | undefined;
}

/** The contract's. */
const DEFAULT_DURATION_MS = 4 * 3600 * 1000;
const REVIEW_WITHIN_MS = 72 * 3600 * 1000;

export function emergencyAccessManager(
  dataDir: string,
  nowMs: () => number,
): EmergencyAccessManager {
  const grants = new Map<string, Grant>();
  const keep = jsonLines<Grant>(dataDir, 'grants.jsonl', (grant) => {
    grants.set(grant.grantId, grant);
  });
  return {
    declare(userId, { patientId, grantId, purpose, reason, durationMs = DEFAULT_DURATION_MS }) {
      const known = grants.get(grantId);
      if (known) {
        const isSame =
          known.userId === userId &&
          known.patientId === patientId &&
          known.purpose === purpose &&
          known.reason === reason &&
          known.expiresAtMs - known.grantedAtMs === durationMs;
        return isSame ? known : undefined;
      }
      const grantedAtMs = nowMs();
      const grant: Grant = {
        ...{ grantId, patientId, userId, purpose, reason, grantedAtMs },
        expiresAtMs: grantedAtMs + durationMs,
        review: { status: 'pending', dueAtMs: grantedAtMs + REVIEW_WITHIN_MS, overdue: false },
      };
      keep(grant);
      return grant;
    },
  };
}
