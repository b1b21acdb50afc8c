/** Consents, emergencies, reviews, the audit log, disclosures and keys: what is a duty of a role, and has no purpose. */
import { allowed, refused } from './decision.ts';
import type { Decision } from './decision.ts';
import { hasRelationship, refusalWithout } from './relationshipOracle.ts';
import { dutyOf } from './policy.ts';
import { sameJson } from '../kit/hold.ts';
import type { ModelPatient, ModelUser, WardModel } from './wardModel.ts';
import type { DutyRequest } from './wardRequests.ts';

/** What is a matter of an erased patient's resources, consents and emergencies. Log, disclosures, keys and reviews stay. */
const OF_THE_LIVING: readonly string[] = [
  'putConsent',
  'revokeConsent',
  'listConsents',
  'declareBreakGlass',
  'rotateKey',
];

export function decideDuty(ward: WardModel, user: ModelUser, request: DutyRequest): Decision {
  const { operation } = request;
  const duty = dutyOf(operation)?.allowed.find(({ role }) => role === user.role);
  if (operation === 'declareBreakGlass') {
    return duty ? decideDeclaration(ward, user, request) : refused('NOT_BREAK_GLASS_AUTHORISED');
  }
  if (!duty) return refused('INSUFFICIENT_PRIVILEGES');
  if (operation === 'reviewGrant') return decideReview(ward, request);
  // Whether there is a patient for an officer to look for in the log is not said to matter.
  if (!('patientId' in request) || request.patientId === undefined) return allowed(new Map());
  const { patientId } = request;
  const patient = ward.patients.get(patientId);
  if (duty.relationship === 'none' && !patient) {
    return allowed(new Map(), undefined, ['ACCESS_DENIED']);
  }
  if (!patient || !hasRelationship(ward, user, duty.relationship, patientId)) {
    return refusalWithout(duty.relationship);
  }
  if (patient.erased && OF_THE_LIVING.includes(operation)) return refused('ERASED');
  return decideConsentChange(patient, request);
}

function decideConsentChange(patient: ModelPatient, request: DutyRequest): Decision {
  switch (request.operation) {
    case 'putConsent': {
      const present = patient.consents.get(request.consentId);
      const expected = present && `W/"${present.versionId}"`;
      return request.ifMatch === expected ? allowed(new Map()) : refused('VERSION_MISMATCH');
    }
    case 'revokeConsent':
      return patient.consents.has(request.consentId)
        ? allowed(new Map())
        : refused('UNKNOWN_CONSENT');
    default:
      return allowed(new Map());
  }
}

type Declaration = Extract<DutyRequest, { operation: 'declareBreakGlass' }>;

function decideDeclaration(
  ward: WardModel,
  { userId }: ModelUser,
  { operation: _, ...declared }: Declaration,
): Decision {
  const patient = ward.patients.get(declared.patientId);
  const grant = ward.grants.get(declared.grantId);
  const isAnother = grant && (grant.userId !== userId || !sameJson(grant.declared, declared));
  const codes = [
    ...(patient ? [] : ['UNKNOWN_PATIENT']),
    ...(patient?.erased ? ['ERASED'] : []),
    ...(isAnother ? ['ID_REUSED'] : []),
  ];
  return codes.length > 0 ? refused(...codes) : allowed(new Map());
}

function decideReview(
  ward: WardModel,
  { grantId, outcome }: Extract<DutyRequest, { operation: 'reviewGrant' }>,
): Decision {
  const grant = ward.grants.get(grantId);
  if (!grant) return refused('UNKNOWN_GRANT');
  const isDone = grant.review !== 'pending' && grant.review !== outcome;
  return isDone ? refused('ALREADY_REVIEWED') : allowed(new Map());
}
