/** What the published text passes about, and the policy that an operator gives its parts. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Category, Resource, ResourceType, Role } from '../../../spec/records/messages.d.ts';

/** `RecordAccessRequest`: who asks is a member of it. */
export interface RecordAccessRequest {
  readonly operation: string;
  readonly requestId: string;
  readonly requesterId: string;
  readonly patientId: string;
  readonly purpose: string;
  /** Empty: whatever there is. */
  readonly dataTypes: readonly ResourceType[];
}

export interface PatientRecord {
  readonly resources: readonly Resource[];
  readonly accessedFields: readonly string[];
}

/** `access denied: ...` */
export class AccessDenied extends Error {
  readonly code: 'INVALID_PURPOSE' | 'NO_CONSENT' | 'INSUFFICIENT_PRIVILEGES';
  constructor(code: AccessDenied['code'], detail: string) {
    super(`access denied: ${detail}`);
    this.code = code;
  }
}

interface Policy {
  readonly purposes: { readonly system: string; readonly codes: readonly string[] };
  readonly categories: readonly { readonly id: Category; readonly resourceType: ResourceType }[];
  readonly rules: readonly {
    readonly role: Role;
    readonly purpose: string;
    readonly relationship: string;
    readonly read: readonly Category[];
    readonly write: readonly Category[];
    readonly profile: string;
  }[];
  readonly duties: readonly {
    readonly operations: readonly string[];
    readonly allowed: readonly { readonly role: Role; readonly relationship: string }[];
  }[];
  readonly profiles: Readonly<
    Record<
      string,
      {
        readonly meta: readonly string[];
        readonly elements: Readonly<
          Partial<Record<ResourceType, Readonly<Record<string, string>>>>
        >;
      }
    >
  >;
  readonly sessions: { readonly idleTimeoutMs: number; readonly absoluteLifetimeMs: number };
}

const policyFile = join(import.meta.dirname, '../../../spec/records/policy.json');
export const policy = JSON.parse(readFileSync(policyFile, 'utf8')) as Policy;
