/** What is in a ward, as the checks have put it there: the plain model that the oracle decides over. */
import type {
  Consent,
  DeclareBreakGlass,
  Grant,
  PutCareTeam,
  PutUser,
  ResourceType,
} from '../../../spec/records/messages.d.ts';
import { labelsOf } from './policy.ts';
import type { SensitiveCategory, WrittenResource } from './policy.ts';

export interface WardModel {
  nowMs: number;
  readonly users: Map<string, ModelUser>;
  readonly careTeams: Map<string, PutCareTeam>;
  /** Erased ones too. */
  readonly patients: Map<string, ModelPatient>;
  readonly grants: Map<string, ModelGrant>;
}

export type ModelUser = Omit<PutUser, 'credential'>;

export interface ModelPatient {
  readonly patientId: string;
  /** The managing organisation's. */
  readonly organizationId: string;
  erased: boolean;
  /** The Patient resource too, under its patient's id. */
  readonly resources: ModelResource[];
  readonly consents: Map<string, ModelConsent>;
}

export interface ModelResource {
  readonly resourceType: ResourceType;
  readonly resourceId: string;
  /** The first is version 1; never empty. */
  readonly versions: ModelVersion[];
}

export interface ModelVersion {
  readonly written: WrittenResource;
  readonly lastUpdated: string;
}

export interface ModelConsent {
  versionId: number;
  resource: Consent;
}

export interface ModelGrant {
  readonly userId: string;
  readonly declared: Omit<DeclareBreakGlass, 'authorization' | 'requestId'>;
  readonly expiresAtMs: number;
  review: Grant['review']['status'];
}

/** A session as it was asked for. */
export interface ModelSession {
  readonly userId: string;
  /** Undefined: everything that the user may. */
  readonly scope?: string | undefined;
  /** What scopes beginning with patient/ are about, unless the user is a patient. */
  readonly patientId?: string | undefined;
}

export function emptyWard(nowMs: number): WardModel {
  return { nowMs, users: new Map(), careTeams: new Map(), patients: new Map(), grants: new Map() };
}

/** A write that was carried out: a new version, of a resource that may be new, of a patient who may be new. */
export function noteWrite(
  ward: WardModel,
  patientId: string,
  resourceId: string,
  written: WrittenResource,
  lastUpdated: string = new Date(ward.nowMs).toISOString(),
): void {
  const patient = ward.patients.get(patientId) ?? noteNewPatient(ward, patientId, written);
  const { resourceType } = written;
  const resource = findResource(patient, resourceType, resourceId);
  const version = { written, lastUpdated };
  if (resource) resource.versions.push(version);
  else patient.resources.push({ resourceType, resourceId, versions: [version] });
}

function noteNewPatient(
  ward: WardModel,
  patientId: string,
  written: WrittenResource,
): ModelPatient {
  if (written.resourceType !== 'Patient') throw new Error(`No patient ${patientId} was noted.`);
  const patient: ModelPatient = {
    patientId,
    organizationId: written.managingOrganization.reference.replace('Organization/', ''),
    erased: false,
    resources: [],
    consents: new Map(),
  };
  ward.patients.set(patientId, patient);
  return patient;
}

export function findResource(
  { resources }: ModelPatient,
  resourceType: ResourceType,
  resourceId: string,
): ModelResource | undefined {
  return resources.find(
    (each) => each.resourceType === resourceType && each.resourceId === resourceId,
  );
}

/** Left out: the present version. */
export function findVersion(
  { versions }: ModelResource,
  versionId: number = versions.length,
): ModelVersion | undefined {
  return versions[versionId - 1];
}

/** A version also counts with the labels of the present one. */
export function labelsOfVersion(
  resource: ModelResource,
  { written }: ModelVersion,
): ReadonlySet<SensitiveCategory> {
  const present = findVersion(resource);
  return new Set([...labelsOf(written), ...(present ? labelsOf(present.written) : [])]);
}

/** Of the patient's care teams those that have the user. */
export function careTeamsWith(ward: WardModel, patientId: string, userId: string): string[] {
  return [...ward.careTeams.values()]
    .filter((team) => team.patientId === patientId && team.members.includes(userId))
    .map(({ careTeamId }) => careTeamId);
}
