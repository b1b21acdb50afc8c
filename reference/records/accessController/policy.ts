/** policy.json as types and lookups: who may what, and what holds without a consent. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Category, Coding, ResourceType, Role } from '../../../spec/records/messages.d.ts';

export type SensitiveCategory = 'hiv' | 'substance-use' | 'psychotherapy';

export type Relationship = 'care-team' | 'organization' | 'self' | 'break-glass' | 'none';

export interface Rule {
  readonly role: Role;
  readonly purpose: string;
  readonly relationship: Relationship;
  readonly consent: 'evaluated' | 'overridden' | 'not-evaluated';
  readonly read: readonly Category[];
  readonly write: readonly Category[];
  /** Of `profiles`. */
  readonly profile: string;
}

export interface Duty {
  readonly operations: readonly string[];
  readonly allowed: readonly { readonly role: Role; readonly relationship: Relationship }[];
}

export type ElementForm = 'whole' | 'year' | 'coded' | 'zip3';

export interface Profile {
  readonly meta: readonly ('versionId' | 'lastUpdated' | 'security')[];
  readonly elements: Readonly<Partial<Record<ResourceType, Readonly<Record<string, ElementForm>>>>>;
}

export interface Policy {
  readonly roles: readonly Role[];
  readonly purposes: { readonly system: string; readonly codes: readonly string[] };
  readonly categories: readonly { readonly id: Category; readonly resourceType: ResourceType }[];
  readonly sensitiveCategories: readonly {
    readonly id: SensitiveCategory;
    readonly label: Coding;
  }[];
  readonly rules: readonly Rule[];
  readonly consentDefaults: readonly {
    readonly purpose: string;
    readonly ordinary: 'permit' | 'deny';
    readonly sensitive: 'permit' | 'deny';
  }[];
  readonly redactionsTold: {
    readonly purposes: readonly string[];
    readonly categories: readonly Category[];
  };
  readonly profiles: Readonly<Record<string, Profile>>;
  readonly duties: readonly Duty[];
  readonly breakGlass: {
    readonly purposes: readonly string[];
    readonly minReasonChars: number;
    readonly maxDurationMs: number;
    readonly defaultDurationMs: number;
    readonly reviewWithinMs: number;
  };
  readonly sessions: { readonly idleTimeoutMs: number; readonly absoluteLifetimeMs: number };
  readonly keys: { readonly maxPlaintextKeyAgeMs: number };
  readonly accounting: { readonly purposes: readonly string[]; readonly keptMs: number };
  readonly criticalInterpretations: { readonly system: string; readonly codes: readonly string[] };
}

const policyPath = join(import.meta.dirname, '../../../spec/records/policy.json');

export const policy = JSON.parse(readFileSync(policyPath, 'utf8')) as Policy;

const rules = new Map(policy.rules.map((rule) => [`${rule.role} ${rule.purpose}`, rule]));
const knownPurposes = new Set(policy.purposes.codes);
const categories = new Map(policy.categories.map(({ id, resourceType }) => [resourceType, id]));
const labels = new Map(policy.sensitiveCategories.map(({ id, label }) => [id, label]));

export function isKnownPurpose(purpose: string): boolean {
  return knownPurposes.has(purpose);
}

/** Undefined: the role has nothing to do for this purpose, or there is no such purpose. */
export function ruleFor(role: Role, purpose: string): Rule | undefined {
  return rules.get(`${role} ${purpose}`);
}

/** The relationship that a role needs for an operation that is a duty; undefined: the role may not do it at all. */
export function dutyRelationship(operation: string, role: Role): Relationship | undefined {
  const duty = policy.duties.find(({ operations }) => operations.includes(operation));
  return duty?.allowed.find((allowed) => allowed.role === role)?.relationship;
}

export function categoryOf(type: ResourceType): Category {
  return categories.get(type)!;
}

export function labelOf(category: SensitiveCategory): Coding {
  return labels.get(category)!;
}

export interface Labelled {
  readonly resourceType: ResourceType;
  readonly meta?: { readonly security?: readonly Coding[] };
}

/** Each once, in the order of policy.json. Labels of a Patient mean nothing. */
export function sensitiveLabelsOf({ resourceType, meta }: Labelled): SensitiveCategory[] {
  if (resourceType === 'Patient' || !meta?.security) return [];
  const { security } = meta;
  return policy.sensitiveCategories
    .filter(({ label }) => security.some((coding) => isSameCode(coding, label)))
    .map(({ id }) => id);
}

function isSameCode(one: Coding, other: Coding): boolean {
  return one.code === other.code && one.system === other.system;
}
