/**
 * The generator in threads of its own, so that nothing else that casemark does delays a request. Several share the clients, the
 * connections and the schedule among them, and write to the same log.
 */
import { fileURLToPath } from 'node:url';
import { Worker } from 'node:worker_threads';
import type { ConversationEnd } from '../conversation/converse.ts';
import { addHistogram, decodeHistogram, latencyHistogram } from '../latencyHistogram.ts';
import { monotonicMs } from '../openLoop.ts';
import type { WatchedStream } from './watchStream.ts';
import type { ClosedLoopResult, ClosedLoopRun, Generator, OnWindow } from './generator.ts';
import type {
  Ask,
  FromThread,
  PlainClosedLoopResult,
  PlainOpenLoopResult,
  ThreadData,
  Told,
  ToThread,
} from './threadMessages.ts';

const threadFile = fileURLToPath(
  new URL(
    import.meta.url.endsWith('.ts') ? './generatorThread.ts' : './generatorThread.js',
    import.meta.url,
  ),
);

/** From the last thread's readiness to time zero: longer than a message between threads takes. */
const LEAD_MS = 20;
/** Room for many short-lived requests and replies, so that collecting them is seldom. */
const YOUNG_GENERATION_MB = 64;

interface Thread {
  readonly worker: Worker;
  readonly threadId: number | null;
  ask(ask: Ask): Promise<Told>;
  /** Replaced by whoever listens. */
  onReady: () => void;
  onWindow: OnWindow;
}

/** @param count how many threads */
export async function threadGenerator(count: number): Promise<Generator> {
  const threads = await Promise.all(
    Array.from({ length: count }, (_, index) => startThread({ share: { index, of: count } })),
  );
  const askAll = (ask: Ask): Promise<Told[]> =>
    Promise.all(threads.map((thread) => thread.ask(ask)));
  const [first] = threads;

  const closedLoop = async (
    kind: 'closed-loop' | 'cannon',
    run: ClosedLoopRun,
    onWindow?: OnWindow,
  ): Promise<ClosedLoopResult> => {
    first!.onWindow = onWindow ?? (() => undefined);
    const told = (await askAll({ kind, run })) as PlainClosedLoopResult[];
    return sum(told);
  };

  /** Once all of them are ready, all get the same time zero. */
  const startTogether = (onWindow: OnWindow | undefined): void => {
    let waiting = threads.length;
    for (const thread of threads) {
      thread.onReady = () => {
        waiting -= 1;
        if (waiting > 0) return;
        const zero: ToThread = { kind: 'zero', zeroMs: monotonicMs() + LEAD_MS };
        for (const { worker } of threads) worker.postMessage(zero);
      };
      thread.onWindow = () => undefined;
    }
    first!.onWindow = onWindow ?? (() => undefined);
  };

  return {
    threadIds: threads.flatMap(({ threadId }) => (threadId === null ? [] : [threadId])),
    async load(plan) {
      await askAll({ kind: 'load', plan });
    },
    async setUp() {
      // One after another: what is set up once for all comes first.
      for (const thread of threads) {
        const refusal = (await thread.ask({ kind: 'set-up' })) as string | undefined;
        if (refusal !== undefined) return refusal;
      }
      return undefined;
    },
    async warmUp(sessions) {
      await askAll({ kind: 'warm-up', sessions });
    },
    async openLoop(run, onWindow) {
      startTogether(onWindow);
      const ends = (await askAll({ kind: 'open-loop', run })) as PlainOpenLoopResult[];
      const streams = ends.flatMap(({ stream }) => (stream ? [stream] : []));
      const aborted = ends.find((end) => end.aborted !== undefined)?.aborted;
      return {
        loopDelayP99Us: Math.max(...ends.map(({ loopDelayP99Us }) => loopDelayP99Us)),
        errorSamples: ends.flatMap(({ errorSamples }) => errorSamples),
        ...(aborted !== undefined && { aborted }),
        ...(streams.length > 0 && { stream: sumStreams(streams) }),
      };
    },
    async converse(run, onWindow) {
      startTogether(onWindow);
      return sumConversations((await askAll({ kind: 'conversation', run })) as ConversationEnd[]);
    },
    closedLoop: (run, onWindow) => closedLoop('closed-loop', run, onWindow),
    cannon: (run, onWindow) => closedLoop('cannon', run, onWindow),
    async validated() {
      const counts = (await askAll({ kind: 'validated' })) as number[];
      return counts.reduce((all, each) => all + each, 0);
    },
    async close() {
      await askAll({ kind: 'close' });
      await Promise.all(threads.map(({ worker }) => worker.terminate()));
    },
  };
}

function startThread(data: ThreadData): Promise<Thread> {
  const worker = new Worker(threadFile, {
    workerData: data,
    resourceLimits: { maxYoungGenerationSizeMb: YOUNG_GENERATION_MB },
  });
  const waiting = new Map<number, PromiseWithResolvers<Told>>();
  let asked = 0;
  const fail = (error: Error): void => {
    for (const { reject } of waiting.values()) reject(error);
    waiting.clear();
  };
  return new Promise((resolve, reject) => {
    const ask = (what: Ask): Promise<Told> => {
      const answer = Promise.withResolvers<Told>();
      asked += 1;
      waiting.set(asked, answer);
      worker.postMessage({ kind: 'ask', id: asked, ask: what } satisfies ToThread);
      return answer.promise;
    };
    const thread = { worker, ask, onReady: () => undefined, onWindow: () => undefined };
    let up: Thread | undefined;
    worker.on('message', (message: FromThread) => {
      switch (message.kind) {
        case 'up':
          up = { ...thread, threadId: message.threadId };
          return resolve(up);
        case 'told':
          waiting.get(message.id)?.resolve(message.told);
          return void waiting.delete(message.id);
        case 'failed':
          waiting.get(message.id)?.reject(new Error(message.reason));
          return void waiting.delete(message.id);
        case 'ready':
          return up?.onReady();
        case 'window':
          return up?.onWindow(message.edge);
      }
    });
    worker.once('error', (error: Error) => {
      reject(error);
      fail(error);
    });
    worker.once('exit', (code) => {
      const error = new Error(`a generator thread ended with code ${code}`);
      reject(error);
      fail(error);
    });
  });
}

/** Every thread subscribes for its own requests, so each has read every message. */
function sumStreams(streams: readonly NonNullable<PlainOpenLoopResult['stream']>[]): WatchedStream {
  const latency = latencyHistogram();
  for (const stream of streams) addHistogram(latency, decodeHistogram(stream.latency));
  return {
    messages: streams.reduce((all, { messages }) => all + messages, 0),
    bytes: streams.reduce((all, { bytes }) => all + bytes, 0),
    latency,
    undelivered: streams.reduce((all, { undelivered }) => all + undelivered, 0),
    failures: streams.flatMap(({ failures }) => failures),
  };
}

function sumConversations(ends: readonly ConversationEnd[]): ConversationEnd {
  const add = (pick: (end: ConversationEnd) => number): number =>
    ends.reduce((all, end) => all + pick(end), 0);
  const aborted = ends.find((end) => end.aborted !== undefined)?.aborted;
  return {
    loopDelayP99Us: Math.max(...ends.map(({ loopDelayP99Us }) => loopDelayP99Us)),
    errorSamples: ends.flatMap(({ errorSamples }) => errorSamples),
    ...(aborted !== undefined && { aborted }),
    heard: ends.flatMap(({ heard }) => heard),
    failures: ends.flatMap(({ failures }) => failures),
    checked: {
      ok: add(({ checked }) => checked.ok),
      refused: add(({ checked }) => checked.refused),
      errors: add(({ checked }) => checked.errors),
    },
  };
}

function sum(results: readonly PlainClosedLoopResult[]): ClosedLoopResult {
  const add = (pick: (each: PlainClosedLoopResult) => number): number =>
    results.reduce((all, each) => all + pick(each), 0);
  const service = latencyHistogram();
  const texts = results.flatMap((each) => (each.service === null ? [] : [each.service]));
  for (const text of texts) addHistogram(service, decodeHistogram(text));
  return {
    ok: add(({ ok }) => ok),
    refused: add(({ refused }) => refused),
    errors: add(({ errors }) => errors),
    timeouts: add(({ timeouts }) => timeouts),
    achievedRps: add(({ achievedRps }) => achievedRps),
    elapsedS: Math.max(...results.map(({ elapsedS }) => elapsedS)),
    errorSamples: results.flatMap(({ errorSamples }) => errorSamples),
    service: texts.length === 0 ? null : service,
  };
}
