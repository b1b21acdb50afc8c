/** The key service: a wrapping key for each patient, in versions. What it wraps tells only itself of which patient and version it is. */
import { createCipheriv, createDecipheriv, createHmac, randomBytes } from 'node:crypto';
import type { WorldReply } from '../../../world/world.ts';
import { WrongCall } from '../../../world/wrongCall.ts';
import { boundedMap } from '../../kit/world/boundedMap.ts';
import { answered, failed, refused } from '../../kit/world/replies.ts';
import type { ServiceKey } from '../worldQuestions.ts';

/** More patients than any run registers: a key that were forgotten would be one that was never made. */
const MAX_KEYS = 2_000_000;
const CIPHER = 'aes-256-gcm';
const NONCE_BYTES = 12;
const TAG_BYTES = 16;
const KEY_BYTES = 32;
/** Version, nonce, ciphertext and tag. */
const WRAPPED = /^v(\d{1,9})\.([A-Za-z0-9+/]{80})$/;

interface WrappingKey {
  state: ServiceKey['state'];
  keyVersion: number;
  /** Versions before it unwrap nothing any more. */
  firstVersion: number;
}

interface Unwrapped {
  readonly keyVersion: number;
  readonly plaintext: Buffer;
}

export interface KeyService {
  createKey(patientId: string): WorldReply;
  getKey(patientId: string): WorldReply;
  /** @param plaintext 32 bytes, base64 */
  wrapKey(patientId: string, plaintext: string): WorldReply;
  /** @throws WrongCall for what no version of this patient's key wrapped */
  unwrapKey(patientId: string, wrapped: string, isWrong?: boolean): WorldReply;
  rotateWrappingKey(patientId: string): WorldReply;
  destroyKey(patientId: string): WorldReply;
  /** Null: never made. */
  key(patientId: string): ServiceKey | null;
  /** Whatever is refused; null where there is nothing to be unwrapped. Base64. */
  unwrap(patientId: string, wrapped: string): string | null;
  refuseOldVersions(patientId: string): void;
}

/** @param secret random: of it every wrapping key is made */
export function createKeyService(secret: Buffer): KeyService {
  const keys = boundedMap<WrappingKey>(MAX_KEYS);

  const seenKey = (patientId: string, { state, keyVersion }: WrappingKey): ServiceKey => ({
    patientId,
    state,
    keyVersion,
  });
  const standing = (patientId: string, key: WrappingKey): WorldReply =>
    answered({ ...seenKey(patientId, key) });
  const withKey = (patientId: string, use: (key: WrappingKey) => WorldReply): WorldReply => {
    const key = keys.get(patientId);
    return key ? use(key) : refused(404, 'No key was ever made for this patient.');
  };
  const withEnabled = (patientId: string, use: (key: WrappingKey) => WorldReply): WorldReply =>
    withKey(patientId, (key) =>
      key.state === 'enabled' ? use(key) : refused(410, 'The key is destroyed.'),
    );
  const bytesOf = (patientId: string, keyVersion: number): Buffer =>
    createHmac('sha256', secret).update(`${patientId}/${keyVersion}`).digest();
  const open = (patientId: string, newest: number, wrapped: string): Unwrapped | undefined => {
    const [, version, sealed] = WRAPPED.exec(wrapped) ?? [];
    const keyVersion = Number(version);
    if (sealed === undefined || keyVersion < 1 || keyVersion > newest) return undefined;
    const plaintext = unseal(bytesOf(patientId, keyVersion), Buffer.from(sealed, 'base64'));
    return plaintext && { keyVersion, plaintext };
  };

  return {
    createKey(patientId) {
      if (!keys.get(patientId)) {
        keys.set(patientId, { state: 'enabled', keyVersion: 1, firstVersion: 1 });
      }
      return withEnabled(patientId, (key) => standing(patientId, key));
    },
    getKey: (patientId) => withKey(patientId, (key) => standing(patientId, key)),
    wrapKey: (patientId, plaintext) =>
      withEnabled(patientId, ({ keyVersion }) => {
        const sealed = seal(bytesOf(patientId, keyVersion), Buffer.from(plaintext, 'base64'));
        return answered({ keyVersion, wrapped: `v${keyVersion}.${sealed.toString('base64')}` });
      }),
    unwrapKey: (patientId, wrapped, isWrong = false) =>
      withEnabled(patientId, (key) => {
        const opened = open(patientId, key.keyVersion, wrapped);
        if (!opened) throw new WrongCall('no version of the patient’s key wrapped this.');
        const { keyVersion, plaintext } = opened;
        if (keyVersion < key.firstVersion) return failed(500);
        const told = isWrong ? randomBytes(KEY_BYTES) : plaintext;
        return answered({ keyVersion, plaintext: told.toString('base64') });
      }),
    rotateWrappingKey: (patientId) =>
      withEnabled(patientId, (key) => {
        key.keyVersion += 1;
        return standing(patientId, key);
      }),
    destroyKey: (patientId) =>
      withKey(patientId, (key) => {
        key.state = 'destroyed';
        return standing(patientId, key);
      }),
    key(patientId) {
      const key = keys.get(patientId);
      return key ? seenKey(patientId, key) : null;
    },
    unwrap(patientId, wrapped) {
      const key = keys.get(patientId);
      if (key?.state !== 'enabled') return null;
      return open(patientId, key.keyVersion, wrapped)?.plaintext.toString('base64') ?? null;
    },
    refuseOldVersions(patientId) {
      const key = keys.get(patientId);
      if (!key) throw new Error(`no key was ever made for the patient ${patientId}.`);
      key.firstVersion = key.keyVersion;
    },
  };
}

function seal(key: Buffer, plaintext: Buffer): Buffer {
  const nonce = randomBytes(NONCE_BYTES);
  const cipher = createCipheriv(CIPHER, key, nonce);
  return Buffer.concat([nonce, cipher.update(plaintext), cipher.final(), cipher.getAuthTag()]);
}

/** @returns undefined for what this key did not seal */
function unseal(key: Buffer, sealed: Buffer): Buffer | undefined {
  const decipher = createDecipheriv(CIPHER, key, sealed.subarray(0, NONCE_BYTES));
  decipher.setAuthTag(sealed.subarray(-TAG_BYTES));
  try {
    const opened = decipher.update(sealed.subarray(NONCE_BYTES, -TAG_BYTES));
    return Buffer.concat([opened, decipher.final()]);
  } catch {
    return undefined;
  }
}
