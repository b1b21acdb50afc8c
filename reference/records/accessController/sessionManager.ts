/** Sessions: who is asking. Of credentials and tokens only digests are kept. */
import { hash, randomBytes, timingSafeEqual } from 'node:crypto';
import type {
  CreateSession,
  EndSession,
  PutUser,
  SessionCreated,
  User,
} from '../../../spec/records/messages.d.ts';
import type { Answer } from '../../kit/service.ts';
import type { Records } from '../records.ts';
import { Refusal } from '../request.ts';
import type { Decide, Done, Request } from '../request.ts';
import type { SessionRow, UserRow } from '../store/people.ts';
import { policy } from './policy.ts';
import { grantedScope, parseScopes } from './scopes.ts';

export interface SessionRequest<Material = unknown> extends Request<Material> {
  readonly user: UserRow;
  readonly session: SessionRow;
}

export type DecideForUser<Input, Material = unknown> = (
  request: SessionRequest<Material>,
  input: Input,
) => Done;

const BEARER = 'Bearer ';
const TOKEN_BYTES = 32;

const { idleTimeoutMs, absoluteLifetimeMs } = policy.sessions;

export function putUser({ store, turns }: Records, input: PutUser): Promise<Answer> {
  const { userId, role, organizationId, patientId, active = true, credential } = input;
  const own = patientId === undefined ? {} : { patientId };
  const output: User = { userId, role, organizationId, ...own, active };
  return turns.take(() => {
    store.putUser({
      userId,
      role,
      organizationId,
      patientId: patientId ?? null,
      active: active ? 1 : 0,
      credential: digest(credential),
    });
    return { output };
  });
}

export const createSession: Decide<CreateSession> = ({ records, facts, nowMs }, input) => {
  const { store } = records;
  const { userId, credential, scope, patientId } = input;
  facts.user = { userId };
  const user = store.user(userId);
  // Compared in any case, so that it takes as long for a user that does not exist.
  const isRight = timingSafeEqual(digest(credential), user?.credential ?? digest(''));
  if (!user?.active || !isRight) {
    throw new Refusal('NOT_AUTHENTICATED', 'user and credential do not go together');
  }
  facts.user = user;
  const token = randomBytes(TOKEN_BYTES).toString('base64url');
  const granted = grantedScope(parseScopes(scope));
  const expiresAtMs = nowMs + absoluteLifetimeMs;
  store.endSessionsUntil(nowMs);
  store.putSession({
    token: digest(token),
    userId,
    scope: granted ?? null,
    patientId: patientId ?? null,
    expiresAtMs,
    lastUsedAtMs: nowMs,
  });
  const output: SessionCreated = {
    authorization: BEARER + token,
    userId,
    role: user.role,
    expiresAtMs,
    idleTimeoutMs,
    ...(granted !== undefined && { scope: granted }),
  };
  return { output };
};

export const endSession: DecideForUser<EndSession> = ({ records, session }) => {
  records.store.endSession(session.token);
  return { output: { ended: true } };
};

/** `decide` for whoever has a valid session, as the user that they are now. */
export function forUser<Input extends { authorization?: string }, Material>(
  decide: DecideForUser<Input, Material>,
): Decide<Input, Material> {
  return (request, input) => {
    const { user, session } = authenticate(request, input.authorization);
    request.facts.user = user;
    return decide({ ...request, user, session }, input);
  };
}

function authenticate({ records, nowMs }: Request, authorization: string | undefined) {
  if (!authorization?.startsWith(BEARER)) {
    throw new Refusal('NOT_AUTHENTICATED', 'a request carries the authorization of its session');
  }
  const { store } = records;
  const session = store.session(digest(authorization.slice(BEARER.length)));
  const user = session && store.user(session.userId);
  if (!session || !user?.active || isOver(session, nowMs)) {
    throw new Refusal('SESSION_EXPIRED', 'there is no such session, or no more');
  }
  if (session.lastUsedAtMs !== nowMs) store.useSession(session.token, nowMs);
  return { user, session };
}

function isOver({ expiresAtMs, lastUsedAtMs }: SessionRow, nowMs: number): boolean {
  return nowMs >= expiresAtMs || nowMs - lastUsedAtMs >= idleTimeoutMs;
}

function digest(secret: string): Buffer {
  return hash('sha256', secret, 'buffer');
}
