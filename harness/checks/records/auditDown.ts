/** EHR-AUD-02: what cannot be recorded is not shown, and not done. */
import type { Target } from '../../target/target.ts';
import type { Check } from '../check.ts';
import { hold } from '../kit/hold.ts';
import { holdCanRestart, killAndRestart } from '../kit/restart.ts';
import { sendUnwritable, untilWritable } from '../kit/unwritableStore.ts';
import type { Command, LimitFiles, Sent } from '../kit/unwritableStore.ts';
import { entriesOfRequest, parseEntry } from './auditEntries.ts';
import { clinicalResource } from './clinical.ts';
import { openWard } from './ward.ts';
import type { Admitted, Person, Ward } from './wardTypes.ts';

/** Stands in the record, and in no refusal. */
const NOTED = 'seldom-noted-remark';

export function auditDown(limitFiles: LimitFiles): Check {
  return {
    id: 'no-audit-no-access',
    isolation: 'exclusive',
    needs: ['restart'],
    async run(context) {
      const { target } = context;
      holdCanRestart(target);
      const ward = openWard(context.session());
      const patient = await ward.admit();
      const { patientId, physician } = patient;
      const resource = clinicalResource('Condition', patientId, NOTED);
      await ward.write(physician, patientId, resource);
      const stranger = await ward.person('physician', {
        organizationId: `${ward.organizationId}.else`,
      });
      const store = {
        ...{ session: ward.session, target, code: 'AUDIT_UNAVAILABLE' },
        waveOf: () => waveOf(ward, patient, stranger),
      };

      const sent = await sendUnwritable({ ...store, limitFiles });
      context.hit('refused', sent.filter(isRefused).length);
      for (const each of sent) holdHidden(each);
      await untilWritable(
        async () => (await ward.access(physician, patientId)).kind === 'ok',
        () => killAndRestart(target),
      );
      await holdDone(ward, patient, sent);

      // Killed before files can be written again: what was answered has its entry by then.
      const killed = await sendUnwritable({ ...store, limitFiles: healedByKill(limitFiles) });
      context.hit('refused', killed.filter(isRefused).length);
      for (const each of killed) holdHidden(each);
      await holdDone(ward, patient, [...sent, ...killed]);
    },
  };
}

/** The limit ends with the process that has it. */
function healedByKill(limitFiles: LimitFiles): LimitFiles {
  return async (target: Target, bytes) => {
    const fault = await limitFiles(target, bytes);
    return {
      ...fault,
      async heal() {
        await killAndRestart(target);
        return fault.heal();
      },
    };
  };
}

function waveOf(ward: Ward, patient: Admitted, stranger: Person): Command[] {
  const { patientId, physician } = patient;
  const by = (person: Person, operation: string, input: object): Command => ({
    operation,
    input: { ...input, authorization: person.authorization, requestId: ward.requestId() },
  });
  const of = { patientId, purpose: 'TREAT' };
  return [
    by(physician, 'accessRecord', of),
    by(physician, 'putResource', {
      ...{ ...of, resourceType: 'Condition', resourceId: ward.requestId() },
      resource: clinicalResource('Condition', patientId, NOTED),
    }),
    by(stranger, 'declareBreakGlass', {
      ...{ patientId, grantId: ward.requestId(), purpose: 'ETREAT', reason: 'found in the street' },
    }),
    by(physician, 'searchResources', { ...of, resourceType: 'Condition' }),
    by(physician, 'readPatient', of),
  ];
}

function isRefused({ answer }: Sent): boolean {
  return answer.kind === 'refused';
}

function holdHidden({ operation, answer }: Sent): void {
  if (answer.kind !== 'refused') return;
  hold(
    !JSON.stringify([answer.problem, answer.headers]).includes(NOTED),
    `${operation} was refused with AUDIT_UNAVAILABLE, and the refusal shows what stands in the record.`,
    'nothing of the record',
    answer,
  );
}

/** What was answered has its entry, and what was refused left nothing. */
async function holdDone(ward: Ward, patient: Admitted, sent: readonly Sent[]): Promise<void> {
  const officer = await ward.officer();
  const { patientId, physician } = patient;
  const { reviews } = await ward.must<{ reviews: { grantId: string }[] }>(officer, 'listReviews', {
    patientId,
  });
  const grants = new Set(reviews.map(({ grantId }) => grantId));
  for (const { operation, input, answer } of sent) {
    const isDone = answer.kind === 'ok';
    if (isDone) await holdEntry(ward, operation, String(input['requestId']));
    const isThere =
      operation === 'putResource'
        ? await isKept(ward, physician, patientId, String(input['resourceId']))
        : operation === 'declareBreakGlass' && grants.has(String(input['grantId']));
    const isWrite = operation === 'putResource' || operation === 'declareBreakGlass';
    hold(
      !isWrite || isThere === isDone,
      isDone
        ? `While no file could be written ${operation} was answered, and what it did is gone afterwards.`
        : `While no file could be written ${operation} was refused with AUDIT_UNAVAILABLE, and what it asked for is there afterwards.`,
      isDone ? 'what was acknowledged' : 'nothing',
      input,
    );
  }
}

async function holdEntry(ward: Ward, operation: string, requestId: string): Promise<void> {
  const entries = await entriesOfRequest(ward, requestId);
  const done = entries.filter(({ event }) => {
    const said = parseEntry(event);
    return said.operation === operation && said.outcome === '0';
  });
  hold(
    done.length === 1,
    `While no file could be written ${operation} was answered, and afterwards the log has ${done.length} entries that say so: what cannot be recorded is not to be shown.`,
    1,
    entries,
  );
}

async function isKept(
  ward: Ward,
  by: Person,
  patientId: string,
  resourceId: string,
): Promise<boolean> {
  return (await ward.read(by, patientId, 'Condition', resourceId)).kind === 'ok';
}
