/** EHR-SESS-01.a to .d: when a session is over, and what it may after its user has changed. */
import type { SessionCreated, User } from '../../../spec/records/messages.d.ts';
import type { Check, CheckContext } from '../check.ts';
import { hold } from '../kit/hold.ts';
import { okOutput, refusedWith } from '../kit/replies.ts';
import { wardClock } from './clock.ts';
import { policy } from './policy.ts';
import { admitWithStaff, holdWorks, PROBES } from './probes.ts';
import { openWard } from './ward.ts';
import type { Person, Ward } from './wardTypes.ts';

const { idleTimeoutMs: IDLE_MS, absoluteLifetimeMs: LIFETIME_MS } = policy.sessions;

const idleTimeOut: Check = {
  id: 'idle-time-out',
  isolation: 'exclusive',
  needs: ['virtual-clock'],
  async run(context) {
    const ward = openWard(context.session());
    const clock = wardClock(context);
    const { patient, staff } = await admitWithStaff(ward);
    const { patientId } = patient;
    const busy = await Promise.all(staff.map((person) => ward.login(person)));
    // Of the same users: that somebody uses one session does not keep another one.
    const idle = await Promise.all(staff.map((person) => ward.login(person)));
    const unused = await ward.login(staff[0]!);
    const renew = async (persons: readonly Person[]): Promise<void> => {
      const used = persons.map(async (person) => {
        await holdWorks(ward, person, patientId, `A request ${IDLE_MS - 1} ms after the last one`);
        context.hit('renewed');
      });
      await Promise.all(used);
    };
    const expire = async (persons: readonly Person[], ms: number): Promise<void> => {
      const asked = persons.map((person) =>
        holdExpired(ward, person, patientId, `${ms} ms after the last request of the session`),
      );
      context.hit('expired', (await Promise.all(asked)).length);
    };

    await Promise.all([...busy, ...idle].map((p) => PROBES[p.role](ward, p, patientId)));
    await clock.advance(ward, IDLE_MS - 1);
    await renew(busy);
    await clock.advance(ward, 1);
    await expire([...idle, unused], IDLE_MS);
    await clock.advance(ward, IDLE_MS - 2);
    await renew(busy);
    await expire(idle, 2 * IDLE_MS - 1);
    await clock.advance(ward, IDLE_MS);
    await expire(busy, IDLE_MS);
    // A refusal is no use of a session that is over.
    await expire(busy, IDLE_MS);
  },
};

const absoluteLifetime: Check = {
  id: 'absolute-lifetime',
  isolation: 'exclusive',
  needs: ['virtual-clock'],
  async run(context) {
    const ward = openWard(context.session());
    const clock = wardClock(context);
    const { patientId, physician } = await ward.admit();
    const startMs = clock.nowMs();
    const first = await timedLogin(ward, physician, startMs);
    const laterMs = 1 + (Math.abs(context.seed) % (IDLE_MS - 2));
    await clock.advance(ward, laterMs);
    const second = await timedLogin(ward, physician, startMs + laterMs);
    const stayBusy = async (persons: readonly Person[], untilMs: number): Promise<void> => {
      for (;;) {
        const used = persons.map((person) =>
          holdWorks(
            ward,
            person,
            patientId,
            `A request of a busy session, before its expiresAtMs, at ${clock.nowMs()}`,
          ),
        );
        await Promise.all(used);
        if (clock.nowMs() === untilMs) return;
        await clock.moveTo(ward, Math.min(untilMs, clock.nowMs() + IDLE_MS - 1));
      }
    };
    const end = async (person: Person, beganMs: number): Promise<void> => {
      await clock.moveTo(ward, beganMs + LIFETIME_MS);
      await holdExpired(ward, person, patientId, `${LIFETIME_MS} ms after the session began`);
      context.hit('expired');
    };
    await stayBusy([first, second], startMs + LIFETIME_MS - 1);
    await end(first, startMs);
    await stayBusy([second], startMs + laterMs + LIFETIME_MS - 1);
    await end(second, startMs + laterMs);
  },
};

async function timedLogin(ward: Ward, person: Person, nowMs: number): Promise<Person> {
  const { userId, credential } = person;
  const created = okOutput<SessionCreated>(
    'createSession',
    await ward.tryLogin({ userId, credential }),
  );
  hold(
    created.expiresAtMs === nowMs + LIFETIME_MS && created.idleTimeoutMs === IDLE_MS,
    `A session that begins at ${nowMs} should have expiresAtMs ${nowMs + LIFETIME_MS} and idleTimeoutMs ${IDLE_MS}.`,
    { expiresAtMs: nowMs + LIFETIME_MS, idleTimeoutMs: IDLE_MS },
    created,
  );
  return { ...person, authorization: created.authorization };
}

async function holdExpired(
  ward: Ward,
  person: Person,
  patientId: string,
  when: string,
): Promise<void> {
  const reply = await PROBES[person.role](ward, person, patientId);
  refusedWith(`A request of a ${person.role} ${when}`, reply, 'SESSION_EXPIRED');
}

const endedSessions: Check = {
  id: 'ended-sessions',
  isolation: 'shared',
  run: (context) =>
    context.property(
      context.fc.boolean(),
      (endFirst, session) => endSessions(context, openWard(session), endFirst),
      { runs: 2 },
    ),
};

async function endSessions({ hit }: CheckContext, ward: Ward, endFirst: boolean): Promise<void> {
  const { patient, staff } = await admitWithStaff(ward);
  const { patientId } = patient;
  const ending = staff.map(async (person) => {
    const sessions = [await ward.login(person), await ward.login(person)] as const;
    const [ended, other] = endFirst ? sessions : [sessions[1], sessions[0]];
    for (const each of sessions) await holdWorks(ward, each, patientId, 'A request of a session');
    await ward.must(ended, 'endSession', {});
    await holdExpired(ward, ended, patientId, 'after endSession');
    await holdWorks(ward, other, patientId, 'A request of another session than the ended one');
    // It may be answered or refused; it revives nothing, and ends nothing else.
    await ward.ask(ended, 'endSession', {});
    await holdExpired(ward, ended, patientId, 'after endSession was sent again');
    await holdWorks(ward, other, patientId, 'A request of another session than the ended one');
    hit('ended');
  });
  await Promise.all(ending);
}

interface UserChange {
  readonly what: string;
  readonly person: (ward: Ward, patientId: string) => Promise<Person>;
  readonly change: (patientId: string) => Partial<User>;
  /** What the new user is told of what the old one got. */
  readonly code: string;
  /** Default: as in PROBES. */
  readonly purpose?: string;
}

const USER_CHANGES: readonly UserChange[] = [
  {
    what: 'a physician became billing staff',
    person: (ward) => ward.person('physician'),
    change: () => ({ role: 'billing' }),
    code: 'INVALID_PURPOSE',
  },
  {
    what: 'a nurse went to outreach',
    person: (ward) => ward.person('nurse'),
    change: () => ({ role: 'outreach' }),
    code: 'INVALID_PURPOSE',
  },
  {
    what: 'a privacy officer became a physician',
    person: (ward) => ward.person('privacy-officer'),
    change: () => ({ role: 'physician' }),
    code: 'INSUFFICIENT_PRIVILEGES',
  },
  {
    what: 'a physician went to another organisation',
    person: (ward) => ward.person('physician'),
    change: (patientId) => ({ organizationId: `${patientId}.else` }),
    code: 'ACCESS_DENIED',
    purpose: 'HOPERAT',
  },
  {
    what: 'a user of role patient became another patient',
    person: (ward, patientId) => ward.person('patient', { patientId }),
    change: (patientId) => ({ patientId: `${patientId}.else` }),
    code: 'ACCESS_DENIED',
  },
  ...(['physician', 'nurse', 'patient'] as const).map((role): UserChange => ({
    what: `a ${role} was made inactive`,
    person: (ward, patientId) => ward.person(role, role === 'patient' ? { patientId } : {}),
    change: () => ({ active: false }),
    code: 'NOT_AUTHENTICATED',
  })),
];

const usersChange: Check = {
  id: 'users-change',
  isolation: 'shared',
  async run(context) {
    const ward = openWard(context.session());
    const changes = USER_CHANGES.map(async (userChange) => {
      await holdChanged(ward, userChange);
      context.hit('changed');
    });
    await Promise.all(changes);
  },
};

async function holdChanged(ward: Ward, userChange: UserChange): Promise<void> {
  const { what, change, code, purpose } = userChange;
  const patientId = ward.requestId();
  const person = await userChange.person(ward, patientId);
  await ward.admit({ patientId, members: [person] });
  const ask = (asking: Person) =>
    purpose === undefined
      ? PROBES[person.role](ward, asking, patientId)
      : ward.access(asking, patientId, { purpose });
  okOutput(`A request before ${what}`, await ask(person));
  const changes = change(patientId);
  await ward.putUser(person, changes);
  refusedWith(`A request after ${what}`, await ask(person), code, 'SESSION_EXPIRED');
  if (changes.active === false) {
    const { userId, credential } = person;
    const again = await ward.tryLogin({ userId, credential });
    refusedWith(`createSession after ${what}`, again, 'NOT_AUTHENTICATED');
    return;
  }
  const again = await ward.login(person);
  refusedWith(`A request in a new session, after ${what}`, await ask(again), code);
}

export const sessions: readonly Check[] = [
  idleTimeOut,
  absoluteLifetime,
  endedSessions,
  usersChange,
];
