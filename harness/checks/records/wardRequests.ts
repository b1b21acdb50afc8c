/** The requests that the oracle decides about: as they are sent, without session and request id. */
import type {
  AccessRecord,
  DeclareBreakGlass,
  GetConsistencyProof,
  GetInclusionProof,
  ListAudit,
  ListReviews,
  PutConsent,
  PutPatient,
  PutResource,
  ReadPatient,
  ReadResource,
  ReadVersion,
  ReviewGrant,
  RevokeConsent,
  SearchResources,
} from '../../../spec/records/messages.d.ts';
import { dutyOf } from './policy.ts';

type Request<Operation extends string, Message> = {
  readonly operation: Operation;
} & Omit<Message, 'authorization' | 'requestId'>;

export type ReadRequest =
  | Request<'readPatient', ReadPatient>
  | Request<'readResource', ReadResource>
  | Request<'readVersion', ReadVersion>
  | Request<'searchResources', SearchResources>
  | Request<'accessRecord', AccessRecord>;

export type WriteRequest = Request<'putPatient', PutPatient> | Request<'putResource', PutResource>;

export type RecordRequest = ReadRequest | WriteRequest;

export type DutyRequest =
  | Request<'putConsent', PutConsent>
  | Request<'revokeConsent', RevokeConsent>
  | Request<
      'listConsents' | 'listDisclosures' | 'getKeys' | 'rotateKey' | 'shredPatient',
      { patientId: string }
    >
  | Request<'declareBreakGlass', DeclareBreakGlass>
  | Request<'listReviews', ListReviews>
  | Request<'reviewGrant', ReviewGrant>
  | Request<'listAudit', ListAudit>
  | Request<'getAuditRoot', object>
  | Request<'getInclusionProof', GetInclusionProof>
  | Request<'getConsistencyProof', GetConsistencyProof>;

export type WardRequest = RecordRequest | DutyRequest;

export function isDuty(request: WardRequest): request is DutyRequest {
  return dutyOf(request.operation) !== undefined;
}

export function isWrite(request: RecordRequest): request is WriteRequest {
  return request.operation === 'putPatient' || request.operation === 'putResource';
}
