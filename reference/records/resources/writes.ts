/** Writing: sealed to its place under the patient's newest data key, as the version after the one that it names. */
import type { CipherKey } from 'node:crypto';
import type {
  Observation,
  Patient,
  PutPatient,
  PutResource,
  ResourceType,
  Written as WrittenReply,
} from '../../../spec/records/messages.d.ts';
import { decideRole, liveRelatedPatient, mayWrite } from '../accessController/decide.ts';
import { policy, sensitiveLabelsOf } from '../accessController/policy.ts';
import type { Rule, SensitiveCategory } from '../accessController/policy.ts';
import { accessDenied } from '../accessController/relationships.ts';
import type { DecideForUser, SessionRequest } from '../accessController/sessionManager.ts';
import { addAlert, criticalResult } from '../auditLogger/alerts.ts';
import { keysFor } from '../encryptionService/patientKeys.ts';
import { firstKey } from '../encryptionService/firstKey.ts';
import type { FirstKey } from '../encryptionService/firstKey.ts';
import { seal } from '../encryptionService/seal.ts';
import { etagOf, Refusal } from '../request.ts';
import type { Done } from '../request.ts';
import type { PatientRow } from '../store/patients.ts';
import type { Place, VersionRow } from '../store/versions.ts';

export const putPatient: DecideForUser<PutPatient, FirstKey> = (request, input) =>
  input.ifMatch === undefined ? register(request, input) : updatePatient(request, input);

export const putResource: DecideForUser<PutResource> = (request, input) => {
  const { patientId, resourceType, resourceId, ifMatch, resource } = input;
  const subject = 'subject' in resource ? resource.subject : resource.patient;
  if (resource.resourceType !== resourceType || subject.reference !== `Patient/${patientId}`) {
    throw new Refusal('INVALID_REQUEST', 'the resource is not one of its path');
  }
  const labels = sensitiveLabelsOf(resource);
  const right = ifMatch === undefined ? 'c' : 'u';
  const rule = decideRole(request, input, resourceType, right, labels);
  const patient = liveRelatedPatient(request, rule, input);
  const keys = keysFor(request, patient);
  const place = { patientId, resourceType, resourceId };
  const before = presentFor(request, rule, place, ifMatch);
  const done = add(request, patient, keys.newest(), { place, before, labels, resource });
  if (resource.resourceType === 'Observation' && isCritical(resource)) {
    addAlert(
      request.records,
      patient,
      criticalResult(patient, resourceId, done.versionId),
      request.nowMs,
    );
  }
  return done;
};

/** Whoever registers learns whether the id is taken, and nothing else. */
function register(request: SessionRequest<FirstKey>, input: PutPatient): Done {
  const { records, user, material } = request;
  const { patientId, resource } = input;
  decideRole(request, input, 'Patient', 'c', []);
  if (resource.managingOrganization.reference !== `Organization/${user.organizationId}`) {
    throw accessDenied('NO_RELATIONSHIP');
  }
  if (records.store.patient(patientId)) throw versionMismatch();
  if (!material) throw firstKey(records, patientId);
  const { dataKey, wrapped, fingerprint, keyVersion: wrappingKeyVersion } = material;
  const patient: PatientRow = {
    patientId,
    organizationId: user.organizationId,
    state: 'active',
    wrappingKeyVersion,
    dataKeyVersion: 1,
  };
  records.store.putPatient(patient);
  records.store.putDataKey({ patientId, dataKeyVersion: 1, wrapped, fingerprint });
  return add(request, patient, dataKey, { place: placeOf(patientId), labels: [], resource });
}

function updatePatient(request: SessionRequest, input: PutPatient): Done {
  const { patientId, ifMatch, resource } = input;
  const rule = decideRole(request, input, 'Patient', 'u', []);
  const patient = liveRelatedPatient(request, rule, input);
  if (resource.managingOrganization.reference !== `Organization/${patient.organizationId}`) {
    throw new Refusal('INVALID_REQUEST', 'the managing organisation stays what it is');
  }
  const keys = keysFor(request, patient);
  const place = placeOf(patientId);
  const before = presentFor(request, rule, place, ifMatch);
  return add(request, patient, keys.newest(), { place, before, labels: [], resource });
}

function placeOf(patientId: string): Place {
  return { patientId, resourceType: 'Patient', resourceId: patientId };
}

/** The present version, if the writer names it and may replace it. */
function presentFor(
  { records }: SessionRequest,
  rule: Rule,
  place: Place,
  ifMatch: string | undefined,
): VersionRow | undefined {
  const present = records.store.present(place);
  if (ifMatch !== (present && etagOf(present.versionId))) throw versionMismatch();
  // What the writer may not write is as another version: its labels are not told.
  if (present && !mayWrite(rule, present.labels)) throw versionMismatch();
  return present;
}

export function versionMismatch(): Refusal {
  return new Refusal('VERSION_MISMATCH', 'If-Match does not name the present version');
}

interface Write {
  readonly place: Place;
  readonly before?: VersionRow | undefined;
  readonly labels: readonly SensitiveCategory[];
  readonly resource: Patient | PutResource['resource'];
}

function add(
  { records, nowMs }: SessionRequest,
  { dataKeyVersion }: PatientRow,
  dataKey: CipherKey,
  { place, before, labels, resource }: Write,
): Done & { versionId: number } {
  const versionId = (before?.versionId ?? 0) + 1;
  const { resourceType, resourceId } = place;
  const sealed = seal(
    dataKey,
    { ...place, versionId: String(versionId), dataKeyVersion },
    resource,
  );
  const version = { ...place, versionId, writtenAtMs: nowMs, labels, dataKeyVersion, sealed };
  records.store.add(version);
  return { output: written(resourceType, resourceId, versionId, nowMs), versionId };
}

export function written(
  resourceType: ResourceType | 'Consent',
  id: string,
  versionId: number,
  writtenAtMs: number,
): WrittenReply {
  const lastUpdated = new Date(writtenAtMs).toISOString();
  return { resourceType, id, versionId: String(versionId), lastUpdated };
}

function isCritical({ interpretation = [] }: Observation): boolean {
  const { system, codes } = policy.criticalInterpretations;
  return interpretation
    .flatMap(({ coding = [] }) => coding)
    .some((one) => one.system === system && codes.includes(one.code));
}
