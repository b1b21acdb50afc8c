/** policy.json, as the test system reads it. */
import { readFileSync } from 'node:fs';
import type { Category, ResourceType, Role } from '../../../../spec/records/messages.d.ts';

export type Relationship = 'care-team' | 'organization' | 'self' | 'break-glass' | 'none';

export interface Rule {
  readonly role: Role;
  readonly purpose: string;
  readonly relationship: Relationship;
  readonly consent: 'evaluated' | 'not-evaluated' | 'overridden';
  readonly read: readonly Category[];
  readonly write: readonly Category[];
  readonly profile: string;
}

export interface Code {
  readonly system: string;
  readonly code: string;
}

export type Form = 'whole' | 'year' | 'coded' | 'zip3';

export interface Profile {
  readonly meta: readonly string[];
  readonly elements: Partial<Record<ResourceType, Readonly<Record<string, Form>>>>;
}

export interface Duty {
  readonly operations: readonly string[];
  readonly allowed: readonly { readonly role: Role; readonly relationship: Relationship }[];
}

interface Policy {
  readonly purposes: { readonly system: string; readonly codes: readonly string[] };
  readonly categories: readonly { readonly id: Category; readonly resourceType: ResourceType }[];
  readonly sensitiveCategories: readonly { readonly id: Category; readonly label: Code }[];
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
  readonly breakGlass: { readonly defaultDurationMs: number; readonly reviewWithinMs: number };
  readonly sessions: { readonly idleTimeoutMs: number; readonly absoluteLifetimeMs: number };
  readonly keys: { readonly maxPlaintextKeyAgeMs: number };
  readonly accounting: { readonly purposes: readonly string[] };
  readonly criticalInterpretations: { readonly system: string; readonly codes: readonly string[] };
}

const file = new URL('../../../../spec/records/policy.json', import.meta.url);
export const policy = JSON.parse(readFileSync(file, 'utf8')) as Policy;

export const ALL_TYPES: readonly ResourceType[] = policy.categories.map((row) => row.resourceType);

/** @throws Error for a type that is none */
export function categoryOf(type: ResourceType): Category {
  return policy.categories.find((row) => row.resourceType === type)!.id;
}

/** Sensitive categories of the labels that a resource was written with; none of a Patient. */
export function labelsOf(resource: {
  readonly resourceType: string;
  readonly meta?: { readonly security?: readonly Code[] };
}): Category[] {
  if (resource.resourceType === 'Patient') return [];
  const security = resource.meta?.security ?? [];
  return policy.sensitiveCategories
    .filter(({ label }) => security.some((code) => isSame(code, label)))
    .map(({ id }) => id);
}

export function isSame(one: Code, other: Code): boolean {
  return one.system === other.system && one.code === other.code;
}
