/** EHR-AUD-04: entries, alerts, deliveries, outside calls, refusals and the process's output hold no value of a record, no reason and no secret. */
import type { ClinicalResource, Observation } from '../../../spec/records/messages.d.ts';
import type { Check, CheckContext } from '../check.ts';
import { setImmediate as nextTurn, setTimeout as sleep } from 'node:timers/promises';
import { findSentinels } from '../scanForSentinels.ts';
import type { Sentinel } from '../scanForSentinels.ts';
import { hold } from '../kit/hold.ts';
import { okOutput, refusedWith } from '../kit/replies.ts';
import { readLog } from './auditEntries.ts';
import { etagOf } from './clinical.ts';
import { worldOf } from './outside.ts';
import { CLINICAL_TYPES, policy } from './policy.ts';
import { consentToAll, keepPatient, readEverything, readersOf } from './readers.ts';
import { asSentinels, plantResource } from './sentinels.ts';
import { openWard } from './ward.ts';
import type { Admitted, Person, Ward } from './wardTypes.ts';

/** For the deliveries of what has just happened; that they come is another requirement. */
const DELIVERY_MS = 500;
const REASON = 'zqreasonbcdfghjklm of an emergency';

/** A patient whose every value is planted, and everybody whose secret is. */
interface Planted {
  readonly patient: Admitted;
  readonly people: readonly Person[];
  readonly resources: readonly ClinicalResource[];
  readonly sentinels: readonly Sentinel[];
}

const noValuesInTheLog: Check = {
  id: 'no-values-in-the-log',
  isolation: 'shared',
  async run(context) {
    const { hit } = context;
    const world = worldOf(context);
    const ward = openWard(context.session());
    const planted = await traffic(context, ward);
    const { patient, sentinels } = planted;
    hit('planted', sentinels.length);
    await refusals(ward, planted, () => undefined);
    okOutput('rotateKey', await ward.rotate(patient, 'wrapping'));
    okOutput('rotateKey', await ward.rotate(patient, 'data'));
    await sleep(DELIVERY_MS);
    const look = async (document: unknown, what: string): Promise<void> => {
      // Beside this check others wait for replies.
      await nextTurn();
      const [found] = findSentinels(Buffer.from(JSON.stringify(document)), sentinels);
      hold(
        found === undefined,
        `${what} holds ${found?.sentinel} (${found?.form}).`,
        'ids, codes and names of elements',
        document,
      );
      hit('documents');
    };
    const { patientId, organizationId } = patient;
    for (const { event } of await readLog(ward, { patientId })) await look(event, 'An audit entry');
    // Those of a log-in are about no patient.
    const logins = ward.sent.filter(({ operation }) => operation === 'createSession');
    for (const { requestId } of logins) {
      const entries = await readLog(ward, { ofRequestId: requestId });
      for (const { event } of entries) await look(event, 'The audit entry of a log-in');
    }
    for (const alert of await world.alerts(organizationId)) await look(alert, 'An alert');
    for (const entry of await world.entries(organizationId))
      await look(entry.event, 'A delivered entry');
    for (const call of await world.calls(patientId)) await look(call, 'A call to the key service');
    for (const call of await world.calls(organizationId, ['receiveAlert']))
      await look(call, 'An alert');
  },
};

const noValuesInRefusals: Check = {
  id: 'no-values-in-refusals',
  // Its own process: what others write to its output is theirs.
  isolation: 'exclusive',
  async run(context) {
    const { hit, target } = context;
    const ward = openWard(context.session());
    const planted = await traffic(context, ward);
    const tokens = planted.people.map(({ authorization, role }): Sentinel => ({
      name: `the token of a ${role}`,
      text: authorization.replace(/^Bearer /, ''),
    }));
    const secrets = [...planted.sentinels, ...tokens];
    const look = (bytes: Buffer, what: string): void => {
      const [found] = findSentinels(bytes, secrets);
      hold(found === undefined, `${what} holds ${found?.sentinel} (${found?.form}).`, '', {
        offset: found?.offset,
      });
      hit('bytes', bytes.length);
    };
    await refusals(ward, planted, (reply, what) => {
      look(Buffer.from(JSON.stringify(reply)), what);
      hit('refusals');
    });
    const output = target.process?.output();
    if (output !== undefined) look(Buffer.from(output), 'What the process wrote to its output');
  },
};

/** Writes, reads, emergencies and critical results, with planted values in all of them. */
async function traffic({ seed }: CheckContext, ward: Ward): Promise<Planted> {
  const patient = await ward.admit();
  await consentToAll(ward, patient);
  const { physician, patientId } = patient;
  const whole = plantResource('Patient', patient, seed, 'values');
  const planted = CLINICAL_TYPES.map((type) => plantResource(type, patient, seed, 'values'));
  const critical = plantResource('Observation', patient, seed, 'critical');
  const { system, codes } = policy.criticalInterpretations;
  const alarming: Observation = {
    ...critical.resource,
    interpretation: [{ coding: [{ system, code: codes[0]! }] }],
  };
  const resources: ClinicalResource[] = [...planted.map(({ resource }) => resource), alarming];
  const keptPatient = await keepPatient(ward, patient, whole.resource);
  const kept = await Promise.all(
    resources.map(async (written) => {
      const { id, lastUpdated } = okOutput('put', await ward.put(physician, patientId, written));
      return { id, lastUpdated, written };
    }),
  );
  const readers = await readersOf(ward, patient);
  for (const reader of readers) {
    for (const { operation, reply } of await readEverything(ward, reader, patientId, [
      keptPatient,
      ...kept,
    ])) {
      okOutput(operation, reply);
    }
  }
  const nurse = readers.find(({ rule }) => rule.role === 'nurse')!.person;
  okOutput('declareBreakGlass', await ward.declare(nurse, patientId, { reason: REASON }));
  const people = [physician, ...readers.map(({ person }) => person)];
  return {
    patient,
    people,
    resources,
    sentinels: [
      // The interpretation of the critical result is not the planted one.
      ...asSentinels(
        [whole, ...planted, critical]
          .flatMap(({ sentinels }) => sentinels)
          .filter(({ element, value }) => {
            const isReplaced = element === 'Observation.interpretation';
            return !isReplaced || JSON.stringify(resources).includes(value);
          }),
      ),
      ...people.map(({ credential, role }) => ({
        name: `the credential of a ${role}`,
        text: credential,
      })),
      { name: 'the reason of an emergency', text: REASON.split(' ')[0]! },
    ],
  };
}

/** Requests that are refused although, or because, there are secrets in them. */
async function refusals(
  ward: Ward,
  { patient, people, resources }: Planted,
  look: (reply: unknown, what: string) => void,
): Promise<void> {
  const { patientId, physician } = patient;
  const stranger = await ward.person('physician');
  const refused = async (
    person: Person | undefined,
    operation: string,
    input: object,
    ...codes: string[]
  ): Promise<void> => {
    const reply = await ward.ask(person, operation, { patientId, ...input });
    refusedWith(operation, reply, ...codes);
    look(reply, `${operation}, refused with ${codes.join(' or ')},`);
  };
  const malformed = async (person: Person, operation: string, input: object): Promise<void> => {
    const answer = await ward.session.raw(operation, {
      authorization: person.authorization,
      requestId: ward.requestId(),
      patientId,
      ...input,
    });
    hold(
      answer.kind === 'refused',
      `${operation} with an input that is not its message's should be refused.`,
      'INVALID_REQUEST',
      answer,
    );
    look(answer, `${operation}, refused with ${answer.problem.code},`);
  };
  for (const resource of resources) {
    const { resourceType } = resource;
    const put = { resourceType, resourceId: 'refused-1', purpose: 'TREAT', resource };
    await refused(stranger, 'putResource', put, 'ACCESS_DENIED');
    await refused(physician, 'putResource', { ...put, ifMatch: etagOf(9) }, 'VERSION_MISMATCH');
    // Not the message's shape.
    await malformed(physician, 'putResource', {
      ...put,
      resource: { ...resource, surprise: true },
    });
    await refused(stranger, 'accessRecord', { purpose: 'TREAT' }, 'ACCESS_DENIED');
  }
  await malformed(stranger, 'declareBreakGlass', {
    grantId: ward.id('too-long'),
    purpose: 'ETREAT',
    reason: REASON,
    durationMs: policy.breakGlass.maxDurationMs + 1,
  });
  const [first, second] = people as [Person, Person];
  const login = await ward.tryLogin({ userId: first.userId, credential: second.credential });
  refusedWith('createSession', login, 'NOT_AUTHENTICATED');
  look(login, 'createSession, refused with NOT_AUTHENTICATED,');
  await refused(
    { ...first, authorization: `${first.authorization}x` },
    'accessRecord',
    { purpose: 'TREAT' },
    'NOT_AUTHENTICATED',
    'SESSION_EXPIRED',
  );
}

export const noValues: readonly Check[] = [noValuesInTheLog, noValuesInRefusals];
