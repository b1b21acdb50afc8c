/** Reads of records: one resource, one version, all of a type, the record. */
import type {
  AccessRecord,
  ReadPatient,
  ReadResource,
  ReadVersion,
  Resource,
  SearchResources,
} from '../../../../spec/records/messages.d.ts';
import { Refusal } from './call.ts';
import type { Call, Done, Handler } from './call.ts';
import { decide } from './decide.ts';
import type { Decision } from './decide.ts';
import { plainKey } from './dataKeys.ts';
import { has } from './life.ts';
import { fieldsOf, minimised } from './minimise.ts';
import type { Content } from './minimise.ts';
import { ALL_TYPES, categoryOf, policy } from './policy.ts';
import { opened } from './seal.ts';
import type { KeptVersion } from './state.ts';
import { etagOf } from './writes.ts';

export const readPatient: Handler<ReadPatient> = (call, { patientId }) => {
  const decision = decide(call, { patientId, types: ['Patient'], right: 'r' });
  return single(call, decision, decision.patient.versions.get(`Patient/${patientId}`)!.at(-1)!);
};

export const readResource: Handler<ReadResource> = (call, input) => readOne(call, input);

export const readVersion: Handler<ReadVersion> = (call, input) => {
  if (has(call.life, 'offers no versions')) throw new Refusal('NOT_SUPPORTED');
  const done = readOne(call, input);
  if (has(call.life, 'finds no versions')) throw new Refusal('UNKNOWN_RESOURCE');
  return done;
};

function readOne(call: Call, input: ReadResource & { readonly versionId?: string }): Done {
  const { life } = call;
  const { patientId, resourceType, resourceId, versionId } = input;
  const decision = decide(call, { patientId, types: [resourceType], right: 'r' });
  const versions = decision.patient.versions.get(`${resourceType}/${resourceId}`) ?? [];
  const isNewest =
    versionId === undefined || has(life, 'gives the present version for every version');
  const kept = isNewest
    ? versions.at(-1)
    : versions.find((version) => version.versionId === versionId);
  const present = has(life, 'goes by the labels of the old version') ? kept : versions.at(-1);
  if (!kept || !present) {
    if (decision.types.length > 0) keyIsAsked(call, decision);
    throw new Refusal('UNKNOWN_RESOURCE');
  }
  const isSeen = [kept, present].every(({ labels }) => decision.sees(resourceType, labels));
  if (!isSeen) {
    keyIsAsked(call, decision);
    throw new Refusal(has(life, 'tells what is withheld') ? 'NO_CONSENT' : 'UNKNOWN_RESOURCE');
  }
  return single(call, decision, kept);
}

/** Free: also where nothing has to be opened. */
function keyIsAsked(call: Call, { patient }: Decision): void {
  if (call.life.freedoms.askingForKeys !== 'with each request') return;
  plainKey(call, patient, patient.keys.dataKeys.at(-1)!.dataKeyVersion);
}

function single(call: Call, decision: Decision, kept: KeptVersion): Done {
  const { life } = call;
  const content = opened(call, decision.patient, kept);
  const resource = minimised(life, decision.rule, kept, content, true);
  record(call, [resource], [content]);
  return {
    output: resource,
    headers: {
      etag: etagOf(kept.versionId),
      ...(has(life, 'tells names in a header') && { 'x-about': JSON.stringify(content) }),
    },
  };
}

/** What the entry says of what is returned. */
function record(call: Call, resources: readonly Resource[], contents: readonly Content[]): void {
  const { life, trail } = call;
  const isKept = has(life, 'records the fields of what is kept');
  const isSearch = call.operation === 'searchResources';
  const isUnrecorded = isSearch && has(life, 'records no fields of searches');
  trail.fields = isUnrecorded ? [] : fieldsOf(isKept ? contents : resources);
  trail.returned = resources.length > 0;
}

export const searchResources: Handler<SearchResources> = (call, input) => {
  const { patientId, resourceType, code } = input;
  const { life } = call;
  const decision = decide(call, { patientId, types: [resourceType], right: 's' });
  const { resources, inAll } = found(
    call,
    decision,
    (content) => code === undefined || hasCode(content, code),
  );
  const total = has(life, 'counts what is withheld') ? inAll : resources.length;
  return {
    output: {
      ...{ resourceType: 'Bundle', type: 'searchset', total },
      entry: resources.map((resource) => ({ resource })),
    },
  };
};

function hasCode(content: Content, code: string): boolean {
  return ['code', 'medicationCodeableConcept', 'type'].some((name) => {
    const concept = content[name] as { coding?: { code: string }[] } | undefined;
    return concept?.coding?.some((coding) => coding.code === code);
  });
}

export const accessRecord: Handler<AccessRecord> = (call, input) => {
  const { life, trail } = call;
  const { patientId, purpose } = input;
  const isAll = input.types === undefined || has(life, 'returns all types');
  const types = isAll ? ALL_TYPES : input.types!;
  const decision = decide(call, { patientId, types, right: 'r' });
  const { resources } = found(call, decision, () => true);
  const isWrong = has(life, 'tells the fields of the profile');
  const fields = isWrong ? fieldsOfProfile(decision) : fieldsOf(resources);
  return {
    output: {
      ...{ patientId, purpose: trail.purpose ?? purpose, resources, accessedFields: fields },
      redactions: redactions(call, decision),
    },
  };
};

function fieldsOfProfile({ rule, types }: Decision): string[] {
  const { elements } = policy.profiles[rule.profile]!;
  return types.flatMap((type) =>
    Object.keys(elements[type] ?? {}).map((element) => `${type}.${element}`),
  );
}

/** All of the types that are left which the reader may see. */
function found(
  call: Call,
  decision: Decision,
  isWanted: (content: Content) => boolean,
): { resources: Resource[]; inAll: number } {
  const { life } = call;
  const { patient, rule, types } = decision;
  const present = [...patient.versions.values()].map((versions) => versions.at(-1)!);
  const ofTypes = present.filter(({ resourceType }) =>
    (types as readonly string[]).includes(resourceType),
  );
  const seen = ofTypes.filter(({ resourceType, labels }) =>
    decision.sees(resourceType as Resource['resourceType'], labels),
  );
  keyIsAsked(call, decision);
  const read = seen.flatMap((kept) => {
    const content = tried(call, decision, kept);
    return content && isWanted(content) ? [{ kept, content }] : [];
  });
  if (life.freedoms.order === 'newest first') read.reverse();
  const contents = read.map(({ content }) => content);
  const resources = read.map(({ kept, content }) => minimised(life, rule, kept, content, false));
  record(call, resources, contents);
  return { resources, inAll: ofTypes.length };
}

/** A defect leaves out what does not open. */
function tried(call: Call, { patient }: Decision, kept: KeptVersion): Content | undefined {
  try {
    return opened(call, patient, kept);
  } catch (error) {
    const isHidden = error instanceof Refusal && error.code !== 'ERASED';
    if (isHidden && has(call.life, 'leaves out what does not open')) return undefined;
    throw error;
  }
}

function redactions(call: Call, { withheld, patient, rule }: Decision): object[] {
  const { life } = call;
  const { purposes, categories } = policy.redactionsTold;
  if (!purposes.includes(rule.purpose) || has(life, 'tells no redactions')) return [];
  const told = withheld.map(categoryOf).filter((category) => categories.includes(category));
  const isThere = (category: string): boolean =>
    [...patient.versions.values()].some(
      (versions) => categoryOf(versions[0]!.resourceType as Resource['resourceType']) === category,
    );
  const left = has(life, 'tells redactions of what there is') ? told.filter(isThere) : told;
  const sensitive = has(life, 'tells sensitive redactions')
    ? new Set([...patient.versions.values()].flatMap((versions) => versions.at(-1)!.labels))
    : [];
  return [...left, ...sensitive].map((category) => ({ category, reason: 'CONSENT' }));
}
