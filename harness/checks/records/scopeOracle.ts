/** What the scopes of a session give (SMART App Launch 2), as the brief's section "Sessions" says it. */
import type { ResourceType } from '../../../spec/records/messages.d.ts';
import { TYPES } from './policy.ts';

export type ScopeRight = 'c' | 'r' | 'u' | 'd' | 's';

/** One scope that is as it should be. */
export interface ParsedScope {
  readonly context: 'user' | 'patient';
  readonly types: readonly ResourceType[];
  readonly rights: ReadonlySet<ScopeRight>;
}

const IN_ORDER: readonly ScopeRight[] = ['c', 'r', 'u', 'd', 's'];
/** Of SMART App Launch 1. */
const WORDS: Readonly<Record<string, string>> = { read: 'rs', write: 'cud', '*': 'cruds' };

/** Undefined: it gives nothing. */
export function parseScope(scope: string): ParsedScope | undefined {
  const [context, rest, ...moreSlashes] = scope.split('/');
  const [type, rights, ...moreDots] = rest?.split('.') ?? [];
  if (context !== 'user' && context !== 'patient') return undefined;
  if (moreSlashes.length > 0 || moreDots.length > 0 || rights === undefined) return undefined;
  const types = type === '*' ? TYPES : TYPES.filter((each) => each === type);
  const letters = Object.hasOwn(WORDS, rights) ? (WORDS[rights] ?? '') : rights;
  const parsed = IN_ORDER.filter((right) => letters.includes(right));
  const isInOrder = letters !== '' && parsed.join('') === letters;
  return types.length > 0 && isInOrder ? { context, types, rights: new Set(parsed) } : undefined;
}

/**
 * @param scopes the scopes of a session, separated by spaces; undefined: it has none and is not limited
 * @param ownPatientId the patient that those beginning with patient/ are about; undefined: none
 */
export function scopeGives(
  scopes: string | undefined,
  right: ScopeRight,
  type: ResourceType,
  patientId: string,
  ownPatientId: string | undefined,
): boolean {
  if (scopes === undefined) return true;
  return scopes.split(' ').some((scope) => {
    const parsed = parseScope(scope);
    if (!parsed?.rights.has(right) || !parsed.types.includes(type)) return false;
    return parsed.context === 'user' || patientId === ownPatientId;
  });
}
