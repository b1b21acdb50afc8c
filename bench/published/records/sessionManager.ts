/** `SecureSessionManager`: only named in the text. Read kindly it says who asks, for as long as the contract has it; across a restart it forgets. */
import type { CreateSession, SessionCreated } from '../../../spec/records/messages.d.ts';
import { hashOf, newToken } from './people.ts';
import type { People } from './people.ts';
import { policy } from './record.ts';

export type Found =
  { readonly userId: string } | { readonly code: 'NOT_AUTHENTICATED' | 'SESSION_EXPIRED' };

export interface SessionManager {
  /** Undefined: user and credential do not go together. */
  begin(input: CreateSession, authorization?: string): SessionCreated | undefined;
  end(authorization: string): void;
  find(authorization: string | undefined): Found;
}

const { idleTimeoutMs, absoluteLifetimeMs } = policy.sessions;

export function sessionManager(people: People, nowMs: () => number): SessionManager {
  const sessions = new Map<string, { userId: string; expiresAtMs: number; usedAtMs: number }>();
  return {
    begin({ userId, credential }, authorization = newToken()) {
      const user = people.users.get(userId);
      if (!user?.active || user.credentialHash !== hashOf(credential)) return undefined;
      const expiresAtMs = nowMs() + absoluteLifetimeMs;
      sessions.set(authorization, { userId, expiresAtMs, usedAtMs: nowMs() });
      return { authorization, userId, role: user.role, expiresAtMs, idleTimeoutMs };
    },
    end: (authorization) => void sessions.delete(authorization),
    find(authorization) {
      if (!authorization?.startsWith('Bearer ')) return { code: 'NOT_AUTHENTICATED' };
      const session = sessions.get(authorization);
      const now = nowMs();
      const isOver =
        !session || now >= session.expiresAtMs || now - session.usedAtMs >= idleTimeoutMs;
      if (isOver || !people.users.get(session.userId)?.active) return { code: 'SESSION_EXPIRED' };
      session.usedAtMs = now;
      return { userId: session.userId };
    },
  };
}
