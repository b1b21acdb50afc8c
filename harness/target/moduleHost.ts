/**
 * The process in which a module under test runs: it answers the harness over Node's IPC channel, and dies with it. Run by
 * moduleConnection.ts, never imported.
 */
import { enableCompileCache, flushCompileCache } from 'node:module';
import { pathToFileURL } from 'node:url';
import { MAX_REPLY_BYTES } from './bounds.ts';
import type {
  FromHost,
  HostReply,
  ModuleInstance,
  ModuleSubscription,
  OpenedStream,
  ToHost,
} from './moduleMessages.ts';
import type { JsonObject } from './target.ts';

type Factory = (options: {
  dataDir: string;
  clockMs: number;
  worldUrl: string | undefined;
}) => Promise<ModuleInstance>;

// A run starts the same module many times, and SIGKILL ends it before Node would write its cache by itself.
enableCompileCache();

let instance: ModuleInstance | undefined;
const subscriptions = new Map<number, ModuleSubscription>();

process.on('disconnect', () => process.exit(0));
process.on('message', (message: ToHost) => void receive(message));
send({ kind: 'up' });

async function receive(message: ToHost): Promise<void> {
  switch (message.kind) {
    case 'create':
      return create(message);
    case 'call':
      return reply(
        message.id,
        await settle(() => instance!.call(message.operation, message.input)),
      );
    case 'subscribe':
      return reply(message.id, await settle(() => open(message.id, message.stream, message.input)));
    case 'unsubscribe': {
      const subscription = subscriptions.get(message.subscription);
      subscriptions.delete(message.subscription);
      return reply(message.id, await settle(async () => subscription?.close()));
    }
    case 'send':
      return handOver(message);
    case 'ping':
      return reply(message.id, {});
  }
}

async function create(message: Extract<ToHost, { kind: 'create' }>): Promise<void> {
  try {
    const loaded = (await import(pathToFileURL(message.file).href)) as { default?: Factory };
    if (typeof loaded.default !== 'function') {
      const exported = Object.keys(loaded).join(', ') || 'nothing';
      throw new Error(
        `its default export is no function (it exports ${exported}): export default async function create({ dataDir, clockMs, worldUrl })`,
      );
    }
    const { dataDir, clockMs, worldUrl } = message;
    const made = await loaded.default({ dataDir, clockMs, worldUrl });
    if (typeof made?.call !== 'function') {
      throw new Error(
        'what its create() returned has no function "call": return { call, subscribe, close }',
      );
    }
    instance = made;
    send({ kind: 'created' });
    flushCompileCache();
  } catch (error) {
    send({ kind: 'failed', reason: describe(error) });
  }
}

async function open(id: number, stream: string, input: JsonObject): Promise<unknown> {
  if (typeof instance!.subscribe !== 'function') return { problem: { code: 'NOT_SUPPORTED' } };
  const onMessage = (message: unknown): void => {
    send({ kind: 'message', subscription: id, json: stringify(message) });
  };
  const answer = await instance!.subscribe(stream, input, onMessage);
  if (answer && 'problem' in answer) return answer;
  subscriptions.set(id, answer);
  return { takesMessages: typeof answer?.send === 'function' } satisfies OpenedStream;
}

async function handOver(message: Extract<ToHost, { kind: 'send' }>): Promise<void> {
  const { subscription } = message;
  try {
    await subscriptions.get(subscription)?.send?.(message.message);
  } catch (error) {
    send({ kind: 'send-threw', subscription, threw: describe(error) });
  }
}

/** Whatever a module does, the harness gets an answer. */
async function settle(work: () => unknown): Promise<HostReply> {
  try {
    return { json: stringify(await work()) };
  } catch (error) {
    return { threw: describe(error) };
  }
}

function reply(id: number, answer: HostReply): void {
  send({ kind: 'reply', id, ...answer });
}

/** Text crosses the channel, so that what arrives is JSON whatever objects the module uses. */
function stringify(value: unknown): string {
  const json = JSON.stringify(value) ?? 'null';
  if (json.length <= MAX_REPLY_BYTES) return json;
  throw new Error(`it answered with ${json.length} characters, more than ${MAX_REPLY_BYTES}`);
}

function describe(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}

function send(message: FromHost): void {
  process.send?.(message, undefined, undefined, () => undefined);
}
