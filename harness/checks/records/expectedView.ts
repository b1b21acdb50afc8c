/** What a reader gets of what was written: minimised by the profile, and nothing more. */
import { isDeepStrictEqual } from 'node:util';
import type { Address, CodeableConcept, Resource } from '../../../spec/records/messages.d.ts';
import type { Allowed } from './decision.ts';
import { isVisible } from './oracle.ts';
import { categoryOf, policy } from './policy.ts';
import type { ElementForm, OrdinaryCategory, ProfileName, WrittenResource } from './policy.ts';
import { findVersion } from './wardModel.ts';
import type { ModelPatient } from './wardModel.ts';

const ZIP_DIGITS = 3;
const YEAR_CHARS = 4;

/** One version of a resource in a profile's form. */
export function expectedResource(
  profile: ProfileName,
  written: WrittenResource,
  id: string,
  versionId: string,
  lastUpdated: string,
): Resource {
  const { resourceType, meta } = written;
  const { meta: shownMeta, elements } = policy.profiles[profile];
  const ofWriter = written as unknown as Readonly<Record<string, unknown>>;
  const shown = Object.entries(elements[resourceType] ?? {}).flatMap(([element, form]) => {
    const value = ofWriter[element];
    return value === undefined || form === undefined ? [] : [[element, inForm(form, value)]];
  });
  const security = shownMeta.includes('security') ? meta?.security : undefined;
  return {
    ...(Object.fromEntries(shown) as object),
    resourceType,
    id,
    meta: {
      versionId,
      ...(shownMeta.includes('lastUpdated') && { lastUpdated }),
      ...(security && { security }),
    },
  };
}

function inForm(form: ElementForm, value: unknown): unknown {
  switch (form) {
    case 'whole':
      return value;
    case 'year':
      return (value as string).slice(0, YEAR_CHARS);
    case 'coded': {
      const coded = { ...(value as CodeableConcept) };
      delete coded.text;
      return coded;
    }
    case 'zip3':
      return (value as Address[]).map(({ state, country, postalCode }) => ({
        ...(state !== undefined && { state }),
        ...(country !== undefined && { country }),
        ...(postalCode !== undefined && { postalCode: postalCode.slice(0, ZIP_DIGITS) }),
      }));
  }
}

/** Whether what a form has left nothing of is `{}` or left out is free. @returns as `sameResource` */
export function sameView(
  profile: ProfileName,
  expected: Resource,
  actual: Resource,
): string | undefined {
  return sameResource(withoutEmptied(profile, expected), withoutEmptied(profile, actual));
}

function withoutEmptied(profile: ProfileName, resource: Resource): object {
  const forms = policy.profiles[profile].elements[resource.resourceType] ?? {};
  return Object.fromEntries(
    Object.entries(resource).flatMap(([element, value]) => {
      const form = forms[element];
      if (form === 'coded') return isEmptied(value) ? [] : [[element, value]];
      if (form !== 'zip3' || !Array.isArray(value)) return [[element, value]];
      const left = value.filter((address) => !isEmptied(address));
      return left.length === 0 ? [] : [[element, left]];
    }),
  );
}

function isEmptied(value: unknown): boolean {
  return isNested(value) && !Array.isArray(value) && Object.keys(value).length === 0;
}

/** The present versions that an accessRecord or searchResources gives, in the order of their first writing. */
export function expectedResources(patient: ModelPatient, { parts, rule }: Allowed): Resource[] {
  if (!rule) return [];
  return patient.resources.flatMap((resource) => {
    const version = findVersion(resource);
    if (!version || !isVisible(parts, resource)) return [];
    const { written, lastUpdated } = version;
    const versionId = String(resource.versions.length);
    return [expectedResource(rule.profile, written, resource.resourceId, versionId, lastUpdated)];
  });
}

/** Members of a resource that are no elements of its record. */
const NO_FIELDS: readonly string[] = ['resourceType', 'id', 'meta'];

/** `Type.element` of everything in them, each once, sorted. */
export function expectedFields(resources: readonly Resource[]): string[] {
  const fields = resources.flatMap((resource) =>
    Object.keys(resource)
      .filter((element) => !NO_FIELDS.includes(element))
      .map((element) => `${resource.resourceType}.${element}`),
  );
  return [...new Set(fields)].sort();
}

/** The categories that an accessRecord says consent withholds, sorted. */
export function expectedRedactions({ parts, rule }: Allowed): OrdinaryCategory[] {
  const { purposes, categories } = policy.redactionsTold;
  if (!rule || !purposes.includes(rule.purpose)) return [];
  return [...parts]
    .filter(([, visible]) => !visible.has('ordinary'))
    .map(([type]) => categoryOf(type))
    .filter((category) => categories.includes(category))
    .sort();
}

/** A sentence on the first difference; members in any order, numbers by their value. Undefined: there is none. */
export function sameResource(expected: unknown, actual: unknown): string | undefined {
  return difference(nameOf(expected), expected, actual);
}

function nameOf(resource: unknown): string {
  const { resourceType } = (resource ?? {}) as { resourceType?: unknown };
  return typeof resourceType === 'string' ? resourceType : 'resource';
}

function difference(path: string, expected: unknown, actual: unknown): string | undefined {
  // Two zeros of different sign are one number.
  if (expected === actual || isDeepStrictEqual(expected, actual)) return undefined;
  if (expected === undefined) return `${path} should not be there.`;
  if (actual === undefined) return `${path} is missing.`;
  if (!isNested(expected) || !isNested(actual) || Array.isArray(expected) !== Array.isArray(actual))
    return `${path} should be ${told(expected)}, but is ${told(actual)}.`;
  if (Array.isArray(expected) && Array.isArray(actual) && expected.length !== actual.length)
    return `${path} should have ${expected.length} items, but has ${actual.length}.`;
  for (const member of new Set([...Object.keys(expected), ...Object.keys(actual)])) {
    const found = difference(`${path}.${member}`, expected[member], actual[member]);
    if (found !== undefined) return found;
  }
  // Members that are undefined beside some that are absent.
  return undefined;
}

function isNested(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null;
}

const MAX_TOLD_CHARS = 100;

function told(value: unknown): string {
  const text = JSON.stringify(value) ?? 'undefined';
  return text.length <= MAX_TOLD_CHARS ? text : `${text.slice(0, MAX_TOLD_CHARS)}…`;
}
