/** EHR-ENC-05: each write is sealed by AES-256-GCM to its place. */
import type { Ciphertexts, ClinicalResource, Patient } from '../../../spec/records/messages.d.ts';
import { CouldNotRun, NotApplicable } from '../check.ts';
import type { Check, CheckContext } from '../check.ts';
import { hold, holdSame } from '../kit/hold.ts';
import { okOutput } from '../kit/replies.ts';
import { afterAnswers, killInFlight } from '../kit/killInFlight.ts';
import { holdCanRestart } from '../kit/restart.ts';
import { clinicalResource, etagOf } from './clinical.ts';
import { partsOnDisk } from './keptBytes.ts';
import { dataKeysOf, exportOf, holdAsWritten, openRecord, placeOf } from './exported.ts';
import { worldOf } from './outside.ts';
import { generateResource } from './patients.ts';
import { CLINICAL_TYPES } from './policy.ts';
import { sendRaw } from './sendRaw.ts';
import { openWard } from './ward.ts';
import { patientResource } from './wardResources.ts';
import type { Admitted, Ward } from './wardTypes.ts';

const PATIENTS = 2;
const VERSIONS = 3;
const WAVES = 2;
/** Of each patient. */
const WRITES_OF_A_WAVE = 12;
const ANSWERS_BEFORE_KILL = 15;
/** Of a ciphertext's parts: a database may cut some of them at the end of a page. */
const KEPT_SHARE = 0.5;

type Writings = Map<string, Patient | ClinicalResource>;

const sealedToItsPlace: Check = {
  id: 'sealed-to-its-place',
  isolation: 'shared',
  needs: ['ciphertext-export'],
  async run(context) {
    const world = worldOf(context);
    const ward = openWard(context.session());
    const patients = Array.from({ length: PATIENTS }, async () => {
      const patient = await ward.admit();
      const { patientId } = patient;
      const written = await writeVersions(ward, patient, context.seed);
      const exported = await exportOf(ward, patientId);
      holdSame(
        exported.records.map(placeOf).sort(),
        [...written.keys()].sort(),
        'exportCiphertexts should have each version of the patient’s resources once.',
      );
      const keys = await dataKeysOf(world, patientId, exported);
      for (const record of exported.records) {
        const place = placeOf(record);
        holdAsWritten(openRecord(patientId, record, keys), written.get(place)!, place);
        context.hit('records');
      }
    });
    await Promise.all(patients);
  },
};

/** With a new data key after the first version, and a new wrapping key after the second. */
async function writeVersions(ward: Ward, patient: Admitted, seed: number): Promise<Writings> {
  const { patientId, physician, organizationId } = patient;
  const written: Writings = new Map();
  const ids = CLINICAL_TYPES.map((type) => ({ type, resourceId: ward.requestId() }));
  written.set(`Patient/${patientId}/1`, patientResource(organizationId));
  for (let version = 1; version <= VERSIONS; version += 1) {
    const ifMatch = version === 1 ? {} : { ifMatch: etagOf(version - 1) };
    const writes = ids.map(async ({ type, resourceId }) => {
      const label = version === 2 && type === 'Observation' ? 'substance-use' : undefined;
      // The last has every element, notes too.
      const resource: ClinicalResource =
        version < VERSIONS
          ? clinicalResource(type, patientId, `version ${version} ☤`, label)
          : withStrangeNotes(generateResource(type, patient, seed));
      await ward.write(physician, patientId, resource, { resourceId, ...ifMatch });
      written.set(`${type}/${resourceId}/${version}`, resource);
    });
    await Promise.all(writes);
    if (version < VERSIONS) {
      okOutput('rotateKey', await ward.rotate(patient, version === 1 ? 'data' : 'wrapping'));
    }
  }
  const resource = generateResource('Patient', patient, seed);
  const update = { patientId, purpose: 'TREAT', ifMatch: etagOf(1), resource };
  await ward.must(physician, 'putPatient', update);
  written.set(`Patient/${patientId}/2`, resource);
  return written;
}

/** Free text may have any character. */
function withStrangeNotes<T extends ClinicalResource>(resource: T): T {
  if (!('note' in resource)) return resource;
  return { ...resource, note: [{ text: 'a "note"\n\twith \u2028 \\ and 𝄞 ☤' }, ...resource.note!] };
}

const noncesAreUnique: Check = {
  id: 'nonces-are-unique',
  isolation: 'exclusive',
  needs: ['ciphertext-export', 'restart'],
  async run(context) {
    holdCanRestart(context.target);
    const world = worldOf(context);
    const ward = openWard(context.session());
    const patients = [await ward.admit(), await ward.admit()];
    for (let wave = 0; wave < WAVES; wave += 1) {
      await killedWrites(context, ward, patients, wave);
      // After a restart too, with the counters and the randomness of another process.
      for (const patient of patients) await writeMany(ward, patient, `after kill ${wave}`);
    }
    /** By data key and nonce: where it was used. */
    const used = new Map<string, string>();
    for (const { patientId } of patients) {
      const exported = await exportOf(ward, patientId);
      const keys = await dataKeysOf(world, patientId, exported);
      for (const record of exported.records) {
        const place = `${patientId}/${placeOf(record)}`;
        const nonce = Buffer.from(record.nonce, 'base64').toString('hex');
        const name = `${keys.get(record.dataKeyVersion)} ${nonce}`;
        const other = used.get(name);
        hold(
          other === undefined,
          `${place} is sealed with the nonce ${nonce}, as is ${other}, with the same data key.`,
        );
        used.set(name, place);
        context.hit('records');
      }
    }
  },
};

async function killedWrites(
  { target, hit }: CheckContext,
  ward: Ward,
  patients: readonly Admitted[],
  wave: number,
): Promise<void> {
  const sends = patients.flatMap(({ patientId, physician }) =>
    Array.from(
      { length: WRITES_OF_A_WAVE },
      (_, index) => () =>
        sendRaw(ward, physician, 'putResource', {
          ...{ patientId, resourceType: 'Condition', resourceId: ward.requestId() },
          ...{
            purpose: 'TREAT',
            resource: clinicalResource('Condition', patientId, `${wave}.${index}`),
          },
        }),
    ),
  );
  await killInFlight(target, sends, afterAnswers(ANSWERS_BEFORE_KILL));
  hit('kills');
}

/** Creates and updates, together. */
async function writeMany(ward: Ward, patient: Admitted, text: string): Promise<void> {
  const { patientId, physician } = patient;
  const writes = CLINICAL_TYPES.map(async (type) => {
    const resource = clinicalResource(type, patientId, text);
    const resourceId = await ward.write(physician, patientId, resource);
    for (let version = 1; version < VERSIONS; version += 1) {
      const more = { resourceId, ifMatch: etagOf(version) };
      await ward.write(physician, patientId, resource, more);
    }
  });
  await Promise.all(writes);
}

const exportIsWhatIsKept: Check = {
  id: 'export-is-what-is-kept',
  isolation: 'exclusive',
  needs: ['ciphertext-export'],
  async run(context) {
    const { process } = context.target;
    if (!process) throw new NotApplicable('It has no data directory that could be looked through.');
    const ward = openWard(context.session());
    const patient = await ward.admit();
    const { patientId } = patient;
    await writeMany(ward, patient, 'kept as it is exported');
    const before = await exportOf(ward, patientId);
    okOutput('rotateKey', await ward.rotate(patient, 'wrapping'));
    const after = await exportOf(ward, patientId);
    holdSame(
      inOrder(after),
      inOrder(before),
      'After a rotation of the wrapping key the exported records should be the same.',
    );
    const { records } = after;
    const ciphertexts = records.map(({ ciphertext }) => Buffer.from(ciphertext, 'base64'));
    const { found, leftOut } = partsOnDisk(process.dataDir, ciphertexts);
    if (leftOut.length > 0) {
      throw new CouldNotRun(`Not all of the data directory could be read: ${leftOut.join(' ')}`);
    }
    for (const [index, record] of records.entries()) {
      const share = found[index]!;
      hold(
        share >= KEPT_SHARE,
        `The exported ciphertext of ${placeOf(record)} should stand in the data directory, and ${Math.round(share * 100)} % of its parts do.`,
        1,
        share,
      );
      context.hit('records');
    }
  },
};

function inOrder({ records }: Ciphertexts): object[] {
  return [...records].sort((a, b) => (placeOf(a) < placeOf(b) ? -1 : 1));
}

export const ciphertexts: readonly Check[] = [
  sealedToItsPlace,
  noncesAreUnique,
  exportIsWhatIsKept,
];
