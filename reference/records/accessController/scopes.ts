/** Scopes of SMART App Launch 2 narrow what a user may. What is no well-formed scope gives nothing, and is left out. */
import type { ResourceType, Role } from '../../../spec/records/messages.d.ts';

/** create, read, update, search */
export type Right = 'c' | 'r' | 'u' | 's';

export interface Scope {
  /** As it was written, such as `patient/Condition.rs`. */
  readonly text: string;
  readonly context: 'patient' | 'user';
  /** A type, or `*` for all. */
  readonly type: string;
  /** Some of `cruds`. */
  readonly rights: string;
}

/** 'unlimited': the session was begun without scopes. */
export type Scopes = 'unlimited' | readonly Scope[];

export interface ScopeQuestion {
  readonly type: ResourceType;
  readonly right: Right;
  /** Whose record is asked for. */
  readonly patientId: string;
  /** Whose record scopes beginning with `patient/` are about: see patientOfScopes. */
  readonly ownPatientId: string | undefined;
}

/** At least one right, in this order. */
const RIGHTS_IN_ORDER = /^(?=.)c?r?u?d?s?$/;

const RIGHTS_OF_VERSION_1: Readonly<Record<string, string>> = {
  read: 'rs',
  write: 'cud',
  '*': 'cruds',
};

const SCOPE = /^(patient|user)\/([A-Za-z]+|\*)\.([a-z]+|\*)$/;

/** An empty text is a list without a scope, which gives nothing. */
export function parseScopes(text: string | undefined): Scopes {
  if (text === undefined) return 'unlimited';
  return text.split(' ').flatMap((word) => parseScope(word) ?? []);
}

function parseScope(text: string): Scope | undefined {
  const [, context, type, written] = SCOPE.exec(text) ?? [];
  if (context === undefined || type === undefined || written === undefined) return undefined;
  const rights = Object.hasOwn(RIGHTS_OF_VERSION_1, written)
    ? RIGHTS_OF_VERSION_1[written]!
    : written;
  if (!RIGHTS_IN_ORDER.test(rights)) return undefined;
  return { text, context: context as Scope['context'], type, rights };
}

/** What a session is told that it was granted; undefined without scopes. */
export function grantedScope(scopes: Scopes): string | undefined {
  return scopes === 'unlimited' ? undefined : scopes.map(({ text }) => text).join(' ');
}

/** The session's patient; for a user of role patient they themselves, whatever the session says. */
export function patientOfScopes(
  user: { readonly role: Role; readonly patientId?: string | undefined },
  session: { readonly patientId?: string | undefined },
): string | undefined {
  return user.role === 'patient' ? user.patientId : session.patientId;
}

export function scopeGives(scopes: Scopes, question: ScopeQuestion): boolean {
  if (scopes === 'unlimited') return true;
  const { type, right, patientId, ownPatientId } = question;
  return scopes.some(
    (scope) =>
      (scope.type === '*' || scope.type === type) &&
      scope.rights.includes(right) &&
      (scope.context === 'user' || patientId === ownPatientId),
  );
}
