/** SMART scopes: what a session may of what its user may. */
import type { ResourceType } from '../../../../spec/records/messages.d.ts';
import type { Call } from './call.ts';
import { has } from './life.ts';
import type { Life } from './life.ts';
import { ALL_TYPES } from './policy.ts';
import type { Scope, Session, User } from './state.ts';

export type Right = 'c' | 'r' | 'u' | 's';

const V1: Readonly<Record<string, string>> = { read: 'rs', write: 'cud', '*': 'cruds' };
const FORM = /^(patient|user)\/(\*|[A-Za-z]+)\.([a-z*]+)$/;
const IN_ORDER = /^c?r?u?d?s?$/;

/** @returns undefined for what gives nothing */
export function parseScope(life: Life, text: string): Scope | undefined {
  const given = has(life, 'leaves the query of a scope out') ? text.replace(/\?.*$/, '') : text;
  const named = has(life, 'takes system scopes') ? given.replace(/^system\//, 'user/') : given;
  const [, context, type = '', word = ''] = FORM.exec(named) ?? [];
  const isType = type === '*' || (ALL_TYPES as readonly string[]).includes(type);
  if (!isType) return undefined;
  const rights = rightsOf(life, word);
  if (rights === undefined) return undefined;
  return { context: context as Scope['context'], type, rights };
}

function rightsOf(life: Life, word: string): string | undefined {
  if (word === 'read' && has(life, 'takes read for r only')) return 'r';
  if (word === 'write' && has(life, 'takes write for everything')) return 'cruds';
  if (Object.hasOwn(V1, word)) return V1[word];
  if (IN_ORDER.test(word)) return word;
  const isAnyOrder = /^[cruds]+$/.test(word) && has(life, 'takes rights in any order');
  return isAnyOrder ? word : undefined;
}

export interface ParsedScopes {
  readonly scopes: readonly Scope[];
  /** Those that give something. */
  readonly granted: string;
  readonly isOdd: boolean;
}

export function parseScopes(life: Life, text: string): ParsedScopes {
  const words = text.split(' ').filter(Boolean);
  const parsed = words.map((word) => ({ word, scope: parseScope(life, word) }));
  const good = parsed.filter(({ scope }) => scope !== undefined);
  return {
    scopes: good.map(({ scope }) => scope!),
    granted: good.map(({ word }) => word).join(' '),
    isOdd: good.length < words.length,
  };
}

/** Whether a scope of the session gives the right to the type with this patient; a session without scopes is not limited. */
export function isInScope(
  { life }: Call,
  session: Session,
  user: User,
  patientId: string,
  type: ResourceType,
  right: Right,
): boolean {
  const { scopes } = session;
  if (scopes === undefined || has(life, 'ignores scopes')) return true;
  if (scopes.length === 0 && has(life, 'takes no good scope for no limit')) return true;
  const own = user.role === 'patient' ? user.patientId : session.patientId;
  return scopes.some((scope) => {
    const isAnyPatient = has(life, 'opens every patient to patient scopes');
    if (scope.context === 'patient' && patientId !== own && !isAnyPatient) return false;
    if (scope.type !== '*' && scope.type !== type && !has(life, 'ignores the type of a scope')) {
      return false;
    }
    const asked = right === 'c' && has(life, 'takes update for create') ? 'u' : right;
    if (right === 's' && scope.rights.includes('r') && has(life, 'lets readers search'))
      return true;
    return scope.rights.includes(asked);
  });
}
