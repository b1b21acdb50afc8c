/** EHR-ENC-01: what is kept of a patient cannot be read where it lies, and each patient has keys of their own. */
import type { JsonObject, TargetProcess } from '../../target/target.ts';
import { CouldNotRun, NotApplicable } from '../check.ts';
import type { Check } from '../check.ts';
import { scanForSentinels } from '../scanForSentinels.ts';
import type { Sentinel } from '../scanForSentinels.ts';
import { hold } from '../kit/hold.ts';
import { okOutput } from '../kit/replies.ts';
import { holdCanRestart, restart } from '../kit/restart.ts';
import { clinicalResource, etagOf } from './clinical.ts';
import { wardClock } from './clock.ts';
import { worldOf } from './outside.ts';
import { CLINICAL_TYPES, policy } from './policy.ts';
import { keepPatient } from './readers.ts';
import { asSentinels, plantResource } from './sentinels.ts';
import { openWard } from './ward.ts';
import type { Admitted, Person, Ward } from './wardTypes.ts';
import type { KeyOperationName, RecordsWorld, SeenCall } from './worldQuestions.ts';

const IN_FLIGHT = 6;

const noPlaintextAtRest: Check = {
  id: 'no-plaintext-at-rest',
  isolation: 'exclusive',
  async run(context) {
    const { target, seed, hit } = context;
    holdCanRestart(target);
    const { process } = target;
    if (!process) throw new NotApplicable('It has no process whose data could be looked through.');
    const ward = openWard(context.session());
    const patient = await ward.admit();
    const nurse = await ward.person('nurse');
    await ward.setCareTeam(patient, [patient.physician, nurse]);
    const kept = await keepPlanted(ward, patient, seed);
    await readAll(ward, patient, nurse);
    const people = [patient.physician, nurse, await ward.officer()];
    const inFlight = plantResource('Condition', patient, seed, 'in flight');
    const sentinels = [...kept, ...asSentinels(inFlight.sentinels), ...people.flatMap(secretsOf)];
    hit('planted', sentinels.length);
    holdUnreadable(process, sentinels, 'while it runs');

    const sends = Array.from({ length: IN_FLIGHT }, () =>
      ward.session.raw('putResource', {
        ...{ authorization: patient.physician.authorization, requestId: ward.requestId() },
        ...{ patientId: patient.patientId, purpose: 'TREAT', resourceType: 'Condition' },
        resourceId: ward.requestId(),
        resource: inFlight.resource as unknown as JsonObject,
      }),
    );
    await Promise.race(sends);
    await target.kill();
    await Promise.all(sends);
    hit('bytes', holdUnreadable(process, sentinels, 'after SIGKILL'));

    if (!target.capabilities.has('restart')) return;
    await restart(target);
    await readAll(ward, patient, nurse);
    holdUnreadable(process, sentinels, 'after SIGKILL and a restart');
  },
};

/** Every element of every type, in two versions. */
async function keepPlanted(ward: Ward, patient: Admitted, seed: number): Promise<Sentinel[]> {
  const { patientId, physician } = patient;
  const whole = plantResource('Patient', patient, seed, 'first');
  await keepPatient(ward, patient, whole.resource);
  const sentinels = [...whole.sentinels];
  for (const type of CLINICAL_TYPES) {
    const first = plantResource(type, patient, seed, 'first');
    const second = plantResource(type, patient, seed, 'second');
    const resourceId = await ward.write(physician, patientId, first.resource);
    const more = { resourceId, ifMatch: etagOf(1) };
    await ward.write(physician, patientId, second.resource, more);
    sentinels.push(...first.sentinels, ...second.sentinels);
  }
  return asSentinels(sentinels);
}

/** Whoever keeps what was read, to have it sooner, keeps it too. */
async function readAll(ward: Ward, { patientId, physician }: Admitted, nurse: Person) {
  for (const person of [physician, nurse]) {
    okOutput('accessRecord', await ward.access(person, patientId));
  }
}

function secretsOf({ role, credential, authorization }: Person): Sentinel[] {
  return [
    { name: `the credential of a ${role}`, text: credential },
    { name: `the token of a ${role}`, text: authorization.replace(/^Bearer /, '') },
  ];
}

/** @returns how many bytes of the data directory were read */
function holdUnreadable(
  { dataDir }: TargetProcess,
  sentinels: readonly Sentinel[],
  when: string,
): number {
  const { findings, bytes, leftOut } = scanForSentinels(dataDir, sentinels);
  const [found] = findings;
  hold(
    found === undefined,
    `The file ${found?.file} of the data directory, read ${when}, holds ${found?.sentinel} (${found?.form}, at byte ${found?.offset}).`,
    'no value of a record, no credential and no token',
    findings,
  );
  if (leftOut.length === 0) return bytes;
  throw new CouldNotRun(`Not all of the data directory could be read: ${leftOut.join(' ')}`);
}

const PATIENTS = 6;
const ROUNDS = 7;
const KEY_OPERATIONS: readonly KeyOperationName[] = [
  'createKey',
  'getKey',
  'wrapKey',
  'unwrapKey',
  'rotateWrappingKey',
  'destroyKey',
];

const ownKeyOnly: Check = {
  id: 'own-key-only',
  isolation: 'exclusive',
  needs: ['virtual-clock'],
  async run(context) {
    const ward = openWard(context.session());
    const world = worldOf(context);
    const clock = wardClock(context);
    const { hit } = context;
    const patients: Admitted[] = [];
    const conditions = new Map<Admitted, string>();
    for (let count = 0; count < PATIENTS; count += 1) {
      const patient = await ward.admit();
      patients.push(patient);
      const { patientId, physician } = patient;
      const condition = clinicalResource('Condition', patientId);
      conditions.set(patient, await ward.write(physician, patientId, condition));
      hit('patients');
    }
    for (const patient of patients) await holdOwnKey(world, patient);
    await holdOwnDataKeys(world, patients);

    let previous = patients.at(-1);
    for (let round = 0; round < ROUNDS; round += 1) {
      for (const patient of patients) {
        const before = await world.callCount();
        // No key is kept any longer.
        await clock.advance(ward, policy.keys.maxPlaintextKeyAgeMs + 1);
        await anyRequest(ward, patient, String(conditions.get(patient)), round);
        const calls = await world.allCallsSince(before, KEY_OPERATIONS);
        // What a reply did not wait for may come after it.
        holdAbout(calls, patients, [patient, previous]);
        hit('requests');
        previous = patient;
      }
    }
  },
};

async function anyRequest(
  ward: Ward,
  { patientId, physician }: Admitted,
  resourceId: string,
  round: number,
): Promise<void> {
  const of = { patientId, purpose: 'TREAT', resourceType: 'Condition' };
  switch (round % 4) {
    case 0:
      await ward.must(physician, 'readResource', { ...of, resourceId });
      return;
    case 1:
      await ward.must(physician, 'accessRecord', { patientId, purpose: 'TREAT' });
      return;
    case 2:
      await ward.write(physician, patientId, clinicalResource('Observation', patientId));
      return;
    default:
      await ward.must(physician, 'searchResources', of);
  }
}

async function holdOwnKey(world: RecordsWorld, { patientId }: Admitted): Promise<void> {
  const key = await world.key(patientId);
  hold(
    key?.state === 'enabled',
    `A patient is registered, and the key service has no wrapping key of theirs.`,
    { patientId, state: 'enabled' },
    key,
  );
}

/** As the key service was given them to be wrapped. */
async function holdOwnDataKeys(world: RecordsWorld, patients: readonly Admitted[]): Promise<void> {
  const ownerOf = new Map<string, string>();
  for (const { patientId } of patients) {
    const wrapped = await world.calls(patientId, ['wrapKey']);
    hold(
      wrapped.length > 0,
      'A resource of a patient was written, and no data key was wrapped by the wrapping key of that patient.',
      'a call of wrapKey',
      wrapped,
    );
    for (const { input } of wrapped) {
      const plaintext = String(input['plaintext']);
      const owner = ownerOf.get(plaintext) ?? patientId;
      hold(
        owner === patientId,
        `One data key was wrapped for the patients ${owner} and ${patientId}.`,
        'a data key of their own for each',
        [owner, patientId],
      );
      ownerOf.set(plaintext, patientId);
    }
  }
}

function holdAbout(
  calls: readonly SeenCall[],
  patients: readonly Admitted[],
  allowed: readonly (Admitted | undefined)[],
): void {
  const others = patients
    .filter((patient) => !allowed.includes(patient))
    .map(({ patientId }) => patientId);
  const wrong = calls.find(({ input }) => others.includes(String(input['patientId'])));
  hold(
    wrong === undefined,
    `A request about one patient, and no other, was followed by ${wrong?.operation} about another one.`,
    `calls about ${allowed[0]?.patientId}`,
    wrong,
  );
}

export const atRest: readonly Check[] = [noPlaintextAtRest, ownKeyOnly];
