/** EHR-ENC-02: keys change, and everything stays readable. */
import type { Ciphertexts, Keys } from '../../../spec/records/messages.d.ts';
import type { Check } from '../check.ts';
import { hold, holdSame } from '../kit/hold.ts';
import { okOutput } from '../kit/replies.ts';
import { holdCanRestart, killAndRestart } from '../kit/restart.ts';
import { worldOf } from './outside.ts';
import { openWard } from './ward.ts';
import type { Admitted, Ward } from './wardTypes.ts';
import { holdReadable, writeRecord } from './writtenRecord.ts';
import type { WrittenVersion } from './writtenRecord.ts';
import type { RecordsWorld } from './worldQuestions.ts';

const ROTATIONS = 3;

const wrappingKeyRotates: Check = {
  id: 'wrapping-key-rotates',
  isolation: 'exclusive',
  needs: ['restart'],
  async run(context) {
    const { target } = context;
    holdCanRestart(target);
    const ward = openWard(context.session());
    const world = worldOf(context);
    const patient = await ward.admit();
    const { patientId } = patient;
    // Under two data keys: each of them is to be wrapped anew.
    const written = await writeRecord(ward, patient, 'under the first data key');
    await rotated(ward, patient, 'data');
    written.push(...(await writeRecord(ward, patient, 'under the second data key')));

    for (let rotation = 0; rotation < ROTATIONS; rotation += 1) {
      const before = await ward.keys(patient);
      const after = await rotated(ward, patient, 'wrapping');
      holdSame(
        after,
        { ...before, wrappingKeyVersion: before.wrappingKeyVersion + 1 },
        'rotateKey wrapping should begin a new version of the wrapping key, and change nothing else.',
      );
      const key = await world.key(patientId);
      hold(
        key?.keyVersion === after.wrappingKeyVersion,
        `rotateKey says that the wrapping key has the version ${after.wrappingKeyVersion}; the key service has ${key?.keyVersion}.`,
        after.wrappingKeyVersion,
        key,
      );
      context.hit('rotations');
      await world.refuseOldVersions(patientId);
      const when = 'while the key service unwraps nothing of earlier versions';
      await holdReadable(ward, patient, written, when);
      await killAndRestart(target);
      context.hit('read', await holdReadable(ward, patient, written, `${when}, after a restart`));
      written.push(...(await writeRecord(ward, patient, `after rotation ${rotation}`)));
    }
  },
};

const dataKeyRotates: Check = {
  id: 'data-key-rotates',
  isolation: 'exclusive',
  needs: ['restart'],
  async run(context) {
    const { target } = context;
    holdCanRestart(target);
    const ward = openWard(context.session());
    const world = worldOf(context);
    const patient = await ward.admit();
    const written = await writeRecord(ward, patient, 'before any rotation');
    for (let rotation = 0; rotation < ROTATIONS; rotation += 1) {
      const before = await ward.keys(patient);
      const known = await dataKeysOf(world, patient);
      const after = await rotated(ward, patient, 'data');
      holdSame(
        after,
        { ...before, dataKeyVersion: before.dataKeyVersion + 1 },
        'rotateKey data should begin a new data key, and change nothing else.',
      );
      const later = await writeRecord(ward, patient, `after rotation ${rotation}`);
      const isNew = [...(await dataKeysOf(world, patient))].some((key) => !known.has(key));
      hold(
        isNew,
        'After rotateKey data something was written, and the key service was given no new data key to wrap.',
        'a new data key',
        0,
      );
      if (target.capabilities.has('ciphertext-export')) {
        await holdUnder(ward, patient, later, after.dataKeyVersion);
      }
      context.hit('rotations');
      written.push(...later);
      await holdReadable(ward, patient, written, 'after a rotation of the data key');
      const standing = await ward.keys(patient);
      await killAndRestart(target);
      const when = 'after a rotation of the data key and a restart';
      context.hit('read', await holdReadable(ward, patient, written, when));
      holdSame(
        await ward.keys(patient),
        standing,
        'The keys of a patient should survive a restart.',
      );
    }
  },
};

async function rotated(ward: Ward, patient: Admitted, scope: 'wrapping' | 'data'): Promise<Keys> {
  return okOutput(`rotateKey ${scope}`, await ward.rotate(patient, scope));
}

/** As the key service was given them. */
async function dataKeysOf(world: RecordsWorld, { patientId }: Admitted): Promise<Set<string>> {
  const calls = await world.calls(patientId, ['wrapKey']);
  return new Set(calls.map(({ input }) => String(input['plaintext'])));
}

/** Under that data key or a later one: there may be more of them than rotations. */
async function holdUnder(
  ward: Ward,
  { patientId }: Admitted,
  written: readonly WrittenVersion[],
  dataKeyVersion: number,
): Promise<void> {
  const output = await ward.session.call('exportCiphertexts', { patientId });
  const { records } = output as unknown as Ciphertexts;
  for (const { resourceId, versionId, resource } of written) {
    const record = records.find(
      (each) =>
        each.resourceType === resource.resourceType &&
        each.resourceId === resourceId &&
        each.versionId === versionId,
    );
    hold(
      record !== undefined && record.dataKeyVersion >= dataKeyVersion,
      `What is written after rotateKey data should be kept under the data key ${dataKeyVersion} or a later one.`,
      dataKeyVersion,
      record,
    );
  }
}

export const rotation: readonly Check[] = [wrappingKeyRotates, dataKeyRotates];
