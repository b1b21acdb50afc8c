/** Log-in, log-out, and whose a request is. */
import { createHash, randomBytes } from 'node:crypto';
import type { CreateSession } from '../../../../spec/records/messages.d.ts';
import { Refusal } from './call.ts';
import type { Call, Done, Handler } from './call.ts';
import { has } from './life.ts';
import type { Life } from './life.ts';
import { policy } from './policy.ts';
import { parseScopes } from './scopes.ts';
import type { Change, Session, User } from './state.ts';

const { idleTimeoutMs, absoluteLifetimeMs } = policy.sessions;

export function digestOf(secret: string): string {
  return createHash('sha256').update(secret).digest('hex');
}

export const createSession: Handler<CreateSession> = (call, input) => {
  const { life, trail } = call;
  trail.claimed = input.userId;
  const user = holdCredential(call, input);
  trail.user = user;
  const scoped = input.scope === undefined ? undefined : parseScopes(life, input.scope);
  if (scoped?.isOdd && life.freedoms.oddScopes === 'INVALID_SCOPE') {
    throw new Refusal('INVALID_SCOPE');
  }
  const token = randomBytes(32).toString('base64url');
  const session: Session = {
    ...{ digest: digestOf(token), user, ended: false, lastMs: life.nowMs },
    expiresAtMs: life.nowMs + absoluteLifetimeMs,
    ...(scoped && { scopes: scoped.scopes }),
    ...(input.patientId !== undefined && { patientId: input.patientId }),
  };
  const changes: Change[] = [{ kind: 'session', value: session }];
  if (has(life, 'keeps tokens')) changes.push({ kind: 'plain', value: token });
  return {
    output: {
      ...{ authorization: `Bearer ${token}`, userId: user.userId, role: user.role },
      ...{ expiresAtMs: session.expiresAtMs, idleTimeoutMs },
      ...(scoped && { scope: scoped.granted }),
    },
    changes,
  };
};

function holdCredential({ life }: Call, { userId, credential }: CreateSession): User {
  const user = life.state.users.get(userId);
  if (!user && has(life, 'tells users that are unknown')) throw new Refusal('SESSION_EXPIRED');
  const isRight =
    user?.credentialDigest === digestOf(credential) || has(life, 'takes every credential');
  if (isRight && user && !user.active) {
    if (has(life, 'logs inactive users in')) return user;
    if (has(life, 'tells users that are inactive')) throw new Refusal('INSUFFICIENT_PRIVILEGES');
  }
  if (!user?.active || !isRight) throw new Refusal('NOT_AUTHENTICATED');
  return user;
}

export const endSession: Handler<object> = ({ life, session }): Done => {
  const ended = { ...session!, ended: true };
  const changes: Change[] = [{ kind: 'session', value: ended }];
  if (has(life, 'ends no session')) return { output: { ended: true } };
  if (has(life, 'ends all sessions of a user')) {
    for (const other of life.state.sessions.values()) {
      if (other.user.userId !== ended.user.userId) continue;
      changes.push({ kind: 'session', value: { ...other, ended: true } });
    }
  }
  return { output: { ended: true }, changes };
};

/** Sets session and user of the call. @throws Refusal NOT_AUTHENTICATED or SESSION_EXPIRED */
export function openSession(call: Call): void {
  const { life, trail, operation } = call;
  const text = call.input.authorization;
  if (!text?.startsWith('Bearer ')) {
    const anyone = withoutSession(call);
    if (!anyone) throw new Refusal(life.freedoms.missingToken);
    return use(call, anyone, anyone.user);
  }
  const session = life.state.sessions.get(digestOf(text.slice('Bearer '.length)));
  if (!session) {
    const anyone = withoutSession(call);
    if (!anyone) throw new Refusal(life.freedoms.unknownToken);
    return use(call, anyone, anyone.user);
  }
  const user = life.state.users.get(session.user.userId)!;
  const isAnswered = operation === 'endSession' && life.freedoms.endOfEnded === 'answered';
  const why = whyOver(call, session, user);
  if (why === undefined || isAnswered) return use(call, session, actingUser(life, session, user));
  if (life.freedoms.userOfEndedSession === 'named') trail.user = user;
  // What was told once is never taken back, whenever idle times begin.
  const isFinal = why === 'time' && !session.ended;
  const over: Change = { kind: 'session', value: { ...session, ended: true } };
  throw new Refusal('SESSION_EXPIRED', 'SESSION_EXPIRED', isFinal ? [over] : []);
}

function use(call: Call, session: Session, user: User): void {
  call.session = session;
  call.trail.user = user;
}

/** Defects let somebody in where nobody is. */
function withoutSession({ life, operation }: Call): Session | undefined {
  const [newest] = [...life.state.sessions.values()].reverse();
  const isOpen =
    has(life, 'takes any token for the newest session') ||
    (operation.startsWith('list') && has(life, 'asks for no session in lists'));
  return isOpen ? newest : undefined;
}

function actingUser(life: Life, session: Session, user: User): User {
  const isOfLogIn =
    has(life, 'acts as the user of the log-in') ||
    (has(life, 'takes the role of the log-in in an emergency') && isInEmergency(life, user));
  return isOfLogIn ? session.user : user;
}

function isInEmergency({ state, nowMs }: Life, { userId }: User): boolean {
  return [...state.grants.values()].some(
    (grant) => grant.userId === userId && nowMs < grant.expiresAtMs,
  );
}

function whyOver({ life }: Call, session: Session, user: User): 'time' | 'user' | undefined {
  const { nowMs, freedoms } = life;
  if (has(life, 'keeps sessions that are used often') && isUsedOften(life, session))
    return undefined;
  if (session.ended) return 'time';
  const isEmergency = isInEmergency(life, user);
  if (isEmergency && has(life, 'takes expired sessions in an emergency')) return undefined;
  if (!has(life, 'renews sessions without end') && nowMs >= session.expiresAtMs) return 'time';
  if (nowMs >= idleEndMs(life, session)) return 'time';
  const isUnheard =
    has(life, 'acts as the user of the log-in') ||
    (isEmergency && has(life, 'takes inactive users in an emergency'));
  if (!user.active && !isUnheard && !has(life, 'lets sessions of inactive users go on'))
    return 'user';
  const isChanged = JSON.stringify(user) !== JSON.stringify(session.user);
  return isChanged && freedoms.changedUser === 'SESSION_EXPIRED' && !isUnheard ? 'user' : undefined;
}

const OFTEN = 50;

function isUsedOften({ remembered }: Life, { digest }: Session): boolean {
  const times = Number(remembered.get(digest) ?? 0) + 1;
  remembered.set(digest, times);
  return times > OFTEN;
}

function idleEndMs(life: Life, session: Session): number {
  const isAnew = life.isRestarted && life.freedoms.idleTimeAfterCrash === 'begins anew';
  const lastMs = isAnew ? Math.max(session.lastMs, life.startedMs) : session.lastMs;
  if (has(life, 'never times out')) return Infinity;
  if (has(life, 'times out a millisecond late')) return lastMs + idleTimeoutMs + 1;
  if (has(life, 'times out a millisecond early')) return lastMs + idleTimeoutMs - 1;
  return lastMs + idleTimeoutMs;
}

/** What an answered request leaves of its session. */
export function renewed({ life, session, operation }: Call): Change[] {
  if (!session || operation === 'endSession' || has(life, 'renews no session')) return [];
  const now = life.state.sessions.get(session.digest)!;
  if (now.lastMs === life.nowMs) return [];
  return [{ kind: 'session', value: { ...now, lastMs: life.nowMs } }];
}
