/** The outside services as the test system has them: over HTTP, with a second's patience. */
import type { Alert } from './state.ts';

/** The contract's: no answer within a second. */
const TIMEOUT_MS = 1_000;

export type Heard<T> =
  | { readonly kind: 'answer'; readonly body: T }
  /** 410: the key is destroyed. */
  | { readonly kind: 'destroyed' }
  /** 404. */
  | { readonly kind: 'absent' }
  /** Any other status, no connection, or not the message. */
  | { readonly kind: 'failed' }
  /** No answer in time, or the connection was cut: it may have been carried out. */
  | { readonly kind: 'silent' };

export interface WrappingKey {
  readonly patientId: string;
  readonly state: 'enabled' | 'destroyed';
  readonly keyVersion: number;
}

export interface OutsideServices {
  createKey(patientId: string): Promise<Heard<WrappingKey>>;
  getKey(patientId: string): Promise<Heard<WrappingKey>>;
  wrapKey(
    patientId: string,
    plaintext: string,
  ): Promise<Heard<{ keyVersion: number; wrapped: string }>>;
  unwrapKey(
    patientId: string,
    wrapped: string,
  ): Promise<Heard<{ keyVersion: number; plaintext: string }>>;
  rotateWrappingKey(patientId: string): Promise<Heard<WrappingKey>>;
  destroyKey(patientId: string): Promise<Heard<WrappingKey>>;
  receiveAlert(alert: Alert): Promise<Heard<object>>;
  receiveAuditEntries(organizationId: string, entries: readonly object[]): Promise<Heard<object>>;
}

/**
 * @param worldUrl http://127.0.0.1:PORT
 * @param killed aborted when the caller ends; then what it asks rejects
 * @param timeoutMs how long an answer is waited for
 */
export function outsideServices(
  worldUrl: string,
  killed: AbortSignal,
  timeoutMs = TIMEOUT_MS,
): OutsideServices {
  const send = async <T>(method: string, path: string, body?: object): Promise<Heard<T>> => {
    killed.throwIfAborted();
    const patience = beginPatience(timeoutMs);
    const heard = await hear<T>(`${worldUrl}${path}`, {
      method,
      headers: { 'content-type': 'application/json' },
      ...(body && { body: JSON.stringify(body) }),
      signal: AbortSignal.any([killed, patience.signal]),
    }).finally(patience.end);
    killed.throwIfAborted();
    return heard;
  };
  const key = (patientId: string): string => `/kms/keys/${patientId}`;
  return {
    createKey: (patientId) => send('PUT', key(patientId), {}),
    getKey: (patientId) => send('GET', key(patientId)),
    wrapKey: (patientId, plaintext) => send('POST', `${key(patientId)}/wrap`, { plaintext }),
    unwrapKey: (patientId, wrapped) => send('POST', `${key(patientId)}/unwrap`, { wrapped }),
    rotateWrappingKey: (patientId) => send('POST', `${key(patientId)}/rotate`, {}),
    destroyKey: (patientId) => send('POST', `${key(patientId)}/destroy`, {}),
    receiveAlert: ({ organizationId, ...alert }) =>
      send('POST', `/alerts/${organizationId}`, alert),
    receiveAuditEntries: (organizationId, entries) =>
      send('POST', `/audit-sinks/${organizationId}/entries`, { entries }),
  };
}

const TICK_MS = 25;
/** Nobody waits longer, however busy the thread is. */
const MAX_TIMEOUTS = 4;

/** Only what this thread idles counts: it is the world's thread too, and while it works no answer can come. */
function beginPatience(timeoutMs: number): { readonly signal: AbortSignal; end(): void } {
  const lost = new AbortController();
  const idleMs = (): number => performance.eventLoopUtilization().idle;
  const begun = { idleMs: idleMs(), nowMs: performance.now() };
  const timer = setInterval(() => {
    const isOver =
      idleMs() - begun.idleMs >= timeoutMs ||
      performance.now() - begun.nowMs >= MAX_TIMEOUTS * timeoutMs;
    if (isOver) lost.abort();
  }, TICK_MS);
  return { signal: lost.signal, end: () => clearInterval(timer) };
}

async function hear<T>(url: string, request: RequestInit): Promise<Heard<T>> {
  let response: Response;
  let text: string;
  try {
    response = await fetch(url, request);
    text = await response.text();
  } catch (error) {
    return { kind: isRefusedConnection(error) ? 'failed' : 'silent' };
  }
  if (response.status === 404) return { kind: 'absent' };
  if (response.status === 410) return { kind: 'destroyed' };
  if (!response.ok) return { kind: 'failed' };
  try {
    return { kind: 'answer', body: JSON.parse(text) as T };
  } catch {
    return { kind: 'failed' };
  }
}

function isRefusedConnection(error: unknown): boolean {
  const cause = (error as Error).cause as { code?: string } | undefined;
  return cause?.code === 'ECONNREFUSED';
}
