/** For tests: the key service, the alert receivers and the audit sinks in a few lines. All answer, unless a test says otherwise with `behave`. */
import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import { startStubServer } from '../../kit/stubServer.ts';
import type { StubCall, StubReply, StubServer } from '../../kit/stubServer.ts';

/** fail: 503 without an effect. silence: no reply, and no effect. act: the effect, and no reply. wrong: another data key. */
export type Behaviour = 'answer' | 'fail' | 'silence' | 'act' | 'wrong';

export type Act = 'create' | 'get' | 'wrap' | 'unwrap' | 'rotate' | 'destroy' | 'alert' | 'entries';

export interface WorldStub extends StubServer {
  /** Every call of the key service: act and patient. */
  readonly keyCalls: string[];
  readonly keys: Map<string, { destroyed: boolean; versions: Buffer[] }>;
  readonly alerts: Record<string, unknown>[];
  /** By organisation. */
  readonly entries: Map<string, { index: number; event: object }[]>;
  behave: (act: Act, id: string) => Behaviour;
}

const ok = (body: object): StubReply => ({ status: 200, body });

export async function startWorldStub(): Promise<WorldStub> {
  const stub = {
    keyCalls: [] as string[],
    keys: new Map<string, { destroyed: boolean; versions: Buffer[] }>(),
    alerts: [] as Record<string, unknown>[],
    entries: new Map<string, { index: number; event: object }[]>(),
    behave: (): Behaviour => 'answer',
  };

  function carryOut(act: Act, id: string, body: StubCall['body']): StubReply {
    if (act === 'alert') {
      stub.alerts.push({ organizationId: id, ...body });
      return ok({ received: true });
    }
    if (act === 'entries') {
      const got = stub.entries.get(id) ?? [];
      got.push(...(body['entries'] as { index: number; event: object }[]));
      stub.entries.set(id, got);
      return ok({ received: true });
    }
    stub.keyCalls.push(`${act} ${id}`);
    if (act === 'create' && !stub.keys.has(id)) {
      stub.keys.set(id, { destroyed: false, versions: [randomBytes(32)] });
    }
    const key = stub.keys.get(id);
    if (!key) return { status: 404, body: {} };
    if (act === 'destroy') key.destroyed = true;
    const keyVersion = key.versions.length;
    const state = key.destroyed ? 'destroyed' : 'enabled';
    if (key.destroyed && !['get', 'destroy', 'create'].includes(act)) {
      return { status: 410, body: {} };
    }
    if (act === 'wrap') return ok({ keyVersion, wrapped: wrap(key.versions, body) });
    if (act === 'unwrap') return unwrap(key.versions, body);
    if (act === 'rotate') key.versions.push(randomBytes(32));
    return ok({ patientId: id, state, keyVersion: key.versions.length });
  }

  const server = await startStubServer(({ method, path, body }) => {
    const [service, first = '', second = '', third] = path;
    const isKey = service === 'kms';
    const id = isKey ? second : first;
    const act = isKey ? (third ?? (method === 'PUT' ? 'create' : 'get')) : actOf(service);
    const behaviour = world.behave(act as Act, id);
    if (behaviour === 'fail') return { status: 503, body: {} };
    if (behaviour === 'silence') return 'silence';
    if (behaviour === 'wrong') {
      return ok({ keyVersion: 1, plaintext: randomBytes(32).toString('base64') });
    }
    const reply = carryOut(act as Act, id, body);
    return behaviour === 'act' ? 'silence' : reply;
  });
  const world: WorldStub = Object.assign(stub, server);
  return world;
}

function actOf(service: string | undefined): Act {
  return service === 'alerts' ? 'alert' : 'entries';
}

function wrap(versions: readonly Buffer[], body: StubCall['body']): string {
  const nonce = randomBytes(12);
  const cipher = createCipheriv('aes-256-gcm', versions.at(-1)!, nonce);
  const sealed = Buffer.concat([
    cipher.update(Buffer.from(String(body['plaintext']), 'base64')),
    cipher.final(),
  ]);
  return `${versions.length}.${Buffer.concat([nonce, cipher.getAuthTag(), sealed]).toString('base64')}`;
}

function unwrap(versions: readonly Buffer[], body: StubCall['body']): StubReply {
  const [version = '', text = ''] = String(body['wrapped']).split('.');
  const bytes = Buffer.from(text, 'base64');
  const decipher = createDecipheriv(
    'aes-256-gcm',
    versions[Number(version) - 1]!,
    bytes.subarray(0, 12),
  );
  decipher.setAuthTag(bytes.subarray(12, 28));
  const plain = Buffer.concat([decipher.update(bytes.subarray(28)), decipher.final()]);
  return ok({ keyVersion: Number(version), plaintext: plain.toString('base64') });
}
