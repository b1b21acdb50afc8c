/** What the oracle answers. */
import type { ResourceType } from '../../../spec/records/messages.d.ts';
import type { Rule, SensitiveCategory } from './policy.ts';

export type Decision = Refused | Allowed;

export interface Refused {
  /** Any of these codes is right. */
  readonly refused: readonly string[];
}

export interface Allowed {
  /** Of a read: the types that are left, and what of each is visible, which may be nothing. Otherwise empty. */
  readonly parts: Parts;
  /** By which it is allowed; undefined of a duty and of a registration. */
  readonly rule?: Rule | undefined;
  /** The brief leaves open whether it is refused, with one of these codes. */
  readonly orRefused: readonly string[];
}

export type Parts = ReadonlyMap<ResourceType, ReadonlySet<Part>>;

/** What consent decides about: of a type what has no label, or what has this one. */
export type Part = 'ordinary' | SensitiveCategory;

export function refused(...codes: readonly string[]): Refused {
  return { refused: [...new Set(codes)] };
}

export function allowed(parts: Parts, rule?: Rule, orRefused: readonly string[] = []): Allowed {
  return { parts, rule, orRefused };
}

export function isRefused(decision: object): decision is Refused {
  return 'refused' in decision;
}
