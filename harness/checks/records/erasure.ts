/** EHR-ENC-03.a to .c: a patient whose key is destroyed is gone, everywhere, and nobody else is. */
import type { AuditRoot, ConsistencyProof, Disclosures } from '../../../spec/records/messages.d.ts';
import { NotApplicable } from '../check.ts';
import type { Check } from '../check.ts';
import { hold, holdSame } from '../kit/hold.ts';
import { refusedWith } from '../kit/replies.ts';
import { holdCanRestart, killAndRestart, restart } from '../kit/restart.ts';
import { readLog } from './auditEntries.ts';
import { copyData, putBack } from './dataCopy.ts';
import { holdErased, holdGone, shredded } from './erasedPatient.ts';
import { verifyConsistency } from './merkle.ts';
import { worldOf } from './outside.ts';
import { readsVersions } from './readsVersions.ts';
import { traffic } from './traffic.ts';
import { openWard } from './ward.ts';
import type { Ward } from './wardTypes.ts';
import { holdReadable, writeRecord } from './writtenRecord.ts';

const PATIENTS = 3;

const shreddedIsGone: Check = {
  id: 'shredded-is-gone',
  isolation: 'exclusive',
  needs: ['restart'],
  async run(context) {
    const { target, hit } = context;
    holdCanRestart(target);
    const ward = openWard(context.session());
    const world = worldOf(context);
    const everybody = await Promise.all(
      Array.from({ length: 2 * PATIENTS }, async () => {
        const patient = await ward.admit();
        const written = await writeRecord(ward, patient, 'to be forgotten, or not');
        const consentId = await ward.consent(patient, { type: 'permit' });
        const self = await ward.person('patient', { patientId: patient.patientId });
        return { patient, written, consentId, self };
      }),
    );
    const leaving = everybody.slice(0, PATIENTS);
    const staying = everybody.slice(PATIENTS);
    // One whose key is still there, which then opens nothing all the same.
    const slow = leaving[0]!.patient;
    await world.script('destroyKey', slow.patientId, [], { kind: 'silence' });
    const reply = await ward.shred(slow);
    if (reply.kind === 'refused') {
      await world.script('destroyKey', slow.patientId, []);
      await shredded(ward, slow);
    }
    for (const gone of leaving.slice(1)) await shredded(ward, gone.patient);
    for (const when of ['after the reply to shredPatient', 'after a restart']) {
      for (const [turn, gone] of leaving.entries()) await holdGone(ward, gone, when, turn);
      for (const { patient, written } of staying) {
        await holdReadable(ward, patient, written, `of another patient, ${when}`);
      }
      if (when === 'after a restart') break;
      await world.script('destroyKey', slow.patientId, []);
      await killAndRestart(target);
    }
    for (const { patient } of leaving) {
      await holdErased(ward, world, patient);
      hit('shredded');
    }
    hit('others', staying.length);
  },
};

const oldCopiesAreGone: Check = {
  id: 'old-copies-are-gone',
  isolation: 'exclusive',
  needs: ['restart'],
  async run(context) {
    const { target } = context;
    holdCanRestart(target);
    const { process } = target;
    if (!process) throw new NotApplicable('It has no process whose data could be copied.');
    const ward = openWard(context.session());
    const world = worldOf(context);
    const patient = await ward.admit();
    const other = await ward.admit();
    const [written] = await writeRecord(ward, patient, 'to be forgotten');
    const kept = await writeRecord(ward, other, 'to be kept');
    const condition = { resourceType: 'Condition', resourceId: written!.resourceId };
    await ward.officer();

    await target.kill();
    const copy = copyData(process.dataDir);
    try {
      await restart(target);
      await shredded(ward, patient);
      await holdErased(ward, world, patient);
      await target.kill();
      putBack(copy, process.dataDir);
      await restart(target);
    } finally {
      copy.remove();
    }
    const { patientId, physician } = patient;
    const of = { patientId, purpose: 'TREAT' };
    const version = { ...of, ...condition, versionId: '1' };
    const requests: [string, object][] = [
      ['readPatient', of],
      ['accessRecord', of],
      ['readResource', { ...of, ...condition }],
      ...((await readsVersions(ward)) ? [['readVersion', version] as [string, object]] : []),
      ['searchResources', { ...of, resourceType: 'Condition' }],
    ];
    for (const [operation, input] of requests) {
      const reply = await ward.ask(physician, operation, input);
      refusedWith(`${operation} on a copy of the data from before the erasure`, reply, 'ERASED');
    }
    await holdReadable(ward, other, kept, 'on the copy, of a patient who was not erased');
    context.hit('copies');
  },
};

const logSurvivesErasure: Check = {
  id: 'log-survives-erasure',
  isolation: 'shared',
  async run(context) {
    const ward = openWard(context.session());
    const officer = await ward.officer();
    const patient = await traffic(ward, 24);
    const { patientId } = patient;
    const registry = await ward.person('registry', {
      organizationId: `${ward.organizationId}.else`,
    });
    await ward.access(registry, patientId, { purpose: 'PUBHLTH' });
    await ward.declare(patient.physician, patientId);
    const entries = await readLog(ward, { patientId });
    const listed = await ward.must<Disclosures>(officer, 'listDisclosures', { patientId });
    const reviews = await ward.must(officer, 'listReviews', { patientId });
    const first = await ward.must<AuditRoot>(officer, 'getAuditRoot', {});

    await shredded(ward, patient);

    const later = await readLog(ward, { patientId });
    holdSame(
      later.slice(0, entries.length),
      entries,
      'The entries about a patient should stay as they were when the patient is erased.',
    );
    context.hit('entries', entries.length);
    await holdTreeGrew(ward, first);
    holdSame(
      await ward.must(officer, 'listDisclosures', { patientId }),
      listed,
      'The accounting of disclosures should stay as it was when the patient is erased.',
    );
    hold(
      listed.disclosures.length > 0,
      'A registry of another organisation was given something, and no disclosure is listed.',
    );
    holdSame(
      await ward.must(officer, 'listReviews', { patientId }),
      reviews,
      'The reviews of earlier emergencies should stay as they were when the patient is erased.',
    );
  },
};

/** The earlier tree is as it was, and a prefix of the present one. */
async function holdTreeGrew(ward: Ward, first: AuditRoot): Promise<void> {
  const officer = await ward.officer();
  const { treeSize: firstSize, rootHash: firstRoot } = first;
  const again = await ward.must<AuditRoot>(officer, 'getAuditRoot', { treeSize: firstSize });
  holdSame(again, first, 'The root of an earlier size should stay as it was across an erasure.');
  const { treeSize: secondSize, rootHash: secondRoot } = await ward.must<AuditRoot>(
    officer,
    'getAuditRoot',
    {},
  );
  const { path } = await ward.must<ConsistencyProof>(officer, 'getConsistencyProof', {
    firstSize,
    secondSize,
  });
  hold(
    verifyConsistency({ first: firstSize, second: secondSize, firstRoot, secondRoot, path }),
    'The consistency proof from before an erasure to after it does not verify.',
    'a path that leads to both roots',
    { path, firstRoot, secondRoot },
  );
}

export const erasure: readonly Check[] = [shreddedIsGone, oldCopiesAreGone, logSurvivesErasure];
