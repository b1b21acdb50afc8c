/** `SecureSessionManager`: only named in the text. Read kindly it says who asks, for as long as the contract has it. */
import type { CreateSession, SessionCreated } from '../../../spec/records/messages.d.ts';
import { jsonLines } from './jsonLines.ts';
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

interface Session {
  readonly userId: string;
  readonly expiresAtMs: number;
  usedAtMs: number;
}

/** A session that ended has null. */
interface Line {
  readonly tokenHash: string;
  readonly session: Session | null;
}

const { idleTimeoutMs, absoluteLifetimeMs } = policy.sessions;

export function sessionManager(
  dataDir: string,
  people: People,
  nowMs: () => number,
): SessionManager {
  const sessions = new Map<string, Session>();
  const keep = jsonLines<Line>(dataDir, 'sessions.jsonl', ({ tokenHash, session }) => {
    if (session) sessions.set(tokenHash, session);
    else sessions.delete(tokenHash);
  });
  // The idle time begins anew with a restart.
  for (const session of sessions.values()) session.usedAtMs = nowMs();
  return {
    begin({ userId, credential }, authorization = newToken()) {
      const user = people.users.get(userId);
      if (!user?.active || user.credentialHash !== hashOf(credential)) return undefined;
      const expiresAtMs = nowMs() + absoluteLifetimeMs;
      const session = { userId, expiresAtMs, usedAtMs: nowMs() };
      keep({ tokenHash: hashOf(authorization), session });
      return { authorization, userId, role: user.role, expiresAtMs, idleTimeoutMs };
    },
    end: (authorization) => keep({ tokenHash: hashOf(authorization), session: null }),
    find(authorization) {
      if (!authorization?.startsWith('Bearer ')) return { code: 'NOT_AUTHENTICATED' };
      const session = sessions.get(hashOf(authorization));
      const now = nowMs();
      const isOver =
        !session || now >= session.expiresAtMs || now - session.usedAtMs >= idleTimeoutMs;
      if (isOver || !people.users.get(session.userId)?.active) return { code: 'SESSION_EXPIRED' };
      session.usedAtMs = now;
      return { userId: session.userId };
    },
  };
}
