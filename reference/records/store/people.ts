/** Users, care teams and sessions. */
import type { Database } from 'better-sqlite3';
import type { Role } from '../../../spec/records/messages.d.ts';

export interface UserRow {
  readonly userId: string;
  readonly role: Role;
  readonly organizationId: string;
  readonly patientId: string | null;
  readonly active: 0 | 1;
  /** SHA-256. */
  readonly credential: Buffer;
}

export interface SessionRow {
  /** SHA-256. */
  readonly token: Buffer;
  readonly userId: string;
  readonly scope: string | null;
  readonly patientId: string | null;
  readonly expiresAtMs: number;
  readonly lastUsedAtMs: number;
}

export interface CareTeamRow {
  readonly careTeamId: string;
  readonly patientId: string;
}

export interface People {
  user(userId: string): UserRow | undefined;
  putUser(user: UserRow): void;
  careTeam(careTeamId: string): CareTeamRow | undefined;
  putCareTeam(team: CareTeamRow, members: readonly string[]): void;
  /** Ids of the patient's care teams that have the user. */
  careTeamsWith(patientId: string, userId: string): string[];
  session(token: Buffer): SessionRow | undefined;
  putSession(session: SessionRow): void;
  useSession(token: Buffer, nowMs: number): void;
  endSession(token: Buffer): void;
  endSessionsUntil(nowMs: number): void;
}

export function peopleIn(db: Database): People {
  const user = db.prepare<[string], UserRow>('SELECT * FROM users WHERE userId = ?');
  const putUser = db.prepare<[UserRow]>(
    'REPLACE INTO users VALUES (@userId, @role, @organizationId, @patientId, @active, @credential)',
  );
  const team = db.prepare<[string], CareTeamRow>('SELECT * FROM careTeams WHERE careTeamId = ?');
  const putTeam = db.prepare<[CareTeamRow]>(
    'REPLACE INTO careTeams VALUES (@careTeamId, @patientId)',
  );
  const clearMembers = db.prepare<[CareTeamRow]>(
    'DELETE FROM members WHERE patientId = @patientId AND careTeamId = @careTeamId',
  );
  const addMember = db.prepare<[string, string, string]>(
    'INSERT OR IGNORE INTO members VALUES (?, ?, ?)',
  );
  const teamsWith = db.prepare<[string, string], { careTeamId: string }>(
    'SELECT careTeamId FROM members WHERE patientId = ? AND userId = ?',
  );
  const session = db.prepare<[Buffer], SessionRow>('SELECT * FROM sessions WHERE token = ?');
  const putSession = db.prepare<[SessionRow]>(
    'INSERT INTO sessions VALUES (@token, @userId, @scope, @patientId, @expiresAtMs, @lastUsedAtMs)',
  );
  const useSession = db.prepare<[number, Buffer]>(
    'UPDATE sessions SET lastUsedAtMs = ? WHERE token = ?',
  );
  const endSession = db.prepare<[Buffer]>('DELETE FROM sessions WHERE token = ?');
  const endUntil = db.prepare<[number]>('DELETE FROM sessions WHERE expiresAtMs <= ?');
  return {
    user: (userId) => user.get(userId),
    putUser: (row) => void putUser.run(row),
    careTeam: (careTeamId) => team.get(careTeamId),
    putCareTeam(row, members) {
      putTeam.run(row);
      clearMembers.run(row);
      for (const userId of members) addMember.run(row.patientId, userId, row.careTeamId);
    },
    careTeamsWith: (patientId, userId) =>
      teamsWith.all(patientId, userId).map(({ careTeamId }) => careTeamId),
    session: (token) => session.get(token),
    putSession: (row) => void putSession.run(row),
    useSession: (token, nowMs) => void useSession.run(nowMs, token),
    endSession: (token) => void endSession.run(token),
    endSessionsUntil: (nowMs) => void endUntil.run(nowMs),
  };
}
