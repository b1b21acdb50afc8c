/** The operations of operators, which need no session. */
import type { PutCareTeam, PutUser, SetClock } from '../../../../spec/records/messages.d.ts';
import { raiseOverdue } from './alerts.ts';
import { Refusal } from './call.ts';
import type { Done } from './call.ts';
import { has } from './life.ts';
import type { Life } from './life.ts';
import { digestOf } from './sessions.ts';
import type { Change, User } from './state.ts';

export function putUser(life: Life, input: PutUser): Done {
  const { credential, active = true, ...told } = input;
  const user: User = { ...told, active, credentialDigest: digestOf(credential) };
  const changes: Change[] = [{ kind: 'user', value: user }];
  if (has(life, 'keeps credentials')) changes.push({ kind: 'plain', value: credential });
  return { output: { ...told, active }, changes };
}

export function putCareTeam(life: Life, input: PutCareTeam): Done {
  if (!life.state.patients.has(input.patientId)) throw new Refusal('UNKNOWN_PATIENT');
  const known = life.state.teams.get(input.careTeamId);
  if (known && known.patientId !== input.patientId) throw new Refusal('ID_REUSED');
  return { output: input, changes: [{ kind: 'team', value: input }] };
}

export function setClock(life: Life, { nowMs }: SetClock): Done {
  if (nowMs < life.nowMs) throw new Refusal('CLOCK_BACKWARDS');
  life.nowMs = nowMs;
  raiseOverdue(life);
  return { output: { nowMs } };
}
