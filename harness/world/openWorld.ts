/** Starts the world of a case study in a thread of its own, and is how the run talks to it. */
import { fileURLToPath } from 'node:url';
import { Worker } from 'node:worker_threads';
import type { Json } from '../target/target.ts';
import type { World, WorldCase } from './world.ts';
import type { FromWorldThread, ToWorldThread, WorldThreadData } from './worldMessages.ts';

/** The source when this is the source, the compiled file when this is compiled. */
const threadFile = fileURLToPath(
  new URL(
    import.meta.url.endsWith('.ts') ? './worldThread.ts' : './worldThread.js',
    import.meta.url,
  ),
);

export interface OpenWorldOptions {
  /** Of 127.0.0.1. Default: any that is free. */
  readonly port?: number;
}

/** @throws Error with a sentence when the case has no world, its simulators do not load, or the port is taken */
export async function openWorld(
  caseStudy: WorldCase,
  { port = 0 }: OpenWorldOptions = {},
): Promise<World> {
  const worker = new Worker(threadFile, { workerData: threadData(caseStudy, port) });
  const thread = talkTo(worker);
  const url = await thread.up.catch(async (error: unknown) => {
    await worker.terminate();
    throw error;
  });
  let closed: Promise<void> | undefined;
  return {
    url,
    ask: (question) => thread.request((id) => ({ kind: 'ask', id, question })),
    complaints: () =>
      thread.request((id) => ({ kind: 'complaints', id })) as Promise<Json> as Promise<string[]>,
    close: () => (closed ??= thread.close()),
  };
}

function threadData(caseStudy: WorldCase, port: number): WorldThreadData {
  const { world } = caseStudy;
  if (!world) throw new Error(`The case study ${caseStudy.id} has no outside services to play.`);
  return {
    caseDir: caseStudy.dir,
    simulatorsFile: world.simulatorsFile,
    operations: [...world.operations.values()].map(({ id, summary, http, request, response }) => ({
      id,
      summary,
      http: { method: http.method, path: http.path },
      request: request.name,
      response: response.name,
    })),
    port,
  };
}

interface WorldThread {
  /** The url. */
  readonly up: Promise<string>;
  request(message: (id: number) => ToWorldThread): Promise<Json>;
  close(): Promise<void>;
}

function talkTo(worker: Worker): WorldThread {
  const up = Promise.withResolvers<string>();
  const waiting = new Map<number, PromiseWithResolvers<Json>>();
  let lastId = 0;
  let ended: Error | undefined;
  const end = (reason: string): void => {
    ended ??= new Error(reason);
    up.reject(ended);
    for (const { reject } of waiting.values()) reject(ended);
    waiting.clear();
  };
  const settle = (id: number, how: (answer: PromiseWithResolvers<Json>) => void): void => {
    const answer = waiting.get(id);
    waiting.delete(id);
    if (answer) how(answer);
  };
  worker.on('message', (message: FromWorldThread) => {
    switch (message.kind) {
      case 'up':
        return up.resolve(message.url);
      case 'failed':
        return end(message.reason);
      case 'answer':
        return settle(message.id, ({ resolve }) => resolve(message.answer));
      case 'refused':
        return settle(message.id, ({ reject }) => reject(new Error(message.reason)));
    }
  });
  worker.on('error', (error) => end(`The world's thread ended: ${(error as Error).message}.`));
  worker.on('exit', () => end('The world was closed.'));

  const request: WorldThread['request'] = (message) => {
    if (ended) return Promise.reject(ended);
    lastId += 1;
    const answer = Promise.withResolvers<Json>();
    waiting.set(lastId, answer);
    worker.postMessage(message(lastId));
    return answer.promise;
  };
  return {
    up: up.promise,
    request,
    async close() {
      // A thread that has ended by itself has no connection left to close.
      await request((id) => ({ kind: 'close', id })).catch(() => undefined);
      await worker.terminate();
    },
  };
}
