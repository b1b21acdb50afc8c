/**
 * A campaign: an implementation under an open-loop load while faults strike it, all of it in one history; afterwards what was lost is
 * asked about, and the final state is read. It knows no case: what it means is the judge's of the case.
 */
import { randomBytes } from 'node:crypto';
import type { CampaignFinalContext, CampaignJudge } from '../checks/campaignJudge.ts';
import type { CaseStudy } from '../contract/caseStudy.ts';
import { definiteBy } from '../history/classifyAnswer.ts';
import type { HistoryCall, HistoryOperation } from '../history/history.ts';
import { historyFile, readHistory } from '../history/historyFile.ts';
import type { HistoryFile } from '../history/historyFile.ts';
import { historyRecorder } from '../history/historyRecorder.ts';
import type { CallFunction, HistoryRecorder, Resolution } from '../history/historyRecorder.ts';
import { watchCpu } from '../load/cpuUsage.ts';
import type { CpuShares } from '../load/cpuUsage.ts';
import { seededRandom } from '../load/seededRandom.ts';
import { workload } from '../load/workload.ts';
import type { Workload } from '../load/workload.ts';
import type { WorkloadFile } from '../load/workloadFile.ts';
import { deriveSeed } from '../run/deriveSeed.ts';
import type { Target } from '../target/target.ts';
import { openWorld } from '../world/openWorld.ts';
import type { World } from '../world/world.ts';
import { campaignClients } from './campaignClients.ts';
import type { CampaignClients } from './campaignClients.ts';
import { campaignLoad, IN_TIME_MS, judgementOf, NOT_SENT } from './campaignLoad.ts';
import type { CampaignLoad } from './campaignLoad.ts';
import { campaignStarts } from './campaignStarts.ts';
import type { CommandLog } from './commandLog.ts';
import type { FaultEvent } from './faultEvent.ts';
import type { FaultProfile, PhaseName } from './faultFile.ts';
import { startFaultProxy } from './faultProxy.ts';
import { planFaults } from './faultSchedule.ts';
import type { PlannedFault } from './faultSchedule.ts';
import type { FaultClock, FaultTools } from './faultTools.ts';
import { realClock, within } from './faultTools.ts';
import { processControls } from './processFault.ts';
import { requestLines } from './requestLines.ts';
import { runFaultSchedule } from './runFaultSchedule.ts';
import type { FaultRun } from './runFaultSchedule.ts';

/** Together fewer than a listening socket keeps waiting (511): a connection that is dropped there comes seconds later. */
const MAX_CLIENTS = 256;
const MAX_RETRY_CLIENTS = 128;
/** A late reply is worth more than none: five times what counts as in time. */
const LISTEN_MS = 5 * IN_TIME_MS;

export interface CampaignOptions {
  readonly caseStudy: CaseStudy;
  /** Over http, started by the harness. */
  readonly launch: (how?: { readonly world: World }) => Promise<Target>;
  readonly world?: World | undefined;
  readonly readyPath: string;
  readonly profile: FaultProfile;
  readonly judge: CampaignJudge;
  readonly workloadFile: WorkloadFile;
  readonly seed: number;
  readonly historyPath: string;
  readonly onPhase: (name: PhaseName) => void;
  readonly onFault: (event: FaultEvent) => void;
}

/** What the resolve phase came to. Commands that a retry had acknowledged, and reads, are not asked about. */
export interface Resolved {
  readonly found: number;
  readonly absent: number;
  readonly unanswered: number;
}

export interface Campaign {
  readonly planned: readonly PlannedFault[];
  readonly run: FaultRun;
  readonly log: CommandLog;
  /** Index of the first command that is counted. */
  readonly firstCounted: number;
  readonly resolved: Resolved;
  /** What finalReads gave; undefined when it did not come to its end, and why stands in `run`. */
  readonly finals: { readonly read: unknown } | undefined;
  /** How the process ended that could not be started again; undefined when it runs. */
  readonly dead: string | undefined;
  /** In the steady phase. */
  readonly cpu: CpuShares | undefined;
  /** Of the harness itself (load, recorder, proxy) while the load was sent, in shares of one core. */
  readonly ownCpu: number;
}

/** It could not be begun, and the sentence says why. */
export class CampaignNotBegun extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'CampaignNotBegun';
  }
}

/** @throws LaunchError, CampaignNotBegun; whatever happens later is part of what it gives back */
export async function runCampaign(options: CampaignOptions): Promise<Campaign> {
  const { caseStudy, judge, profile, seed } = options;
  const target = await options.launch();
  const originMs = performance.now();
  const clock: FaultClock = { ...realClock, nowMs: () => performance.now() - originMs };
  const definite = definiteBy(caseStudy.errors);
  const sink = historyFile(options.historyPath);
  const recorder = historyRecorder({
    sink,
    rules: {
      definite: (operation, code) => code === NOT_SENT || definite(operation, code),
      observes: (operation, code) => judge.observes?.(operation, code) ?? false,
    },
    partitionOf: (operation, input) => judge.partitionOf(operation, input),
    idempotencyKeyOf: (operation, input) => judge.idempotencyKeyOf(operation, input),
    witnessSeqOf: (operation, output) => judge.witnessSeqOf(operation, output),
    nowNs: () => Math.round(clock.nowMs() * 1e6),
  });
  const proxy = await startFaultProxy({ upstreamPort: Number(new URL(target.address!).port) });
  const { startsMs, firstCounted } = campaignStarts(
    profile,
    seededRandom(deriveSeed(seed, 'campaign/starts')),
  );
  const work = workload({
    caseStudy,
    file: options.workloadFile,
    seed,
    runToken: randomBytes(5).toString('hex'),
    startsMs,
  });
  const shared = {
    caseStudy,
    recorder,
    address: proxy.address,
    readyPath: options.readyPath,
    listenMs: LISTEN_MS,
  };
  const clients = campaignClients({ ...shared, name: 'c', most: MAX_CLIENTS });
  const retryClients = campaignClients({ ...shared, name: 'r', most: MAX_RETRY_CLIENTS });
  try {
    const setUpCalls = await setUp(work, target, recorder);
    const load = campaignLoad({
      caseStudy,
      work,
      startsMs,
      recorder,
      clients,
      retryClients,
      clock,
      random: seededRandom(deriveSeed(seed, 'campaign/pauses')),
    });
    const tools: FaultTools = {
      clock,
      proxy,
      ...optional('process', processControls(target)),
      ...optional('dataDir', target.process?.dataDir),
      probe: () => probe(work, retryClients, clock),
      targetOf: (operations) => requestLines(caseStudy, operations),
    };
    const played = await play({ ...options, target, tools, load, recorder, sink, setUpCalls });
    return { ...played, log: load.log, firstCounted };
  } finally {
    await Promise.allSettled([clients.close(), retryClients.close(), proxy.close()]);
    await target.close();
    recorder.close();
  }
}

/** Directly, not through the proxy; recorded, for what it leaves behind is part of the state. */
async function setUp(
  work: Workload,
  target: Target,
  recorder: HistoryRecorder,
): Promise<HistoryCall[]> {
  const calls: HistoryCall[] = [];
  const call: CallFunction = (operation, input) => target.call(operation, input);
  const refusal = await work.setUp(async (operation, input) => {
    calls.push({ operation, input });
    return (await recorder.client(call).call(operation, input)).answer;
  });
  if (refusal !== undefined) {
    throw new CampaignNotBegun(`The load could not be set up: ${refusal}.`);
  }
  return calls;
}

/** A command like those of the load, sent where they are sent. */
async function probe(
  work: Workload,
  clients: CampaignClients,
  clock: FaultClock,
): Promise<boolean> {
  const client = clients.take();
  if (!client) return false;
  const request = work.nextOf(0);
  const asked = client.call(request.operation, request.input).then((recorded) => {
    clients.give(client);
    return judgementOf(request, recorded) !== 'unavailable';
  });
  return within(clock, IN_TIME_MS, 'the probe', asked).catch(() => false);
}

interface Playing extends CampaignOptions {
  readonly setUpCalls: readonly HistoryCall[];
  readonly target: Target;
  readonly tools: FaultTools;
  readonly load: CampaignLoad;
  readonly recorder: HistoryRecorder;
  readonly sink: HistoryFile;
}

async function play(options: Playing): Promise<Omit<Campaign, 'log' | 'firstCounted'>> {
  const { profile, judge, seed, target, tools, load, recorder } = options;
  const planned = planFaults(profile, seed);
  const resolving = resolver(options);
  let resolved: Promise<void> | undefined;
  let finals: Campaign['finals'];
  let readCpu: (() => CpuShares) | undefined;
  let cpu: CpuShares | undefined;
  let ownCpu = 0;
  let ownFrom = { cpu: process.cpuUsage(), ms: performance.now() };

  const onPhase = (name: PhaseName): void => {
    options.onPhase(name);
    if (name === 'warm-up') load.start();
    if (name === 'steady') {
      readCpu = watchCpu(target.processGroup);
      ownFrom = { cpu: process.cpuUsage(), ms: performance.now() };
    }
    if (name === 'faults') cpu = readCpu?.();
    if (name === 'heal') {
      load.stop();
      const { user, system } = process.cpuUsage(ownFrom.cpu);
      ownCpu = (user + system) / 1000 / (performance.now() - ownFrom.ms);
    }
  };
  const run = await runFaultSchedule({
    profile,
    planned,
    tools,
    onPhase,
    onEvent(event) {
      recordFault(recorder, event);
      options.onFault(event);
    },
    resolve: async () => {
      await load.settled();
      resolved = recorder.resolve(resolving.lookUp).then(() => undefined);
      await resolved;
    },
    finalReads: async () => {
      resolving.end();
      await resolved;
      finals = { read: await judge.finalReads(finalContext(options)) };
    },
  });
  // What ran out of its time may still be writing into the history.
  resolving.end();
  await resolved;
  await load.settled();
  const dead = target.process?.exit() ? (target.ended() ?? 'it does not run') : undefined;
  return { planned, run, resolved: resolving.counts, finals, dead, cpu, ownCpu };
}

/** The history knows of no skipped faults: what was begun and skipped is over, what was not begun did not happen. */
function recordFault(recorder: HistoryRecorder, event: FaultEvent): void {
  const { id, fault, phase, evidence } = event;
  const told = { fault, target: id, evidence: evidence.why };
  if (phase === 'skipped') recorder.fault({ ...told, phase: 'healed' });
  else recorder.fault({ ...told, phase });
}

interface Resolver {
  readonly counts: Resolved;
  lookUp(operation: HistoryOperation): Promise<Resolution>;
  /** Asks nothing any more. */
  end(): void;
}

function resolver({ caseStudy, judge, target, load }: Playing): Resolver {
  const counts = { found: 0, absent: 0, unanswered: 0 };
  const call: CallFunction = (operation, input) => target.call(operation, input);
  let ended = false;
  return {
    counts,
    async lookUp(operation) {
      const { operation: name, idempotencyKey } = operation;
      const isRead = caseStudy.operations.get(name)!.effect === 'read';
      const isKnown = idempotencyKey !== undefined && load.isSettled(idempotencyKey);
      // It stays what it is: nobody knows when its effect came, and nobody needs to.
      if (isRead || isKnown) return { kind: 'absent' };
      if (ended) {
        counts.unanswered += 1;
        return { kind: 'unanswered' };
      }
      const resolution = await judge
        .lookUp(call, operation)
        .catch((): Resolution => ({ kind: 'unanswered' }));
      counts[resolution.kind] += 1;
      return resolution;
    },
    end() {
      ended = true;
    },
  };
}

function finalContext(playing: Playing): CampaignFinalContext {
  const { caseStudy, target, launch, world, setUpCalls, sink, historyPath } = playing;
  return {
    ...optional('world', world),
    call: (operation, input) => target.call(operation, input),
    errors: caseStudy.errors,
    setUp: setUpCalls,
    history() {
      sink.flush();
      return readHistory(historyPath);
    },
    async restart() {
      await target.kill();
      await target.restart();
    },
    async fresh() {
      if (!caseStudy.world) return { target: await launch() };
      const own = await openWorld(caseStudy);
      try {
        return { target: await launch({ world: own }), world: own };
      } catch (error) {
        await own.close();
        throw error;
      }
    },
  };
}

function optional<K extends string, T>(name: K, value: T | undefined): { [name in K]?: T } {
  return value === undefined ? {} : ({ [name]: value } as { [name in K]?: T });
}
