/** Of a resource as it is kept, what a profile of policy.json shows. */
import type { Address, Coding, Resource, ResourceType } from '../../../spec/records/messages.d.ts';
import { policy } from '../accessController/policy.ts';
import type { ElementForm } from '../accessController/policy.ts';

export interface Stored {
  /** As it was written. */
  readonly resource: {
    readonly resourceType: ResourceType;
    readonly meta?: { readonly security?: Coding[] };
  };
  readonly id: string;
  readonly versionId: string;
  /** FHIR instant. */
  readonly lastUpdated: string;
}

/** @throws Error for a profile that policy.json does not have */
export function minimise(profileId: string, stored: Stored): Resource {
  const profile = policy.profiles[profileId];
  if (!profile) throw new Error(`policy.json has no profile ${profileId}`);
  const { resource, id, versionId, lastUpdated } = stored;
  const meta: Resource['meta'] = { versionId };
  if (profile.meta.includes('lastUpdated')) meta.lastUpdated = lastUpdated;
  const security = resource.meta?.security;
  if (security && profile.meta.includes('security')) meta.security = security;

  const shown: Resource = { resourceType: resource.resourceType, id, meta };
  const elements = profile.elements[resource.resourceType] ?? {};
  for (const [element, form] of Object.entries(elements)) {
    const value = (resource as Record<string, unknown>)[element];
    if (value !== undefined) shown[element] = inForm(form, value);
  }
  return shown;
}

function inForm(form: ElementForm, value: unknown): unknown {
  switch (form) {
    case 'whole':
      return value;
    case 'year':
      return (value as string).slice(0, 4);
    case 'coded':
      return withoutText(value as object);
    case 'zip3':
      return (value as Address[]).map(zip3);
  }
}

function withoutText(concept: object): object {
  return Object.fromEntries(Object.entries(concept).filter(([member]) => member !== 'text'));
}

function zip3({ state, country, postalCode }: Address): Address {
  return {
    ...(state !== undefined && { state }),
    ...(country !== undefined && { country }),
    ...(postalCode !== undefined && { postalCode: postalCode.slice(0, 3) }),
  };
}

const NOT_COUNTED: readonly string[] = ['resourceType', 'id', 'meta'];

/** Of what was shown before: resources are shown many times over, and never changed. */
const fieldsOfShown = new WeakMap<Resource, readonly string[]>();

/** `Type.element` of what is shown, each once, in order. */
export function accessedFields(resources: readonly Resource[]): string[] {
  const fields = new Set<string>();
  for (const resource of resources) for (const field of fieldsOf(resource)) fields.add(field);
  return [...fields].sort();
}

function fieldsOf(resource: Resource): readonly string[] {
  const known = fieldsOfShown.get(resource);
  if (known) return known;
  const fields = Object.keys(resource)
    .filter((element) => !NOT_COUNTED.includes(element))
    .map((element) => `${resource.resourceType}.${element}`);
  fieldsOfShown.set(resource, fields);
  return fields;
}
