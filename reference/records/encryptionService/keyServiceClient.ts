/** The key service of spec/records/world.schema.json, each answer read for what it means to the caller. Nothing is retried here. */
import { jsonClient } from '../../kit/jsonClient.ts';
import type { HttpAnswer } from '../../kit/jsonClient.ts';

export type KeyReply<T> =
  | { readonly kind: 'ok'; readonly value: T }
  /** The key is destroyed, for good. */
  | { readonly kind: 'gone' }
  /** The patient never had a key. */
  | { readonly kind: 'unknown' }
  /** No usable answer in time. The call may have been carried out. */
  | { readonly kind: 'unavailable' };

export interface WrappingKey {
  readonly state: 'enabled' | 'destroyed';
  readonly keyVersion: number;
}

export interface WrappedKey {
  /** Of the wrapping key. */
  readonly keyVersion: number;
  readonly wrapped: string;
}

/** No call rejects. */
export interface KeyService {
  /** Makes the patient's wrapping key; one that is there is answered as it stands. */
  createKey(patientId: string): Promise<KeyReply<WrappingKey>>;
  /** Answers a destroyed key too. */
  getKey(patientId: string): Promise<KeyReply<WrappingKey>>;
  /** Under the newest version. `dataKey` has DATA_KEY_BYTES. */
  wrapKey(patientId: string, dataKey: Buffer): Promise<KeyReply<WrappedKey>>;
  /** The data key. */
  unwrapKey(patientId: string, wrapped: string): Promise<KeyReply<Buffer>>;
  rotateWrappingKey(patientId: string): Promise<KeyReply<WrappingKey>>;
  /** A destroyed key is answered as it stands. */
  destroyKey(patientId: string): Promise<KeyReply<WrappingKey>>;
  /** Ends the calls that are under way. */
  close(): Promise<void>;
}

/** Of the contract: no answer within a second is no answer. */
const TIMEOUT_MS = 1000;

type Members = Record<string, unknown>;

/** `worldUrl`: where the services are, such as http://127.0.0.1:4000. */
export function keyServiceClient(worldUrl: string): KeyService {
  const client = jsonClient();
  const { origin, pathname } = new URL(worldUrl);
  const base = `${pathname.replace(/\/$/, '')}/kms/keys`;

  async function call<T>(
    method: 'GET' | 'POST' | 'PUT',
    path: string,
    read: (body: Members) => T | undefined,
    body?: object,
  ): Promise<KeyReply<T>> {
    const text = body && { body: JSON.stringify(body) };
    const answer = await client({
      origin,
      method,
      path: base + path,
      ...text,
      timeoutMs: TIMEOUT_MS,
    });
    return replyOf(answer, read);
  }

  // Ids of the contract need no percent-encoding.
  return {
    createKey: (patientId) => call('PUT', `/${patientId}`, keyOf(patientId), {}),
    getKey: (patientId) => call('GET', `/${patientId}`, keyOf(patientId)),
    wrapKey(patientId, dataKey) {
      const plaintext = dataKey.toString('base64');
      return call('POST', `/${patientId}/wrap`, wrappedKeyOf, { plaintext });
    },
    unwrapKey: (patientId, wrapped) => call('POST', `/${patientId}/unwrap`, dataKeyOf, { wrapped }),
    rotateWrappingKey: (patientId) => call('POST', `/${patientId}/rotate`, keyOf(patientId), {}),
    destroyKey: (patientId) => call('POST', `/${patientId}/destroy`, keyOf(patientId), {}),
    close: () => client.close(),
  };
}

function replyOf<T>(answer: HttpAnswer, read: (body: Members) => T | undefined): KeyReply<T> {
  if (answer.kind !== 'answer') return { kind: 'unavailable' };
  if (answer.status === 410) return { kind: 'gone' };
  if (answer.status === 404) return { kind: 'unknown' };
  if (answer.status !== 200) return { kind: 'unavailable' };
  const value = read(Object(answer.body) as Members);
  return value === undefined ? { kind: 'unavailable' } : { kind: 'ok', value };
}

function keyOf(patientId: string) {
  return (body: Members): WrappingKey | undefined => {
    const { state, keyVersion } = body;
    if (body['patientId'] !== patientId || !isVersion(keyVersion)) return undefined;
    return state === 'enabled' || state === 'destroyed' ? { state, keyVersion } : undefined;
  };
}

function wrappedKeyOf({ keyVersion, wrapped }: Members): WrappedKey | undefined {
  const isText = typeof wrapped === 'string' && wrapped.length >= 1 && wrapped.length <= 500;
  return isText && isVersion(keyVersion) ? { keyVersion, wrapped } : undefined;
}

export const DATA_KEY_BYTES = 32;

/** In base64. */
const DATA_KEY = /^[A-Za-z0-9+/]{43}=$/;

function dataKeyOf({ plaintext }: Members): Buffer | undefined {
  const isDataKey = typeof plaintext === 'string' && DATA_KEY.test(plaintext);
  if (!isDataKey) return undefined;
  // Kept for minutes: as a part of Node's pool of buffers it would hold 8 KiB.
  const dataKey = Buffer.alloc(DATA_KEY_BYTES);
  dataKey.write(plaintext, 'base64');
  return dataKey;
}

function isVersion(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 1;
}
