/** EHR-SCOPE-01: scopes narrow what a user may, and never widen it. */
import { refusedWith } from '../kit/replies.ts';
import fc from 'fast-check';
import type { Check, CheckContext } from '../check.ts';
import { clinicalResource, etagOf } from './clinical.ts';
import { openJudgedWard } from './judgedWard.ts';
import type { JudgedWard } from './judgedWard.ts';
import { readsVersions } from './readsVersions.ts';
import { parseScope } from './scopeOracle.ts';
import type { Admitted, Person } from './wardTypes.ts';
import type { RecordRequest } from './wardRequests.ts';

const NARROWING: readonly string[] = [
  'user/Observation.r',
  'user/Observation.s',
  'user/Observation.c',
  'user/Observation.u',
  'user/Observation.d',
  'user/Observation.rs',
  'user/Observation.cu',
  'user/Observation.cruds',
  'user/Observation.read',
  'user/Observation.write',
  'user/Observation.*',
  'user/Condition.rs user/Observation.c',
  'user/Patient.r user/Observation.s',
  'user/*.r',
  'user/*.rs',
  'user/*.cruds',
  'user/*.write',
  'patient/*.rs',
  'patient/Observation.crus user/Condition.s',
];

const scopesNarrow: Check = {
  id: 'scopes-narrow',
  isolation: 'shared',
  async run(context) {
    const judged = openJudgedWard(context);
    const [billing, nurse] = [await judged.person('billing'), await judged.person('nurse')];
    const [patient, other] = [await judged.admit({ members: [nurse] }), await judged.admit()];
    const { patientId, physician } = patient;
    const self = await judged.person('patient', { patientId });
    const kept = await keep(judged, patient);
    const sessions = await Promise.all([
      ...NARROWING.map((scope) => judged.login(physician, scope, patientId)),
      // About somebody else, or nobody.
      judged.login(physician, 'patient/*.cruds', other.patientId),
      judged.login(physician, 'patient/*.cruds'),
      judged.login(self, 'patient/*.rs'),
      judged.login(self, 'user/Condition.rs'),
      // No scope gives what the role does not have.
      judged.login(billing, 'user/*.cruds'),
      judged.login(nurse, 'user/*.cruds'),
    ]);
    const judgeAll = (requests: (session: Person) => readonly RecordRequest[]): Promise<unknown> =>
      Promise.all(
        sessions.map(async (session) => {
          for (const request of requests(session)) {
            await judged.judge(session, request);
            context.hit('decisions');
          }
        }),
      );
    const hasVersions = await readsVersions(judged.ward);
    const reads = (session: Person) =>
      readsOf(session, patientId, kept).filter(
        ({ operation }) => hasVersions || operation !== 'readVersion',
      );
    await judgeAll(reads);
    // Not beside the reads, which would show what is written or not.
    await judgeAll((session) => writesOf(judged, session, patientId));
    await holdDuties(judged, patient, await judged.person('privacy-officer'));
  },
};

interface Kept {
  readonly observationId: string;
  readonly conditionId: string;
}

async function keep({ write }: JudgedWard, patient: Admitted): Promise<Kept> {
  const [observationId, conditionId] = await Promise.all([
    write(patient, clinicalResource('Observation', patient.patientId)),
    write(patient, clinicalResource('Condition', patient.patientId)),
  ]);
  return { observationId, conditionId };
}

const PURPOSE_OF: Readonly<Partial<Record<Person['role'], string>>> = {
  billing: 'HPAYMT',
  patient: 'PATRQT',
};

function readsOf(
  { role }: Person,
  patientId: string,
  { observationId, conditionId }: Kept,
): RecordRequest[] {
  const of = { patientId, purpose: PURPOSE_OF[role] ?? 'TREAT' };
  const observation = { ...of, resourceType: 'Observation', resourceId: observationId } as const;
  const condition = { ...of, resourceType: 'Condition', resourceId: conditionId } as const;
  return [
    { operation: 'accessRecord', ...of },
    { operation: 'accessRecord', ...of, types: ['Condition', 'Observation'] },
    { operation: 'readPatient', ...of },
    { operation: 'readResource', ...observation },
    { operation: 'readVersion', ...observation, versionId: '1' },
    { operation: 'readResource', ...condition },
    { operation: 'searchResources', ...of, resourceType: 'Observation' },
    { operation: 'searchResources', ...of, resourceType: 'Condition' },
  ];
}

/** A creation, and an update of what it created: without the right for updates its version is not looked at. */
function writesOf({ ward }: JudgedWard, { role }: Person, patientId: string): RecordRequest[] {
  const resource = clinicalResource('Observation', patientId, 'in a session with scopes');
  const write = {
    operation: 'putResource',
    patientId,
    resourceType: 'Observation',
    resourceId: ward.requestId(),
    purpose: PURPOSE_OF[role] ?? 'TREAT',
    resource,
  } as const;
  return [write, { ...write, ifMatch: etagOf(1) }];
}

/** They are not limited by scopes. */
async function holdDuties(
  { judge, login }: JudgedWard,
  { patientId }: Admitted,
  officer: Person,
): Promise<void> {
  const session = await login(officer, 'user/Observation.rs');
  await judge(session, { operation: 'listConsents', patientId });
  await judge(session, { operation: 'listAudit', limit: 1 });
}

/** Each near to one that would give observations. */
const ODD: readonly string[] = [
  'user/Observation.sr',
  'user/Observation.dus',
  'user/Observation.surc',
  'user/Observation.rr',
  'user/Observation.crudss',
  'user/Observation.rsx',
  'user/Observation.R',
  'user/Observation.RS',
  'user/Observation.READ',
  'user/Observation.reads',
  'user/Observation.readwrite',
  'user/Observation.read,write',
  'user/Observation.**',
  'user/Observation.*s',
  'user/Observation.r*',
  'user/Observation.',
  'user/Observation',
  'user/Observation.rs.cud',
  'user/Observation..rs',
  'user/Observation.r-s',
  'user/Observation:rs',
  'user/Observation.rs?category=laboratory',
  'user/Observation.rs?code=obs-1',
  'user/*.cruds?patient=1',
  'user/Observation.cruds?',
  'user/Observation.rs#1',
  'user/Observation/1.rs',
  'user//Observation.rs',
  '/user/Observation.rs',
  'user/Observation.rs/',
  'user/observation.rs',
  'user/OBSERVATION.rs',
  'user/Observations.rs',
  'user/Obs*.rs',
  'user/**.rs',
  'user/.rs',
  'user/Condition,Observation.rs',
  'user/Resource.rs',
  'user/constructor.rs',
  'user/Observation.constructor',
  'user/Observation.toString',
  'system/Observation.rs',
  'system/*.cruds',
  'system/*.*',
  'System/*.cruds',
  'User/Observation.rs',
  'USER/Observation.rs',
  'Patient/Observation.rs',
  'patients/Observation.rs',
  'practitioner/Observation.rs',
  'user:Observation.rs',
  'user.Observation.rs',
  'userObservation.rs',
  '*/*.*',
  '*/Observation.rs',
  '*',
  '*.*',
  'openid',
  'fhirUser',
  'launch/patient',
  'offline_access',
  'admin',
  'user/Consent.cruds',
  'user/AuditEvent.cruds',
];
const DRAWN_SCOPES = 15;

const oddScopesNeverWiden: Check = {
  id: 'odd-scopes-never-widen',
  isolation: 'shared',
  async run(context) {
    const judged = openJudgedWard(context);
    const patient = await judged.admit();
    const kept = await keep(judged, patient);
    const odd = [...ODD, ...drawn(context)];
    await Promise.all(
      odd.map(async (scope, index) => {
        // Alone it gives nothing; beside one that is as it should be, nothing more.
        const whole = index % 2 === 0 ? scope : `user/Condition.r ${scope}`;
        await judgeOdd(judged, patient, kept, whole);
        context.hit('scopes');
      }),
    );
  },
};

/** Rights of letters that are in no order, twice, or none. */
function drawn({ seed }: CheckContext): string[] {
  const rights = fc
    .array(fc.constantFrom(...'crudsCRUDS.*x'), { minLength: 1, maxLength: 6 })
    .map((letters) => `user/Observation.${letters.join('')}`)
    .filter((scope) => parseScope(scope) === undefined);
  return fc.sample(rights, { seed, numRuns: DRAWN_SCOPES });
}

async function judgeOdd(
  judged: JudgedWard,
  { patientId, physician }: Admitted,
  { observationId }: Kept,
  scope: string,
): Promise<void> {
  const { userId, credential } = physician;
  const { ward } = judged;
  const reply = await ward.tryLogin({ userId, credential, scope, patientId });
  if (reply.kind === 'refused') {
    refusedWith(`createSession with the scope "${scope}"`, reply, 'INVALID_SCOPE');
    return;
  }
  const person = { ...physician, authorization: reply.output.authorization };
  judged.note(person, { scope, patientId });
  const of = { patientId, purpose: 'TREAT' };
  const resource = clinicalResource('Observation', patientId, 'by an odd scope');
  const observation = { ...of, resourceType: 'Observation' } as const;
  const requests: RecordRequest[] = [
    { operation: 'accessRecord', ...of },
    { operation: 'readResource', ...observation, resourceId: observationId },
    { operation: 'searchResources', ...observation },
    { operation: 'putResource', ...observation, resourceId: ward.requestId(), resource },
  ];
  for (const request of requests) await judged.judge(person, request);
}

export const scopes: readonly Check[] = [scopesNarrow, oddScopesNeverWiden];
