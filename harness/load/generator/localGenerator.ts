/** The generator in this thread. */
import { dirname } from 'node:path';
import type { CaseStudy } from '../../contract/caseStudy.ts';
import { loadCaseStudy } from '../../contract/loadCaseStudy.ts';
import { connectHttp } from '../../target/httpConnection.ts';
import { DEFAULT_CALL_TIMEOUT_MS } from '../../target/bounds.ts';
import { autocannonLoop } from '../autocannonLoop.ts';
import { closedLoopLanes } from '../lanes/closedLoopLanes.ts';
import { callLanes } from '../lanes/callLane.ts';
import type { OpenLane } from '../lanes/lane.ts';
import { converse } from '../conversation/converse.ts';
import type { ConversationEnd, ConversationRun } from '../conversation/converse.ts';
import { rawHttpLanes } from '../lanes/rawHttpLane.ts';
import { undiciLanes } from '../lanes/undiciLane.ts';
import type { LoadRequest } from '../loadRequest.ts';
import { monotonicMs, openLoop } from '../openLoop.ts';
import type { Share } from '../openLoop.ts';
import { sampleLog } from '../sampleLog.ts';
import { workload } from '../workload.ts';
import type { Call, Workload, WorkloadOptions } from '../workload.ts';
import { intendedStarts } from '../intendedStarts.ts';
import { withEchoServer } from './echoServer.ts';
import type {
  ClosedLoopResult,
  ClosedLoopRun,
  Generator,
  LoadPlan,
  OnWindow,
  OpenLoopResult,
  OpenLoopRun,
} from './generator.ts';
import { NOTHING } from './nothing.ts';
import { watchStream } from './watchStream.ts';
import type { StreamWatcher } from './watchStream.ts';

const WARM_UP_SESSION_MS = 400;
const WARM_UP_RATE_PER_S = 8_000;
const WARM_UP_TIMEOUT_MS = 2_000;

interface Loaded {
  readonly plan: LoadPlan;
  readonly caseStudy: CaseStudy;
  readonly work: Workload | undefined;
  readonly openLane: OpenLane;
  readonly call: Call;
  /** Undefined where no stream is watched. @param countFromMs what was due before is not asked for */
  openWatch(countFromMs: number): Promise<StreamWatcher | undefined>;
  close(): Promise<void>;
}

export interface LocalGenerator extends Generator {
  /** As openLoop; `ready` is asked for time zero once all lanes are open, so that several generators start together. */
  openLoopAt(
    run: OpenLoopRun,
    ready: () => Promise<number>,
    onWindow?: OnWindow,
  ): Promise<OpenLoopResult>;
  /** As converse, the same way. */
  converseAt(
    run: ConversationRun,
    ready: () => Promise<number>,
    onWindow?: OnWindow,
  ): Promise<ConversationEnd>;
}

export function localGenerator(share: Share): LocalGenerator {
  let loaded: Loaded | undefined;
  const current = (): Loaded => {
    if (loaded) return loaded;
    throw new Error('load() comes before anything else');
  };
  const planned = (index: number): LoadRequest => current().work?.planned(index) ?? NOTHING;
  const nextOf = (client: number): LoadRequest => current().work?.nextOf(client) ?? NOTHING;

  const openLoopAt: LocalGenerator['openLoopAt'] = async (run, ready, onWindow) => {
    const { openLane, openWatch } = current();
    const watcher = await openWatch(run.countFromMs);
    let zeroMs = 0;
    const end = await openLoop({
      ...run,
      openLane,
      share,
      lanes: part(run.connections, share),
      maxInFlight: part(run.maxInFlight, share),
      graceMs: run.timeoutMs,
      request: planned,
      ready: async () => (zeroMs = await ready()),
      ...(onWindow && { onWindow }),
    });
    return watcher ? { ...end, stream: await watcher.end(zeroMs) } : end;
  };

  const converseAt: LocalGenerator['converseAt'] = (run, ready, onWindow) => {
    const { plan, caseStudy, work } = current();
    const { conversation, address, file } = plan;
    if (!conversation || !work || address === null)
      throw new Error('a plan without a conversation, or without an address');
    return converse({
      ...run,
      address: new URL(address).origin,
      stream: caseStudy.streams.get(conversation.stream)!,
      work,
      refusals: file.refusals,
      share,
      ready,
      ...(onWindow && { onWindow }),
    });
  };

  return {
    threadIds: [],
    async load(plan, call) {
      await loaded?.close();
      loaded = open(plan, share, call);
    },
    setUp: async () => current().work?.setUp(current().call),
    warmUp: (sessions) =>
      withEchoServer(async (port) => {
        for (let session = 0; session < sessions; session += 1) await warmUpOnce(port);
      }),
    openLoopAt,
    openLoop: (run, onWindow) => openLoopAt(run, async () => monotonicMs(), onWindow),
    converseAt,
    converse: (run, onWindow) => converseAt(run, async () => monotonicMs(), onWindow),
    closedLoop: (run, onWindow) => closedLoop(current(), run, share, nextOf, onWindow),
    cannon: (run, onWindow) =>
      autocannonLoop({
        ...run,
        connections: part(run.connections, share),
        address: current().plan.address!,
        nextOf,
        ...(onWindow && { onWindow }),
      }),
    validated: async () => current().work?.validated() ?? 0,
    close: async () => loaded?.close(),
  };
}

function open(plan: LoadPlan, share: Share, call: Call | undefined): Loaded {
  const caseStudy = loadCaseStudy(plan.caseId, [plan.root]);
  let onOutput: WorkloadOptions['onOutput'];
  const work =
    plan.requests === 'workload'
      ? workload({
          ...plan,
          caseStudy,
          share,
          onOutput: (index, operation, output) => onOutput?.(index, operation, output),
        })
      : undefined;
  const openWatch = async (countFromMs: number): Promise<StreamWatcher | undefined> => {
    const { watch, address, startsMs } = plan;
    if (!watch || !work || address === null) return undefined;
    const watcher = await watchStream(caseStudy, watch, work, address, monotonicMs);
    const causing = new Set(watch.operations);
    onOutput = (index, operation, output) => {
      if (startsMs[index]! >= countFromMs && causing.has(operation))
        watcher.onOutput(startsMs[index]!, output);
    };
    return watcher;
  };
  if (plan.address === null) {
    if (!call) throw new Error('a plan without an address needs a call');
    return {
      plan,
      caseStudy,
      work,
      call,
      openWatch,
      openLane: callLanes(call),
      close: async () => undefined,
    };
  }
  const address = new URL(plan.address);
  const connection = connectHttp(caseStudy, address.origin, '/');
  return {
    plan,
    caseStudy,
    work,
    openWatch,
    openLane:
      address.protocol === 'https:'
        ? undiciLanes({ origin: address.origin })
        : rawHttpLanes({ host: address.hostname, port: Number(address.port || 80) }),
    call: (operation, input) =>
      connection.call(caseStudy.operations.get(operation)!, input, DEFAULT_CALL_TIMEOUT_MS),
    close: () => connection.close(),
  };
}

async function closedLoop(
  { openLane }: Loaded,
  { connections, warmupS, durationS }: ClosedLoopRun,
  share: Share,
  nextOf: (client: number) => LoadRequest,
  onWindow: OnWindow | undefined,
): Promise<ClosedLoopResult> {
  const inFlight = new Map<number, LoadRequest>();
  const result = await closedLoopLanes({
    openLane,
    lanes: part(connections, share),
    warmupMs: warmupS * 1000,
    durationMs: durationS * 1000,
    request(turn) {
      const request = nextOf(turn);
      inFlight.set(turn, request);
      return request;
    },
    judge(reply, turn) {
      const request = inFlight.get(turn)!;
      inFlight.delete(turn);
      const judged = request.judge(reply);
      return judged.kind === 'shed' ? 'error' : judged.kind;
    },
    ...(onWindow && { onWindow }),
  });
  return { ...result, timeouts: 0 };
}

async function warmUpOnce(port: number): Promise<void> {
  const startsMs = intendedStarts({
    segments: [
      {
        shape: 'poisson',
        fromPerS: WARM_UP_RATE_PER_S,
        toPerS: WARM_UP_RATE_PER_S,
        durationS: WARM_UP_SESSION_MS / 1000,
      },
    ],
    seed: 1,
  });
  await openLoop({
    openLane: rawHttpLanes({ host: '127.0.0.1', port }),
    log: sampleLog([NOTHING.operation], startsMs),
    share: { index: 0, of: 1 },
    lanes: 16,
    maxInFlight: 10_000,
    timeoutMs: WARM_UP_TIMEOUT_MS,
    graceMs: WARM_UP_TIMEOUT_MS,
    pacing: 'spin',
    countFromMs: 0,
    request: () => NOTHING,
    ready: async () => monotonicMs(),
  });
}

/** How much of so many belongs to this share: at least one. */
function part(whole: number, { index, of }: Share): number {
  return Math.max(1, Math.floor((whole + of - 1 - index) / of));
}

/** The folder whose spec/ has a case study, from the folder of its data files. */
export function rootOf(caseDir: string): string {
  return dirname(dirname(caseDir));
}
