/** EHR-AUD-01.c, .d: an entry is there before its reply, and a write and its entry are there together, whenever the system is killed. */
import type { Answer, JsonObject, Target } from '../../target/target.ts';
import type { Check } from '../check.ts';
import { hold } from '../kit/hold.ts';
import { afterAnswers, killInFlight } from '../kit/killInFlight.ts';
import { holdCanRestart } from '../kit/restart.ts';
import { entriesOfRequest, outcomeOf, parseEntry } from './auditEntries.ts';
import type { ParsedEntry } from './auditEntries.ts';
import { clinicalResource, etagOf } from './clinical.ts';
import { consentOf } from './consents.ts';
import { carriedOut } from './recorded.ts';
import { openWard } from './ward.ts';
import type { Admitted, Person, Ward } from './wardTypes.ts';

interface Request {
  readonly operation: string;
  readonly input: JsonObject & { readonly requestId: string };
}

const KILLS = 6;
const REPLY_WAVE = 18;
/** The kill comes when so many were answered. */
const MIN_REPLIES = 10;
const WRITE_WAVE = 15;
const MIN_WRITES = 4;

const replyImpliesEntry: Check = {
  id: 'reply-implies-entry',
  isolation: 'exclusive',
  needs: ['restart'],
  async run(context) {
    const { target } = context;
    holdCanRestart(target);
    const ward = openWard(context.session());
    const patient = await ward.admit();
    const { patientId, physician } = patient;
    await ward.write(physician, patientId, clinicalResource('Condition', patientId));
    const stranger = await ward.person('physician', {
      organizationId: `${ward.organizationId}.else`,
    });
    for (let kill = 0; kill < KILLS; kill += 1) {
      // Now among others, now alone: nothing that comes after it brings it to the disk.
      const isQuiet = kill % 2 === 1;
      const wave = Array.from({ length: isQuiet ? 1 : REPLY_WAVE }, (_, index) =>
        anyRequest(ward, patient, stranger, isQuiet ? kill : index),
      );
      const answers = await sentAndKilled(ward, target, wave, isQuiet ? 1 : MIN_REPLIES);
      context.hit('kills');
      for (const [index, request] of wave.entries()) {
        const answer = answers[index];
        if (answer?.kind !== 'ok' && answer?.kind !== 'refused') continue;
        const code = answer.kind === 'refused' ? answer.problem.code : undefined;
        if (code === 'OVERLOADED') continue;
        await holdEntry(ward, request, code);
        context.hit('replies');
      }
    }
  },
};

const writeAndEntry: Check = {
  id: 'write-and-entry',
  isolation: 'exclusive',
  needs: ['restart'],
  async run(context) {
    const { target } = context;
    holdCanRestart(target);
    const ward = openWard(context.session());
    const patient = await ward.admit();
    const { patientId, physician } = patient;
    const resourceId = ward.id('often-written');
    const resource = clinicalResource('Condition', patientId);
    await ward.write(physician, patientId, resource, { resourceId });
    const officer = await ward.officer();
    for (let kill = 0; kill < KILLS / 2; kill += 1) {
      const version = await presentVersion(ward, patient, resourceId);
      const wave = Array.from({ length: WRITE_WAVE }, (_, index) =>
        anyWrite(ward, patient, officer, index === 0 ? { resourceId, version } : index),
      );
      const answers = await sentAndKilled(ward, target, wave, MIN_WRITES);
      context.hit('kills');
      for (const [index, request] of wave.entries()) {
        await holdTogether(ward, patient, request, answers[index]);
        context.hit('writes');
      }
    }
  },
};

async function sentAndKilled(
  { session }: Ward,
  target: Target,
  wave: readonly Request[],
  minReplies: number,
): Promise<Answer[]> {
  const sends = wave.map(
    ({ operation, input }) =>
      () =>
        session.raw(operation, input),
  );
  const { answers } = await killInFlight(target, sends, afterAnswers(minReplies));
  return answers;
}

/** Reads, writes and refusals in turn. */
function anyRequest(ward: Ward, patient: Admitted, stranger: Person, index: number): Request {
  const { patientId, physician } = patient;
  const of = { patientId, purpose: 'TREAT' };
  switch (index % 5) {
    case 0:
      return writeOf(ward, patient);
    case 1:
      return request(ward, physician, 'accessRecord', of);
    case 2:
      return request(ward, stranger, 'readPatient', of);
    case 3:
      return request(ward, physician, 'readPatient', of);
    default:
      return request(ward, physician, 'searchResources', { ...of, resourceType: 'Condition' });
  }
}

/** New resources and consents in turn, or the next version of what is there. */
function anyWrite(
  ward: Ward,
  patient: Admitted,
  officer: Person,
  what: number | { readonly resourceId: string; readonly version: number },
): Request {
  if (typeof what === 'object') {
    return writeOf(ward, patient, { resourceId: what.resourceId, ifMatch: etagOf(what.version) });
  }
  if (what % 3 > 0) return writeOf(ward, patient);
  const { patientId } = patient;
  const resource = consentOf(patientId, { type: 'permit' }) as unknown as JsonObject;
  return request(ward, officer, 'putConsent', { patientId, consentId: ward.requestId(), resource });
}

function writeOf(ward: Ward, { patientId, physician }: Admitted, more: object = {}): Request {
  return request(ward, physician, 'putResource', {
    ...{ patientId, purpose: 'TREAT', resourceType: 'Condition' },
    // As unique as a request id, and of the same characters.
    resourceId: ward.requestId(),
    resource: clinicalResource('Condition', patientId),
    ...more,
  });
}

function request(ward: Ward, { authorization }: Person, operation: string, input: object): Request {
  return { operation, input: { ...input, authorization, requestId: ward.requestId() } };
}

async function entriesSaying(ward: Ward, requestId: string): Promise<ParsedEntry[]> {
  const entries = carriedOut(await entriesOfRequest(ward, requestId));
  return entries.map(({ event }) => parseEntry(event));
}

async function holdEntry(
  ward: Ward,
  { operation, input }: Request,
  code: string | undefined,
): Promise<void> {
  const said = await entriesSaying(ward, input.requestId);
  const outcome = outcomeOf(code);
  hold(
    said.length === 1 && said[0]?.outcome === outcome,
    `${operation} was ${code === undefined ? 'answered' : `refused with ${code}`} just before SIGKILL; after the restart the log should have one entry of it with the outcome ${outcome}.`,
    [{ operation, outcome }],
    said,
  );
}

async function holdTogether(
  ward: Ward,
  patient: Admitted,
  { operation, input }: Request,
  answer: Answer | undefined,
): Promise<void> {
  const said = await entriesSaying(ward, input.requestId);
  const done = said.filter(({ outcome }) => outcome === '0').length;
  const isThere = await isWritten(ward, patient, input);
  hold(
    done === (isThere ? 1 : 0),
    `After SIGKILL and a restart a ${operation} ${isThere ? 'is there' : 'is not there'}, and the log has ${done} entries that say it was done.`,
    isThere ? 1 : 0,
    said,
  );
  hold(
    isThere || answer?.kind !== 'ok',
    `A ${operation} was answered just before SIGKILL; after the restart neither it nor its entry is there.`,
    'the write and its entry',
    answer,
  );
}

async function isWritten(ward: Ward, patient: Admitted, input: JsonObject): Promise<boolean> {
  const { consentId, resourceId, ifMatch } = input;
  if (typeof consentId === 'string') {
    const { consents } = await ward.listConsents(patient);
    return consents.some((consent) => consent.consentId === consentId);
  }
  const version = ifMatch === undefined ? 1 : Number(/\d+/.exec(String(ifMatch))?.[0]) + 1;
  return (await presentVersion(ward, patient, String(resourceId))) >= version;
}

async function presentVersion(
  ward: Ward,
  { patientId, physician }: Admitted,
  resourceId: string,
): Promise<number> {
  const reply = await ward.read(physician, patientId, 'Condition', resourceId);
  return reply.kind === 'ok' ? Number(reply.output.meta.versionId) : 0;
}

export const killedReplies: readonly Check[] = [replyImpliesEntry, writeAndEntry];
