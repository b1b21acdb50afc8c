/** What operators have set, and who is logged in. The design is silent on it; settings outlive a restart here, as they would anywhere. */
import { createHash, randomBytes } from 'node:crypto';
import type { CareTeam, PutUser, User } from '../../../spec/records/messages.d.ts';
import { jsonLines } from './jsonLines.ts';

export type PublishedUser = User & { readonly credentialHash: string };

export interface People {
  readonly users: ReadonlyMap<string, PublishedUser>;
  putUser(input: PutUser): User;
  putCareTeam(team: CareTeam): void;
  careTeamsOf(userId: string, patientId: string): string[];
  isInCareTeam(userId: string, patientId: string): boolean;
  /** That manages the patient; undefined where it is not known. */
  organizationOf(patientId: string): string | undefined;
  putOrganization(patientId: string, organizationId: string): void;
}

type Setting =
  | { readonly user: PublishedUser }
  | { readonly team: CareTeam }
  | { readonly patientId: string; readonly organizationId: string };

export function people(dataDir: string): People {
  const users = new Map<string, PublishedUser>();
  const teams = new Map<string, CareTeam>();
  const organizations = new Map<string, string>();

  const put = jsonLines<Setting>(dataDir, 'settings.jsonl', (setting) => {
    if ('user' in setting) users.set(setting.user.userId, setting.user);
    else if ('team' in setting) teams.set(setting.team.careTeamId, setting.team);
    else organizations.set(setting.patientId, setting.organizationId);
  });

  const careTeamsOf = (userId: string, patientId: string): string[] =>
    [...teams.values()]
      .filter((team) => team.patientId === patientId && team.members.includes(userId))
      .map(({ careTeamId }) => careTeamId);

  return {
    users,
    putUser({ credential, ...rest }) {
      const user: User = { active: true, ...rest };
      put({ user: { ...user, credentialHash: hashOf(credential) } });
      return user;
    },
    putCareTeam: (team) => put({ team }),
    careTeamsOf,
    isInCareTeam: (userId, patientId) => careTeamsOf(userId, patientId).length > 0,
    organizationOf: (patientId) => organizations.get(patientId),
    putOrganization: (patientId, organizationId) => put({ patientId, organizationId }),
  };
}

export function hashOf(secret: string): string {
  return createHash('sha256').update(secret).digest('hex');
}

export function newToken(): string {
  return `Bearer ${randomBytes(32).toString('base64url')}`;
}
