/** getKeys, rotateKey, shredPatient, exportCiphertexts. */
import type {
  ExportCiphertexts,
  GetKeys,
  Keys,
  RotateKey,
  ShredPatient,
} from '../../../../spec/records/messages.d.ts';
import { asked, holdNotErased, Refusal } from './call.ts';
import type { Call, Done, Handler } from './call.ts';
import { keyOwner, plainKey, usable, withNewDataKey, wrapped } from './dataKeys.ts';
import { holdDuty } from './decide.ts';
import { has, inBackground, pause, write } from './life.ts';
import type { Life } from './life.ts';
import { opened, sealed } from './seal.ts';
import type { Change, KeptVersion, PatientKeys, PatientState } from './state.ts';
import { DiskFull } from './disk.ts';

function keysView({ patientId, state, wrappingKeyVersion, dataKeys }: PatientKeys): Keys {
  const dataKeyVersion = dataKeys.at(-1)?.dataKeyVersion ?? 0;
  return { patientId, state, wrappingKeyVersion, dataKeyVersion };
}

export const getKeys: Handler<GetKeys> = (call, { patientId }) => ({
  output: keysView(holdDuty(call, patientId)!.keys),
});

export const rotateKey: Handler<RotateKey> = (call, { patientId, scope }) => {
  const patient = holdDuty(call, patientId)!;
  holdNotErased(patient);
  const { changes, keys } =
    scope === 'data' ? rotateData(call, patient) : rotateWrapping(call, patient);
  return { output: keysView(keys), changes: [{ kind: 'keys', value: keys }, ...changes] };
};

interface Rotated {
  readonly keys: PatientKeys;
  readonly changes: readonly Change[];
}

function rotateWrapping(call: Call, patient: PatientState): Rotated {
  const { life } = call;
  const { keys } = patient;
  const owner = keyOwner(call, keys.patientId);
  const heard = asked(call, 'rotate', () => life.outside.rotateWrappingKey(owner));
  const { keyVersion } = usable(call, heard);
  const isLeft = (version: number): boolean =>
    has(life, 'wraps no data key anew') ||
    (version !== keys.dataKeys.at(-1)!.dataKeyVersion &&
      has(life, 'wraps the newest data key anew'));
  const dataKeys = keys.dataKeys.map((dataKey) => {
    const { dataKeyVersion } = dataKey;
    if (isLeft(dataKeyVersion)) return dataKey;
    const key = plainKey(call, patient, dataKeyVersion);
    return { ...dataKey, wrapped: wrapped(call, keys.patientId, key, `${dataKeyVersion} anew`) };
  });
  const rotated = { ...keys, wrappingKeyVersion: keyVersion, dataKeys };
  const isSealedAnew = has(life, 'seals everything anew with a new wrapping key');
  return { keys: rotated, changes: isSealedAnew ? sealedAnew(call, patient, rotated) : [] };
}

function rotateData(call: Call, patient: PatientState): Rotated {
  const { life } = call;
  const added = withNewDataKey(call, patient.keys);
  const keys = has(life, 'keeps the newest data key only')
    ? { ...added, dataKeys: added.dataKeys.slice(-1) }
    : added;
  const isSealedAnew = life.freedoms.dataRotation === 'seals everything anew';
  return { keys, changes: isSealedAnew ? sealedAnew(call, patient, added) : [] };
}

/** Every version under the newest data key. */
function sealedAnew(call: Call, patient: PatientState, keys: PatientKeys): Change[] {
  const dataKeyVersion = keys.dataKeys.at(-1)!.dataKeyVersion;
  const key = plainKey(call, { ...patient, keys }, dataKeyVersion);
  return [...patient.versions.values()].flat().map((kept): Change => {
    const content = opened(call, patient, kept);
    return {
      kind: 'resealed',
      value: sealed(call.life, key, { ...kept, dataKeyVersion }, content),
    };
  });
}

export const shredPatient: Handler<ShredPatient> = (call, { patientId }): Done => {
  const { life } = call;
  const { keys } = holdDuty(call, patientId)!;
  if (keys.state !== 'active') return { output: keysView(keys) };
  const shredded = withoutKey(call, keys);
  forgetPlainKeys(life, patientId);
  const output = keysView(shredded);
  const changes: Change[] = has(life, 'erases in name only')
    ? []
    : [{ kind: 'keys', value: shredded }];
  if (has(life, 'erases the organisation')) changes.push(...othersErased(life, keys));
  return { output, changes };
};

function withoutKey(call: Call, keys: PatientKeys): PatientKeys {
  const { life } = call;
  const owner = keyOwner(call, keys.patientId);
  if (has(life, 'destroys no key')) return { ...keys, state: 'erased' };
  const heard = asked(call, 'destroy', () => life.outside.destroyKey(owner));
  const isGone = ['answer', 'destroyed', 'absent'].includes(heard.kind);
  if (isGone || has(life, 'says erased whatever the key service says')) {
    return { ...keys, state: 'erased' };
  }
  const isFailed = heard.kind === 'failed';
  if (isFailed && life.freedoms.failedErasure === 'KMS_UNAVAILABLE') {
    throw new Refusal('KMS_UNAVAILABLE');
  }
  return { ...keys, state: 'erasing' };
}

function othersErased({ state }: Life, { organizationId }: PatientKeys): Change[] {
  return [...state.patients.values()]
    .filter(({ keys }) => keys.organizationId === organizationId)
    .map(({ keys }) => ({ kind: 'keys', value: { ...keys, state: 'erased' } }));
}

function forgetPlainKeys({ plainKeys }: Life, patientId: string): void {
  for (const name of plainKeys.keys()) {
    if (name.startsWith(`${patientId}/`)) plainKeys.delete(name);
  }
}

const RETRY_PAUSE_MS = 200;

/** Until the key of the patient is destroyed. */
export function finishErasure(life: Life, patientId: string): void {
  if (has(life, 'finishes no erasure')) return;
  inBackground(life, async () => {
    for (;;) {
      const { keys } = life.state.patients.get(patientId)!;
      if (keys.state !== 'erasing') return;
      const { kind } = await life.outside.destroyKey(patientId);
      if (['answer', 'destroyed', 'absent'].includes(kind) && isWritten(life, keys)) return;
      await pause(life, RETRY_PAUSE_MS);
    }
  });
}

function isWritten(life: Life, keys: PatientKeys): boolean {
  try {
    write(life, { changes: [{ kind: 'keys', value: { ...keys, state: 'erased' } }] });
    return true;
  } catch (error) {
    if (error instanceof DiskFull) return false;
    throw error;
  }
}

export function exportCiphertexts(life: Life, { patientId }: ExportCiphertexts): Done {
  const patient = life.state.patients.get(patientId);
  if (!patient) throw new Refusal('UNKNOWN_PATIENT');
  const base64 = (text: string): string =>
    Buffer.from(text, life.freedoms.bytesAtRest).toString('base64');
  const changed = has(life, 'exports other bytes than it keeps');
  return {
    output: {
      dataKeys: patient.keys.dataKeys.map(({ dataKeyVersion, wrapped: text }) => ({
        ...{ dataKeyVersion, wrapped: text },
      })),
      records: [...patient.versions.values()].flat().map((kept: KeptVersion) => ({
        ...{ resourceType: kept.resourceType, resourceId: kept.resourceId },
        ...{ versionId: kept.versionId, dataKeyVersion: kept.dataKeyVersion },
        nonce: base64(kept.nonce),
        ciphertext: changed
          ? Buffer.from(`${kept.ciphertext}${life.requests}`).toString('base64')
          : base64(kept.ciphertext),
        tag: base64(kept.tag),
      })),
    },
  };
}
