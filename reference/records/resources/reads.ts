/** Reading: what is allowed is opened, minimised, and named in the entry before it leaves. */
import type {
  AccessRecord,
  Bundle,
  ReadPatient,
  ReadResource,
  ReadVersion,
  RecordView,
  Resource,
  ResourceType,
  SearchResources,
} from '../../../spec/records/messages.d.ts';
import { decideRead } from '../accessController/decide.ts';
import type { Asked, ReadGranted } from '../accessController/decide.ts';
import { categoryOf, policy } from '../accessController/policy.ts';
import type { DecideForUser, SessionRequest } from '../accessController/sessionManager.ts';
import { accessedFields } from '../dataMinimizer/minimise.ts';
import { showVersion } from '../dataMinimizer/shownVersions.ts';
import { keysFor } from '../encryptionService/patientKeys.ts';
import type { Written } from '../encryptionService/openedVersions.ts';
import type { PatientKeys } from '../encryptionService/patientKeys.ts';
import { Refusal } from '../request.ts';
import type { Done } from '../request.ts';

const ALL_TYPES = policy.categories.map(({ resourceType }) => resourceType);

export const readPatient: DecideForUser<ReadPatient> = (request, input) =>
  readOne(request, input, 'Patient', input.patientId);

export const readResource: DecideForUser<ReadResource> = (request, input) =>
  readOne(request, input, input.resourceType, input.resourceId);

export const readVersion: DecideForUser<ReadVersion> = (request, input) =>
  readOne(request, input, input.resourceType, input.resourceId, Number(input.versionId));

export const searchResources: DecideForUser<SearchResources> = (request, input) => {
  const { resourceType, code } = input;
  const granted = decideRead(request, input, [resourceType], 's');
  const shown = showAll(
    request,
    granted,
    (written) => code === undefined || hasCode(written, code),
  );
  const entry = shown.map((resource) => ({ resource }));
  const output: Bundle = { resourceType: 'Bundle', type: 'searchset', total: entry.length, entry };
  return told(request, granted, shown, output);
};

export const accessRecord: DecideForUser<AccessRecord> = (request, input) => {
  const asked = ALL_TYPES.filter((type) => input.types?.includes(type) ?? true);
  const granted = decideRead(request, input, asked, 'r');
  const resources = showAll(request, granted);
  const fields = accessedFields(resources);
  const output: RecordView = {
    patientId: input.patientId,
    purpose: granted.rule.purpose,
    resources,
    accessedFields: fields,
    redactions: redactionsOf(granted),
  };
  return told(request, granted, resources, output, fields);
};

function readOne(
  request: SessionRequest,
  asked: Asked,
  resourceType: ResourceType,
  resourceId: string,
  versionId?: number,
): Done {
  const granted = decideRead(request, asked, [resourceType], 'r');
  const place = { patientId: asked.patientId, resourceType, resourceId };
  const { store } = request.records;
  const present = store.present(place);
  const wanted = versionId === undefined ? present : store.version(place, versionId);
  const isSeen =
    present && wanted && granted.sees(resourceType, [...present.labels, ...wanted.labels]);
  // Asked for also when there is nothing to open: so it is told of a destroyed key, and nobody sees the difference.
  const keys = keysFor(request, granted.patient, isSeen ? [wanted] : []);
  if (!isSeen) throw new Refusal('UNKNOWN_RESOURCE', 'there is no such resource for this reader');
  const resource = showVersion(granted.rule.profile, wanted, keys.open(wanted));
  return { ...told(request, granted, [resource], resource), versionId: wanted.versionId };
}

function showAll(
  request: SessionRequest,
  granted: ReadGranted,
  isWanted: (written: Written) => boolean = () => true,
): Resource[] {
  const { patient, types, sees } = granted;
  const versions = request.records.store
    .presentOf(patient.patientId, types)
    .filter(({ resourceType, labels }) => sees(resourceType, labels));
  const keys: PatientKeys = keysFor(request, patient, versions);
  return versions
    .map((version) => ({ version, written: keys.open(version) }))
    .filter(({ written }) => isWanted(written))
    .map(({ version, written }) => showVersion(granted.rule.profile, version, written));
}

function told(
  { facts, user }: SessionRequest,
  { rule, patient }: ReadGranted,
  resources: readonly Resource[],
  output: object,
  fields = accessedFields(resources),
): Done {
  facts.accessedFields = fields;
  const isDisclosure =
    resources.length > 0 &&
    policy.accounting.purposes.includes(rule.purpose) &&
    user.organizationId !== patient.organizationId;
  return { output, isDisclosure };
}

/** What consent withholds of the ordinary, whether or not there is any. */
function redactionsOf({ rule, types, sees }: ReadGranted): RecordView['redactions'] {
  const { purposes, categories } = policy.redactionsTold;
  if (!purposes.includes(rule.purpose)) return [];
  return types
    .filter((type) => !sees(type, []))
    .map(categoryOf)
    .filter((category) => categories.includes(category))
    .map((category) => ({ category, reason: 'CONSENT' }));
}

/** The elements that a search by code looks at. */
const CODED = ['code', 'medicationCodeableConcept', 'type'];

function hasCode(written: Written, code: string): boolean {
  return CODED.some((element) => {
    const { coding } = Object(written[element]) as { coding?: { code: string }[] };
    return coding?.some((one) => one.code === code) ?? false;
  });
}
