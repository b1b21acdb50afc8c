/* Made from messages.schema.json by `npm run types`: change the schema, not this file. */

/**
 * As FHIR’s id; chosen by the client.
 */
export type Id = string;
/**
 * Names a request in the audit log, chosen by the client. Over HTTP the header X-Request-Id.
 */
export type RequestId = string;
/**
 * As createSession gave it: `Bearer ` and the session’s token. Over HTTP the header Authorization.
 */
export type Authorization = string;
/**
 * The ETag of the version that it is to replace: W/"3". Over HTTP the header If-Match.
 */
export type IfMatch = string;
/**
 * A code of v3-ActReason; what is not in policy.json is refused with INVALID_PURPOSE.
 */
export type Purpose = string;
/**
 * 1 for the first version, +1 with each write.
 */
export type VersionId = string;
/**
 * Milliseconds since the epoch, by the system’s clock.
 */
export type TimeMs = number;
/**
 * FHIR instant in UTC with milliseconds.
 */
export type Instant = string;
/**
 * FHIR dateTime: a year, a month, a day, or a time in UTC.
 */
export type DateTime = string;
/**
 * FHIR date.
 */
export type FhirDate = string;
/**
 * SHA-256, lower-case hex.
 */
export type Sha256 = string;
/**
 * Base64 (RFC 4648, section 4).
 */
export type Base64 = string;
export type Role =
  | 'physician'
  | 'nurse'
  | 'billing'
  | 'researcher'
  | 'registry'
  | 'outreach'
  | 'patient'
  | 'privacy-officer';
export type ResourceType =
  | 'Patient'
  | 'Condition'
  | 'MedicationRequest'
  | 'AllergyIntolerance'
  | 'Observation'
  | 'DocumentReference';
export type ClinicalType =
  'Condition' | 'MedicationRequest' | 'AllergyIntolerance' | 'Observation' | 'DocumentReference';
export type Category =
  | 'demographics'
  | 'problems'
  | 'medications'
  | 'allergies'
  | 'observations'
  | 'documents'
  | 'hiv'
  | 'substance-use'
  | 'psychotherapy';
export type ClinicalResource =
  Condition | MedicationRequest | AllergyIntolerance | Observation | DocumentReference;
/**
 * Names a declared emergency, chosen by the client.
 */
export type GrantId = string;
export type ReviewOutcome = 'justified' | 'unjustified';
/**
 * Place of an entry in the audit log, from 0.
 */
export type Index = number;
/**
 * How many entries a tree has.
 */
export type TreeSize = number;
export type KeyState = 'active' | 'erasing' | 'erased';

export interface Messages {}
/**
 * Creates a user or sets it, whole. patientId: whose record a user of role patient is.
 */
export interface PutUser {
  userId: Id;
  role: Role;
  organizationId: Id;
  /**
   * A random secret of the user.
   */
  credential: string;
  patientId?: Id;
  /**
   * Default true.
   */
  active?: boolean;
}
export interface User {
  userId: Id;
  role: Role;
  organizationId: Id;
  patientId?: Id;
  active: boolean;
}
/**
 * Creates the care team of a patient or sets it, whole. A patient may have several. members: user ids.
 */
export interface PutCareTeam {
  careTeamId: Id;
  patientId: Id;
  /**
   * @maxItems 100
   */
  members: Id[];
}
export interface CareTeam {
  careTeamId: Id;
  patientId: Id;
  /**
   * @maxItems 100
   */
  members: Id[];
}
/**
 * patientId: the patient that scopes beginning with patient/ are about.
 */
export interface CreateSession {
  requestId: RequestId;
  userId: Id;
  credential: string;
  /**
   * SMART v2 scopes, separated by spaces; left out: everything that the user may.
   */
  scope?: string;
  patientId?: Id;
}
export interface SessionCreated {
  /**
   * What the session’s requests carry as authorization.
   */
  authorization: string;
  userId: Id;
  role: Role;
  expiresAtMs: TimeMs;
  idleTimeoutMs: number;
  /**
   * What was granted.
   */
  scope?: string;
}
export interface EndSession {
  authorization?: Authorization;
  requestId: RequestId;
}
export interface SessionEnded {
  ended: true;
}
export interface Coding {
  system: string;
  code: string;
  display?: string;
}
export interface CodeableConcept {
  /**
   * @minItems 1
   * @maxItems 5
   */
  coding?: Coding[];
  text?: string;
}
export interface Reference {
  /**
   * Type/id.
   */
  reference: string;
}
export interface Identifier {
  system: string;
  value: string;
}
export interface HumanName {
  use?: 'official' | 'usual' | 'maiden' | 'old';
  family?: string;
  /**
   * @minItems 1
   * @maxItems 5
   */
  given?: string[];
}
export interface ContactPoint {
  system: 'phone' | 'email';
  value: string;
}
export interface Address {
  /**
   * @minItems 1
   * @maxItems 3
   */
  line?: string[];
  city?: string;
  state?: string;
  postalCode?: string;
  country?: string;
}
export interface Annotation {
  text: string;
}
/**
 * Both ends belong to it.
 */
export interface Period {
  start?: Instant;
  end?: Instant;
}
/**
 * security: labels; those of policy.json’s sensitive categories count.
 */
export interface ResourceMeta {
  /**
   * @minItems 1
   * @maxItems 5
   */
  security?: Coding[];
}
export interface Patient {
  resourceType: 'Patient';
  meta?: ResourceMeta;
  /**
   * @minItems 1
   * @maxItems 5
   */
  identifier?: Identifier[];
  active?: boolean;
  /**
   * @minItems 1
   * @maxItems 5
   */
  name?: HumanName[];
  /**
   * @minItems 1
   * @maxItems 5
   */
  telecom?: ContactPoint[];
  gender?: 'male' | 'female' | 'other' | 'unknown';
  birthDate?: FhirDate;
  /**
   * @minItems 1
   * @maxItems 3
   */
  address?: Address[];
  /**
   * @minItems 1
   * @maxItems 3
   */
  contact?: {
    name?: HumanName;
    /**
     * @minItems 1
     * @maxItems 5
     */
    telecom?: ContactPoint[];
  }[];
  managingOrganization: Reference;
}
export interface Condition {
  resourceType: 'Condition';
  meta?: ResourceMeta;
  clinicalStatus?: CodeableConcept;
  verificationStatus?: CodeableConcept;
  code: CodeableConcept;
  subject: Reference;
  onsetDateTime?: DateTime;
  recordedDate?: DateTime;
  /**
   * @minItems 1
   * @maxItems 5
   */
  note?: Annotation[];
}
export interface MedicationRequest {
  resourceType: 'MedicationRequest';
  meta?: ResourceMeta;
  status:
    | 'active'
    | 'on-hold'
    | 'cancelled'
    | 'completed'
    | 'entered-in-error'
    | 'stopped'
    | 'draft'
    | 'unknown';
  intent:
    | 'proposal'
    | 'plan'
    | 'order'
    | 'original-order'
    | 'reflex-order'
    | 'filler-order'
    | 'instance-order'
    | 'option';
  medicationCodeableConcept: CodeableConcept;
  subject: Reference;
  authoredOn?: DateTime;
  /**
   * @minItems 1
   * @maxItems 5
   */
  dosageInstruction?: {
    text: string;
  }[];
  /**
   * @minItems 1
   * @maxItems 5
   */
  note?: Annotation[];
}
export interface AllergyIntolerance {
  resourceType: 'AllergyIntolerance';
  meta?: ResourceMeta;
  clinicalStatus?: CodeableConcept;
  code: CodeableConcept;
  patient: Reference;
  criticality?: 'low' | 'high' | 'unable-to-assess';
  onsetDateTime?: DateTime;
  /**
   * @minItems 1
   * @maxItems 5
   */
  reaction?: {
    /**
     * @minItems 1
     * @maxItems 5
     */
    manifestation: CodeableConcept[];
  }[];
  /**
   * @minItems 1
   * @maxItems 5
   */
  note?: Annotation[];
}
export interface Quantity {
  value: number;
  unit?: string;
  system?: string;
  code?: string;
}
export interface Observation {
  resourceType: 'Observation';
  meta?: ResourceMeta;
  status:
    | 'registered'
    | 'preliminary'
    | 'final'
    | 'amended'
    | 'corrected'
    | 'cancelled'
    | 'entered-in-error'
    | 'unknown';
  /**
   * @minItems 1
   * @maxItems 3
   */
  category?: CodeableConcept[];
  code: CodeableConcept;
  subject: Reference;
  effectiveDateTime?: DateTime;
  valueQuantity?: Quantity;
  valueString?: string;
  /**
   * @minItems 1
   * @maxItems 3
   */
  interpretation?: CodeableConcept[];
  /**
   * @minItems 1
   * @maxItems 5
   */
  note?: Annotation[];
}
export interface DocumentReference {
  resourceType: 'DocumentReference';
  meta?: ResourceMeta;
  status: 'current' | 'superseded' | 'entered-in-error';
  type?: CodeableConcept;
  subject: Reference;
  date?: Instant;
  description?: string;
  /**
   * @minItems 1
   * @maxItems 3
   */
  content: {
    attachment: {
      contentType: string;
      data: Base64;
    };
  }[];
}
/**
 * A resource as its reader may see it: the elements of the written resource that the profile has, in the profile’s form.
 */
export interface Resource {
  resourceType: ResourceType;
  id: Id;
  meta: {
    versionId: VersionId;
    lastUpdated?: Instant;
    security?: Coding[];
  };
  [k: string]: unknown;
}
/**
 * What a write answers: nothing of the content.
 */
export interface Written {
  resourceType:
    | 'Patient'
    | 'Condition'
    | 'MedicationRequest'
    | 'AllergyIntolerance'
    | 'Observation'
    | 'DocumentReference'
    | 'Consent';
  id: Id;
  versionId: VersionId;
  lastUpdated: Instant;
}
export interface PutPatient {
  authorization?: Authorization;
  requestId: RequestId;
  patientId: Id;
  purpose?: Purpose;
  ifMatch?: IfMatch;
  resource: Patient;
}
export interface ReadPatient {
  authorization?: Authorization;
  requestId: RequestId;
  patientId: Id;
  purpose?: Purpose;
}
export interface PutResource {
  authorization?: Authorization;
  requestId: RequestId;
  patientId: Id;
  resourceType: ClinicalType;
  resourceId: Id;
  purpose?: Purpose;
  ifMatch?: IfMatch;
  resource: ClinicalResource;
}
export interface ReadResource {
  authorization?: Authorization;
  requestId: RequestId;
  patientId: Id;
  resourceType: ClinicalType;
  resourceId: Id;
  purpose?: Purpose;
}
export interface ReadVersion {
  authorization?: Authorization;
  requestId: RequestId;
  patientId: Id;
  resourceType: ClinicalType;
  resourceId: Id;
  versionId: VersionId;
  purpose?: Purpose;
}
export interface SearchResources {
  authorization?: Authorization;
  requestId: RequestId;
  patientId: Id;
  resourceType: ClinicalType;
  purpose?: Purpose;
  /**
   * Only resources one of whose codings (code, medicationCodeableConcept, type) has it.
   */
  code?: string;
}
export interface Bundle {
  resourceType: 'Bundle';
  type: 'searchset';
  /**
   * How many there are for this reader: as many as entries.
   */
  total: number;
  entry: {
    resource: Resource;
  }[];
}
export interface AccessRecord {
  authorization?: Authorization;
  requestId: RequestId;
  patientId: Id;
  purpose?: Purpose;
  /**
   * Left out: all.
   *
   * @minItems 1
   * @maxItems 6
   */
  types?: ResourceType[];
}
export interface RecordView {
  patientId: Id;
  purpose: Purpose;
  resources: Resource[];
  /**
   * Type.element of what was returned, without resourceType, id and meta.
   */
  accessedFields: string[];
  /**
   * What consent withholds of what was asked for.
   */
  redactions: {
    category: Category;
    reason: 'CONSENT';
  }[];
}
export interface Provision {
  type: 'permit' | 'deny';
  period?: Period;
  /**
   * @minItems 1
   * @maxItems 10
   */
  actor?: {
    role: CodeableConcept;
    reference: Reference;
  }[];
  /**
   * @minItems 1
   * @maxItems 10
   */
  purpose?: Coding[];
  /**
   * @minItems 1
   * @maxItems 10
   */
  class?: Coding[];
  /**
   * @minItems 1
   * @maxItems 10
   */
  securityLabel?: Coding[];
  /**
   * @minItems 1
   * @maxItems 10
   */
  provision?: Provision[];
}
export interface Consent {
  resourceType: 'Consent';
  status: 'draft' | 'active' | 'inactive';
  scope: CodeableConcept;
  /**
   * @minItems 1
   * @maxItems 3
   */
  category: CodeableConcept[];
  patient: Reference;
  dateTime?: DateTime;
  policyRule: CodeableConcept;
  provision: Provision;
}
export interface PutConsent {
  authorization?: Authorization;
  requestId: RequestId;
  patientId: Id;
  consentId: Id;
  ifMatch?: IfMatch;
  resource: Consent;
}
export interface RevokeConsent {
  authorization?: Authorization;
  requestId: RequestId;
  patientId: Id;
  consentId: Id;
}
export interface ListConsents {
  authorization?: Authorization;
  requestId: RequestId;
  patientId: Id;
}
export interface Consents {
  consents: {
    consentId: Id;
    versionId: VersionId;
    resource: Consent;
  }[];
}
export interface DeclareBreakGlass {
  authorization?: Authorization;
  requestId: RequestId;
  patientId: Id;
  grantId: GrantId;
  purpose: 'ETREAT' | 'BTG';
  reason: string;
  /**
   * Default 14 400 000: four hours.
   */
  durationMs?: number;
}
export interface Grant {
  grantId: GrantId;
  patientId: Id;
  userId: Id;
  purpose: 'ETREAT' | 'BTG';
  reason: string;
  grantedAtMs: TimeMs;
  expiresAtMs: TimeMs;
  review: {
    status: 'pending' | 'justified' | 'unjustified';
    dueAtMs: TimeMs;
    overdue: boolean;
    reviewerId?: Id;
  };
}
export interface ListReviews {
  authorization?: Authorization;
  requestId: RequestId;
  patientId?: Id;
  status?: 'pending' | 'justified' | 'unjustified';
}
export interface Reviews {
  reviews: Grant[];
}
export interface ReviewGrant {
  authorization?: Authorization;
  requestId: RequestId;
  grantId: GrantId;
  outcome: ReviewOutcome;
}
export interface AuditEvent {
  resourceType: 'AuditEvent';
  type: AuditCoding;
  /**
   * @minItems 1
   * @maxItems 5
   */
  subtype: AuditCoding[];
  action: 'C' | 'R' | 'U' | 'D' | 'E';
  recorded: Instant;
  outcome: '0' | '4' | '8' | '12';
  outcomeDesc?: string;
  /**
   * @minItems 1
   * @maxItems 5
   */
  purposeOfEvent?: {
    /**
     * @minItems 1
     * @maxItems 5
     */
    coding: AuditCoding[];
  }[];
  /**
   * @minItems 1
   * @maxItems 5
   */
  agent: {
    type?: {
      /**
       * @minItems 1
       * @maxItems 5
       */
      coding: AuditCoding[];
    };
    /**
     * @minItems 1
     * @maxItems 5
     */
    role?: {
      /**
       * @minItems 1
       * @maxItems 5
       */
      coding: AuditCoding[];
    }[];
    who?: AuditReference;
    requestor: boolean;
    /**
     * @minItems 1
     * @maxItems 10
     */
    policy?: string[];
  }[];
  source: {
    observer: AuditReference;
  };
  /**
   * @minItems 1
   * @maxItems 300
   */
  entity: {
    what?: AuditReference;
    type?: AuditCoding;
    role?: AuditCoding;
    /**
     * @minItems 1
     * @maxItems 200
     */
    detail?: {
      type: string;
      valueString: string;
    }[];
  }[];
}
export interface AuditCoding {
  system?: string;
  code: string;
  display?: string;
}
export interface AuditReference {
  reference?: string;
  identifier?: {
    system?: string;
    value: string;
  };
  display?: string;
}
/**
 * Only entries about patientId, only those of the request ofRequestId; from 0; at most limit, default 100.
 */
export interface ListAudit {
  authorization?: Authorization;
  requestId: RequestId;
  patientId?: Id;
  ofRequestId?: RequestId;
  fromIndex?: Index;
  limit?: number;
}
export interface AuditPage {
  treeSize: TreeSize;
  /**
   * @maxItems 1000
   */
  entries: {
    index: Index;
    event: AuditEvent;
  }[];
  /**
   * Where the next page begins; null at the end.
   */
  nextIndex: Index | null;
}
/**
 * treeSize: an earlier size; left out: the present one.
 */
export interface GetAuditRoot {
  authorization?: Authorization;
  requestId: RequestId;
  treeSize?: TreeSize;
}
export interface AuditRoot {
  treeSize: TreeSize;
  rootHash: Sha256;
}
export interface GetInclusionProof {
  authorization?: Authorization;
  requestId: RequestId;
  index: Index;
  treeSize: TreeSize;
}
export interface InclusionProof {
  index: Index;
  treeSize: TreeSize;
  leafHash: Sha256;
  /**
   * @maxItems 64
   */
  path: Sha256[];
}
export interface GetConsistencyProof {
  authorization?: Authorization;
  requestId: RequestId;
  firstSize: number;
  secondSize: number;
}
export interface ConsistencyProof {
  firstSize: TreeSize;
  secondSize: TreeSize;
  /**
   * @maxItems 64
   */
  path: Sha256[];
}
/**
 * recordedMs in [fromMs, toMs); left out: all.
 */
export interface ListDisclosures {
  authorization?: Authorization;
  requestId: RequestId;
  patientId: Id;
  fromMs?: TimeMs;
  toMs?: TimeMs;
}
export interface Disclosures {
  patientId: Id;
  disclosures: {
    recordedMs: TimeMs;
    purpose: Purpose;
    userId: Id;
    organizationId: Id;
    auditIndex: Index;
  }[];
}
export interface GetKeys {
  authorization?: Authorization;
  requestId: RequestId;
  patientId: Id;
}
export interface RotateKey {
  authorization?: Authorization;
  requestId: RequestId;
  patientId: Id;
  scope: 'wrapping' | 'data';
}
export interface ShredPatient {
  authorization?: Authorization;
  requestId: RequestId;
  patientId: Id;
}
export interface Keys {
  patientId: Id;
  state: KeyState;
  /**
   * As the key service counts it; of an erased patient any.
   */
  wrappingKeyVersion: number;
  dataKeyVersion: number;
}
export interface ExportCiphertexts {
  patientId: Id;
}
/**
 * Everything that is kept of the patient’s resources, as it is kept.
 */
export interface Ciphertexts {
  dataKeys: {
    dataKeyVersion: number;
    wrapped: string;
  }[];
  records: {
    resourceType: ResourceType;
    resourceId: Id;
    versionId: VersionId;
    dataKeyVersion: number;
    nonce: Base64;
    ciphertext: Base64;
    tag: Base64;
  }[];
}
export interface SetClock {
  nowMs: TimeMs;
}
export interface Clock {
  nowMs: TimeMs;
}
