/** spec/records/policy.json, typed, and what is asked of it most. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type {
  Category,
  ClinicalResource,
  ClinicalType,
  Coding,
  Patient,
  ResourceType,
  Role,
} from '../../../spec/records/messages.d.ts';
import { packageRoot } from '../../contract/packageRoot.ts';

export type SensitiveCategory = 'hiv' | 'substance-use' | 'psychotherapy';
export type OrdinaryCategory = Exclude<Category, SensitiveCategory>;
export type Relationship = 'care-team' | 'organization' | 'self' | 'break-glass' | 'none';
export type ProfileName =
  'full' | 'operations' | 'payment' | 'research' | 'registry' | 'contact' | 'officer';
export type ElementForm = 'whole' | 'year' | 'coded' | 'zip3';
export type ConsentVerdict = 'permit' | 'deny';

/** A resource as it is written: without id, and with the writer's part of meta. */
export type WrittenResource = Patient | ClinicalResource;

export interface Rule {
  readonly role: Role;
  readonly purpose: string;
  readonly relationship: Relationship;
  readonly consent: 'evaluated' | 'overridden' | 'not-evaluated';
  readonly read: readonly Category[];
  readonly write: readonly Category[];
  readonly profile: ProfileName;
}

export interface Duty {
  readonly operations: readonly string[];
  readonly allowed: readonly { readonly role: Role; readonly relationship: Relationship }[];
}

export interface Profile {
  readonly meta: readonly ('versionId' | 'lastUpdated' | 'security')[];
  readonly elements: Readonly<
    Partial<Record<ResourceType, Readonly<Partial<Record<string, ElementForm>>>>>
  >;
}

export interface Policy {
  readonly roles: readonly Role[];
  readonly purposes: { readonly system: string; readonly codes: readonly string[] };
  readonly categories: readonly {
    readonly id: OrdinaryCategory;
    readonly resourceType: ResourceType;
  }[];
  readonly sensitiveCategories: readonly {
    readonly id: SensitiveCategory;
    readonly label: Coding;
  }[];
  readonly rules: readonly Rule[];
  readonly consentDefaults: readonly {
    readonly purpose: string;
    readonly ordinary: ConsentVerdict;
    readonly sensitive: ConsentVerdict;
  }[];
  readonly redactionsTold: {
    readonly purposes: readonly string[];
    readonly categories: readonly OrdinaryCategory[];
  };
  readonly profiles: Readonly<Record<ProfileName, Profile>>;
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

export const policy = JSON.parse(
  readFileSync(join(packageRoot, 'spec', 'records', 'policy.json'), 'utf8'),
) as Policy;

export const ROLES = policy.roles;
export const PURPOSES = policy.purposes.codes;
export const TYPES: readonly ResourceType[] = policy.categories.map((each) => each.resourceType);
export const CLINICAL_TYPES = TYPES.filter((type): type is ClinicalType => type !== 'Patient');
export const SENSITIVE: readonly SensitiveCategory[] = policy.sensitiveCategories.map(
  ({ id }) => id,
);

/** Undefined: the role may nothing for that purpose, or there is no such purpose. */
export function ruleFor(role: Role, purpose: string | undefined): Rule | undefined {
  return policy.rules.find((rule) => rule.role === role && rule.purpose === purpose);
}

/** Undefined: the operation is no duty. */
export function dutyOf(operation: string): Duty | undefined {
  return policy.duties.find(({ operations }) => operations.includes(operation));
}

export function categoryOf(type: ResourceType): OrdinaryCategory {
  const category = policy.categories.find(({ resourceType }) => resourceType === type);
  if (!category) throw new Error(`policy.json has no category for ${type}.`);
  return category.id;
}

export function labelOf(category: SensitiveCategory): Coding {
  const sensitive = policy.sensitiveCategories.find(({ id }) => id === category);
  if (!sensitive) throw new Error(`policy.json has no sensitive category ${category}.`);
  return sensitive.label;
}

/** Those of its labels that mean something, as sensitive categories; a Patient has none. */
export function labelsOf({ resourceType, meta }: WrittenResource): readonly SensitiveCategory[] {
  if (resourceType === 'Patient') return [];
  const security = meta?.security ?? [];
  return SENSITIVE.filter((category) => hasCoding(security, labelOf(category)));
}

/** Those that a search by code looks at. */
export function codingsOf(written: WrittenResource): readonly Coding[] {
  switch (written.resourceType) {
    case 'Patient':
      return [];
    case 'MedicationRequest':
      return written.medicationCodeableConcept.coding ?? [];
    case 'DocumentReference':
      return written.type?.coding ?? [];
    default:
      return written.code.coding ?? [];
  }
}

/** By system and code; a display decides nothing. */
export function hasCoding(
  codings: readonly Coding[],
  wanted: Pick<Coding, 'system' | 'code'>,
): boolean {
  return codings.some(({ system, code }) => system === wanted.system && code === wanted.code);
}
