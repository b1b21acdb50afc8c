/** The data keys of patients, which only the key service unwraps. */
import { createHash, randomBytes } from 'node:crypto';
import { asked, Refusal } from './call.ts';
import type { Call } from './call.ts';
import { has, inBackground } from './life.ts';
import type { Life } from './life.ts';
import type { Heard } from './outsideServices.ts';
import { policy } from './policy.ts';
import type { Change, DataKey, PatientKeys, PatientState } from './state.ts';

const KEY_BYTES = 32;

/** @throws Refusal ERASED where the key is destroyed, else KMS_UNAVAILABLE where there is no answer */
export function usable<T>(call: Call, heard: Heard<T>): T {
  if (heard.kind === 'answer') return heard.body;
  if (heard.kind === 'destroyed') throw new Refusal('ERASED', 'ERASED', erased(call));
  call.life.remembered.set(`failed ${call.input.patientId}`, true);
  throw new Refusal('KMS_UNAVAILABLE');
}

/** What the key service said of the patient of the call. */
function erased({ life, input }: Call): Change[] {
  const patient = life.state.patients.get(input.patientId ?? '');
  if (!patient || patient.keys.state === 'erased') return [];
  return [{ kind: 'keys', value: { ...patient.keys, state: 'erased' } }];
}

/** Whose wrapping key is used; defects use another one. */
export function keyOwner(call: Call, patientId: string): string {
  if (!has(call.life, 'has one wrapping key for all')) return patientId;
  return [...call.life.state.patients.keys()][0] ?? patientId;
}

/** @throws Asking, Refusal KMS_UNAVAILABLE, RECORD_UNREADABLE or ERASED */
export function plainKey(call: Call, { keys }: PatientState, dataKeyVersion: number): Buffer {
  const { life } = call;
  const { patientId } = keys;
  const name = `${patientId}/${dataKeyVersion}`;
  const kept = life.plainKeys.get(name);
  const ageMs = has(life, 'keeps plain keys without end') ? 0 : life.nowMs - (kept?.sinceMs ?? 0);
  const isKept = kept && ageMs < policy.keys.maxPlaintextKeyAgeMs;
  if (isKept && life.freedoms.plainKeys === 'kept for five minutes') return kept.key;
  const dataKey = keys.dataKeys.find((each) => each.dataKeyVersion === dataKeyVersion);
  if (!dataKey) throw new Refusal('RECORD_UNREADABLE');
  if (dataKey.plain !== undefined) return Buffer.from(dataKey.plain, 'base64');
  const isFailing =
    has(life, 'remembers that the key service failed') &&
    life.remembered.has(`failed ${patientId}`);
  if (isFailing) throw new Refusal('KMS_UNAVAILABLE');
  if (has(life, 'unwraps the keys of others too')) unwrapOthers(life, patientId);
  const owner = keyOwner(call, patientId);
  const heard = asked(call, `unwrap ${name} ${dataKey.wrapped}`, () =>
    life.outside.unwrapKey(owner, dataKey.wrapped),
  );
  const { plaintext } = usable(call, heard);
  if (typeof plaintext !== 'string') throw new Refusal('KMS_UNAVAILABLE');
  const key = Buffer.from(plaintext, 'base64');
  if (key.length !== KEY_BYTES) throw new Refusal('KMS_UNAVAILABLE');
  if (checkOf(key) !== dataKey.check && !has(life, 'shows what does not open')) {
    if (call.operation === 'putResource' && has(life, 'writes under whatever key comes'))
      return key;
    throw new Refusal(life.freedoms.wrongKey);
  }
  life.plainKeys.set(name, { key, sinceMs: life.nowMs });
  return key;
}

function unwrapOthers(life: Life, patientId: string): void {
  const other = [...life.state.patients.values()].findLast(
    ({ keys }) => keys.patientId !== patientId,
  );
  const [dataKey] = other?.keys.dataKeys ?? [];
  if (!other || !dataKey) return;
  inBackground(life, () => life.outside.unwrapKey(other.keys.patientId, dataKey.wrapped));
}

/** Under the newest wrapping key. @throws Asking, Refusal */
export function wrapped(call: Call, patientId: string, key: Buffer, name: string): string {
  const { life } = call;
  const owner = keyOwner(call, patientId);
  const heard = asked(call, `wrap ${name}`, () =>
    life.outside.wrapKey(owner, key.toString('base64')),
  );
  const answer = usable(call, heard);
  if (typeof answer.wrapped !== 'string') throw new Refusal('KMS_UNAVAILABLE');
  return answer.wrapped;
}

/** A new one, made once in a request. @throws Asking, Refusal */
export function newDataKey(call: Call, patientId: string, dataKeyVersion: number): DataKey {
  const name = `new key ${dataKeyVersion}`;
  const key = (call.heard.get(name) as Buffer | undefined) ?? randomBytes(KEY_BYTES);
  call.heard.set(name, key);
  const text = wrapped(call, patientId, key, name);
  call.life.plainKeys.set(`${patientId}/${dataKeyVersion}`, { key, sinceMs: call.life.nowMs });
  return {
    ...{ dataKeyVersion, wrapped: text, check: checkOf(key) },
    ...(has(call.life, 'keeps data keys unwrapped') && { plain: key.toString('base64') }),
  };
}

export function checkOf(key: Buffer): string {
  return createHash('sha256').update(key).digest('hex');
}

/** With one more data key. @throws Asking, Refusal */
export function withNewDataKey(call: Call, keys: PatientKeys): PatientKeys {
  const dataKey = newDataKey(call, keys.patientId, keys.dataKeys.at(-1)!.dataKeyVersion + 1);
  return { ...keys, dataKeys: [...keys.dataKeys, dataKey] };
}
