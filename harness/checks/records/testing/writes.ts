/** putPatient and putResource: versions of resources. */
import type {
  ClinicalResource,
  Patient,
  PutPatient,
  PutResource,
  ResourceType,
} from '../../../../spec/records/messages.d.ts';
import { criticalAlert } from './alerts.ts';
import { asked, instant, Refusal } from './call.ts';
import type { Call, Done, Handler } from './call.ts';
import { keyOwner, newDataKey, plainKey, usable, withNewDataKey } from './dataKeys.ts';
import { decide, holdRule } from './decide.ts';
import { has } from './life.ts';
import type { Life } from './life.ts';
import { labelsOf } from './policy.ts';
import { sealed } from './seal.ts';
import type { Place } from './seal.ts';
import type { Change, KeptVersion, PatientKeys, PatientState } from './state.ts';

/** @throws Refusal VERSION_MISMATCH; @returns the id of the version that is written */
export function nextVersion(
  life: Life,
  present: { readonly versionId: string } | undefined,
  ifMatch: string | undefined,
): string {
  const isPresent = present !== undefined && ifMatch === etagOf(present.versionId);
  const isNew = present === undefined && ifMatch === undefined;
  const isIgnored =
    has(life, 'ignores If-Match') && (ifMatch !== undefined || present === undefined);
  const isOverwritten = present && ifMatch === undefined && has(life, 'replaces without If-Match');
  if (!isPresent && !isNew && !isIgnored && !isOverwritten) throw new Refusal('VERSION_MISMATCH');
  const step = has(life, 'counts versions by two') && present ? 2 : 1;
  return String(Number(present?.versionId ?? 0) + step);
}

export function etagOf(versionId: string): string {
  return `W/"${versionId}"`;
}

export function written(type: string, id: string, versionId: string, writtenMs: number): Done {
  return {
    output: { resourceType: type, id, versionId, lastUpdated: instant(writtenMs) },
    headers: { etag: etagOf(versionId) },
  };
}

export const putPatient: Handler<PutPatient> = (call, input) => {
  const { patientId, ifMatch, resource } = input;
  if (ifMatch === undefined) return register(call, input);
  const wish = { patientId, types: ['Patient'] as const, right: 'u' as const, labels: [] };
  const { patient } = decide(call, wish);
  if (organizationOf(resource) !== patient.keys.organizationId) {
    throw new Refusal('INVALID_REQUEST');
  }
  const present = patient.versions.get(`Patient/${patientId}`)?.at(-1);
  const versionId = versionInTurn(call, present, ifMatch);
  const place = { patientId, resourceType: 'Patient', resourceId: patientId, versionId };
  return sealedWrite(call, patient, { ...place, labels: [] }, resource);
};

function organizationOf({ managingOrganization }: Patient): string {
  return managingOrganization.reference.replace(/^Organization\//, '');
}

function register(call: Call, { patientId, resource }: PutPatient): Done {
  const { life, trail } = call;
  holdRule(call, { patientId, types: ['Patient'], right: 'c', labels: [] });
  const taken = life.state.patients.get(patientId);
  if (taken) throw takenRefusal(life, taken);
  const organizationId = organizationOf(resource);
  const isOwn = organizationId === trail.user!.organizationId;
  if (!isOwn || !resource.managingOrganization.reference.startsWith('Organization/')) {
    throw new Refusal('ACCESS_DENIED', 'NO_RELATIONSHIP');
  }
  const owner = keyOwner(call, patientId);
  if (has(life, 'registers nobody who has a key')) holdHasNoKey(call, owner);
  const { keyVersion, state } = usable(
    call,
    asked(call, 'createKey', () => life.outside.createKey(owner)),
  );
  if (state === 'destroyed') throw new Refusal('ERASED');
  const keys: PatientKeys = {
    ...{ patientId, organizationId, state: 'active', wrappingKeyVersion: keyVersion },
    dataKeys: [newDataKey(call, patientId, 1)],
  };
  const place = { patientId, resourceType: 'Patient', resourceId: patientId, versionId: '1' };
  const patient = { keys, versions: new Map(), consents: new Map() };
  const done = sealedWrite(call, patient, { ...place, labels: [] }, resource, false);
  return { ...done, changes: [{ kind: 'keys', value: keys }, ...done.changes!] };
}

/** A defect takes a key for a patient: one is left when a registration got no answer. */
function holdHasNoKey(call: Call, owner: string): void {
  const { kind } = asked(call, 'getKey', () => call.life.outside.getKey(owner));
  if (kind === 'answer') throw new Refusal('VERSION_MISMATCH');
}

function takenRefusal({ freedoms }: Life, { keys }: PatientState): Refusal {
  const isErased = keys.state !== 'active';
  if (isErased && freedoms.erasedRegistration === 'ERASED') return new Refusal('ERASED');
  if (freedoms.takenPatient === 'VERSION_MISMATCH') return new Refusal('VERSION_MISMATCH');
  return new Refusal('ACCESS_DENIED', isErased ? 'ERASED' : 'NO_RELATIONSHIP');
}

export const putResource: Handler<PutResource> = (call, input) => {
  const { life } = call;
  const { patientId, resourceType, resourceId, ifMatch, resource } = input;
  holdSubject(life, input);
  const labels = labelsOf(resource);
  const types: ResourceType[] = [resourceType];
  const { rule, patient } = decide(call, {
    ...{ patientId, types, labels },
    right: ifMatch === undefined ? 'c' : 'u',
  });
  const versions = patient.versions.get(`${resourceType}/${resourceId}`) ?? [];
  const present = versions.at(-1);
  const versionId = versionInTurn(call, present, ifMatch);
  const isReplacing = present?.labels.every((label) => rule.write.includes(label)) ?? true;
  if (!isReplacing && !has(life, 'replaces what the role may not write')) {
    throw new Refusal(life.freedoms.replacedLabels);
  }
  const place = { patientId, resourceType, resourceId, versionId, labels };
  const done = sealedWrite(call, patient, place, resource);
  const alert = criticalAlert(call, patient, input, versionId);
  return { ...done, changes: [...done.changes!, ...alert] };
};

/** @throws Refusal INVALID_REQUEST */
function holdSubject(life: Life, { patientId, resourceType, resource }: PutResource): void {
  const { reference } = subjectOf(resource);
  const isHis =
    reference === `Patient/${patientId}` || has(life, 'takes resources of other patients');
  if (!isHis || resource.resourceType !== resourceType) throw new Refusal('INVALID_REQUEST');
}

function subjectOf(resource: ClinicalResource): { readonly reference: string } {
  return 'patient' in resource ? resource.patient : resource.subject;
}

/** A defect looks at the version before the key is there, and writes when it is. */
export function versionInTurn(
  call: Call,
  present: { readonly versionId: string } | undefined,
  ifMatch: string | undefined,
): string {
  if (!has(call.life, 'looks at the version before its turn')) {
    return versionOrRefusal(call, present, ifMatch);
  }
  const known = call.heard.get('version') as string | undefined;
  const versionId = known ?? nextVersion(call.life, present, ifMatch);
  call.heard.set('version', versionId);
  asked(call, 'turn', () => new Promise((resolve) => setTimeout(resolve, 5)));
  return versionId;
}

/** A defect writes what it refuses. @throws Refusal VERSION_MISMATCH */
function versionOrRefusal(
  call: Call,
  present: { readonly versionId: string } | undefined,
  ifMatch: string | undefined,
): string {
  try {
    return nextVersion(call.life, present, ifMatch);
  } catch (error) {
    if (!present || !has(call.life, 'writes what it refuses')) throw error;
    call.heard.set('refusal', error);
    return String(Number(present.versionId) + 1);
  }
}

/** @param isKnown false while the patient is being registered */
function sealedWrite(
  call: Call,
  patient: PatientState,
  where: Pick<KeptVersion, 'patientId' | 'resourceType' | 'resourceId' | 'versionId' | 'labels'>,
  resource: object,
  isKnown = true,
): Done {
  const { life } = call;
  const isEach = isKnown && life.freedoms.dataKeys === 'one for each write';
  const keys = isEach ? withNewDataKey(call, patient.keys) : patient.keys;
  const newest = keys.dataKeys.at(-1)!.dataKeyVersion;
  const dataKeyVersion = has(life, 'writes under the first data key') ? 1 : newest;
  const key = plainKey(call, { ...patient, keys }, dataKeyVersion);
  const place: Place = { ...where, writtenMs: life.nowMs, dataKeyVersion };
  const version = sealed(life, key, place, resource);
  const changes: Change[] = [
    ...(isEach ? [{ kind: 'keys', value: keys } as const] : []),
    { kind: 'version', value: version },
  ];
  if (has(life, 'keeps resources in plain')) changes.push({ kind: 'plain', value: resource });
  if (has(life, 'keeps an index of codes in plain')) {
    changes.push({ kind: 'plain', value: (resource as { code?: object }).code ?? null });
  }
  if (has(life, 'writes resources to its output')) life.output?.(`${JSON.stringify(resource)}\n`);
  return { ...written(where.resourceType, where.resourceId, where.versionId, life.nowMs), changes };
}
