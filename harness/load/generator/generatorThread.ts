/** A thread that generates load. Run by threadGenerator.ts, never imported. */
import { readlinkSync } from 'node:fs';
import { parentPort, workerData } from 'node:worker_threads';
import { encodeHistogram } from '../latencyHistogram.ts';
import type { ClosedLoopResult, OpenLoopResult } from './generator.ts';
import { localGenerator } from './localGenerator.ts';
import type {
  Ask,
  FromThread,
  PlainClosedLoopResult,
  PlainOpenLoopResult,
  ThreadData,
  Told,
  ToThread,
} from './threadMessages.ts';

const port = parentPort!;
const { share } = workerData as ThreadData;
const generator = localGenerator(share);
let giveZero: ((zeroMs: number) => void) | undefined;

port.on('message', (message: ToThread) => {
  if (message.kind === 'zero') return giveZero?.(message.zeroMs);
  void answer(message.id, message.ask);
});
tell({ kind: 'up', threadId: threadId() });

async function answer(id: number, ask: Ask): Promise<void> {
  try {
    tell({ kind: 'told', id, told: await carryOut(ask) });
  } catch (error) {
    const reason = error instanceof Error ? (error.stack ?? error.message) : String(error);
    tell({ kind: 'failed', id, reason });
  }
}

async function carryOut(ask: Ask): Promise<Told> {
  switch (ask.kind) {
    case 'load':
      await generator.load(ask.plan);
      return undefined;
    case 'set-up':
      return generator.setUp();
    case 'warm-up':
      await generator.warmUp(ask.sessions);
      return undefined;
    case 'open-loop':
      return plainOpenLoop(await generator.openLoopAt(ask.run, ready, tellWindow));
    case 'conversation':
      return generator.converseAt(ask.run, ready, tellWindow);
    case 'closed-loop':
      return plain(await generator.closedLoop(ask.run, tellWindow));
    case 'cannon':
      return plain(await generator.cannon(ask.run, tellWindow));
    case 'validated':
      return generator.validated();
    case 'close':
      await generator.close();
      return undefined;
  }
}

function ready(): Promise<number> {
  return new Promise((resolve) => {
    giveZero = resolve;
    tell({ kind: 'ready' });
  });
}

function tellWindow(edge: 'begins' | 'ends'): void {
  tell({ kind: 'window', edge });
}

function plainOpenLoop({ stream, ...end }: OpenLoopResult): PlainOpenLoopResult {
  if (!stream) return end;
  return { ...end, stream: { ...stream, latency: encodeHistogram(stream.latency) } };
}

function plain(result: ClosedLoopResult): PlainClosedLoopResult {
  return { ...result, service: result.service && encodeHistogram(result.service) };
}

/** Linux: a thread reads its own id where it runs. */
function threadId(): number | null {
  try {
    return Number(readlinkSync('/proc/thread-self').split('/').at(-1));
  } catch {
    return null;
  }
}

function tell(message: FromThread): void {
  port.postMessage(message);
}
