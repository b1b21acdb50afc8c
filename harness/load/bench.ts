/**
 * A bench: the floor of this machine, the open loop, the invariants on what it left behind, the closed loop, and what the
 * implementation's own program measures inside. Each figure is told as soon as it is known.
 */
import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import type { CaseStudy, TargetRow } from '../contract/caseStudy.ts';
import type { Measurement, TargetVerdict } from '../report/measurement.ts';
import type { BenchOptions, BenchResult, RunBench } from '../report/runBench.ts';
import { sessionIds } from '../run/sessionIds.ts';
import type { Target } from '../target/target.ts';
import { arrivalSchedule } from './arrivalSchedule.ts';
import { closedLoop } from './closedLoop.ts';
import { watchCpu } from './cpuUsage.ts';
import type { CpuShares } from './cpuUsage.ts';
import { measureFloor } from './floor.ts';
import { httpText } from './httpText.ts';
import { measureInProcess } from './inProcess.ts';
import { checkInvariants } from './invariants.ts';
import { answers, judgeTarget } from './judgeTarget.ts';
import { encodeHistogram } from './latencyHistogram.ts';
import { openLoop } from './openLoop.ts';
import type { OpenLoopResult, Pacing } from './openLoop.ts';
import { closedLoopRow, inProcessRow, openLoopRows } from './rows.ts';
import type { Row, RowContext } from './rows.ts';
import { commonReasons, openLoopReasons, validityOf } from './validity.ts';
import { workload } from './workload.ts';
import type { Workload } from './workload.ts';
import { profileOf, readWorkloadFile, workloadPath } from './workloadFile.ts';
import type { LoadProfile, WorkloadFile } from './workloadFile.ts';

/** One core for the implementation, one for the generator that spins. */
const MIN_CORES_TO_SPIN = 2;

interface Bench extends BenchOptions {
  readonly seen: Measurement[];
  readonly verdicts: TargetVerdict[];
  /** Why a profile of targets.json has no figure. */
  readonly whyNot: Map<string, string>;
}

interface Load {
  readonly target: Target;
  readonly address: URL;
  readonly file: WorkloadFile;
  readonly profile: LoadProfile;
  readonly work: Workload;
  readonly pacing: Pacing;
}

/** @throws SpecError for a workload file that is not valid, or a profile that it does not have */
export const runBench: RunBench = async (options): Promise<BenchResult> => {
  const bench: Bench = { ...options, seen: [], verdicts: [], whyNot: new Map() };
  await measureLoad(bench);
  await measureInside(bench);
  for (const target of options.caseStudy.targets) {
    if (!bench.verdicts.some(({ id }) => id === target.id)) tellNotRun(bench, target);
  }
  return { measurements: bench.seen, targets: bench.verdicts };
};

async function measureLoad(bench: Bench): Promise<void> {
  const { caseStudy } = bench;
  if (!existsSync(workloadPath(caseStudy))) {
    return notMeasured(
      bench,
      undefined,
      `${caseStudy.id} has no bench/${caseStudy.id}/workload.json`,
    );
  }
  const file = readWorkloadFile(caseStudy);
  const profile = profileOf(file, bench.profile);
  const target = await bench.launch();
  try {
    const address = bench.baseUrlOf(target);
    if (address === undefined) {
      return notMeasured(
        bench,
        profile,
        `load goes over http, and this is the binding ${target.binding}`,
      );
    }
    await measureHttp(bench, file, profile, target, new URL(address));
  } finally {
    await target.close();
  }
}

async function measureHttp(
  bench: Bench,
  file: WorkloadFile,
  profile: LoadProfile,
  target: Target,
  address: URL,
): Promise<void> {
  const { caseStudy, seed } = bench;
  const pacing = availableParallelism() >= MIN_CORES_TO_SPIN ? 'spin' : 'timer';
  const { openLoop: load } = profile;
  const durationMs = (load.warmupS + load.durationS) * 1000;
  const schedule = arrivalSchedule({ ...load, durationMs, seed });
  const runId = sessionIds(randomBytes(5).toString('hex'));
  const work = workload({ caseStudy, file, seed, runId, requests: schedule.length });
  progress(bench, `load "${bench.profile}" of ${file.title}: seed ${seed}, plan ${work.digest}`);

  progress(
    bench,
    `floor: ${load.ratePerS} requests/s to a server that does nothing, ${profile.floorS} s`,
  );
  const floor = await measureFloor(profile, pacing, seed);

  progress(bench, 'set-up');
  const refusal = await work.setUp(target);
  if (refusal !== undefined) {
    return notMeasured(bench, profile, `the load could not be set up: ${refusal}`);
  }
  const running: Load = { target, address, file, profile, work, pacing };
  await measureOpenLoop(bench, running, schedule, floor);
  await measureClosedLoop(bench, running);
}

async function measureOpenLoop(
  bench: Bench,
  { target, address, file, profile, work, pacing }: Load,
  schedule: Float64Array,
  floor: OpenLoopResult,
): Promise<void> {
  const { openLoop: load } = profile;
  progress(
    bench,
    `open loop: ${load.ratePerS} requests/s ${load.arrival}, ${load.warmupS} s of warm-up and ${load.durationS} s`,
  );
  const watched = cpuWatch(target);
  const result = await openLoop({
    ...load,
    host: address.hostname,
    port: Number(address.port),
    schedule,
    durationMs: (load.warmupS + load.durationS) * 1000,
    warmupMs: load.warmupS * 1000,
    pacing,
    request(index) {
      const { operation, http, judge } = work.planned(index);
      return { operation, text: httpText(http, address.host), judge, lost: () => undefined };
    },
    onWindow: watched.onWindow,
  });
  const { holding, broken } = await checkInvariants(target, work, file);
  const strictest = strictestLatencyUs(bench.caseStudy, load.scenario);
  const evidence = { profile, file, cpu: watched.shares(), broken };
  const reasons = openLoopReasons(result, evidence, strictest, floor);
  const histRef = writeHistogram(bench.outDir, load.scenario, result);
  const context = contextOf(bench, profile, pacing, work, evidence.cpu, holding, reasons);
  for (const row of openLoopRows(result, floor, context, histRef)) tell(bench, row);
}

async function measureClosedLoop(
  bench: Bench,
  { target, address, file, profile, work, pacing }: Load,
): Promise<void> {
  const { closedLoop: load } = profile;
  progress(
    bench,
    `closed loop: ${load.connections} connections, ${load.warmupS} s of warm-up and ${load.durationS} s`,
  );
  const watched = cpuWatch(target);
  const result = await closedLoop({
    ...load,
    address: address.origin,
    workload: work,
    onWindow: watched.onWindow,
  });
  const { holding, broken } = await checkInvariants(target, work, file);
  const evidence = { profile, file, cpu: watched.shares(), broken };
  const reasons = commonReasons(result, result.errorSamples, evidence);
  const context = contextOf(bench, profile, pacing, work, evidence.cpu, holding, reasons);
  tell(bench, closedLoopRow(result, context));
}

async function measureInside(bench: Bench): Promise<void> {
  const { inProcess, seed } = bench;
  const targets = bench.caseStudy.targets;
  if (!inProcess) {
    bench.whyNot.set(
      'inproc',
      'only a program of the implementation’s own can measure it, and its manifest names none (inProcess)',
    );
    return;
  }
  const command = inProcess.command.join(' ');
  progress(bench, `in process: ${command}`);
  const result = await measureInProcess(inProcess.command, inProcess.dir);
  if (result.kind === 'failed') {
    bench.whyNot.set('inproc', result.reason);
    return;
  }
  for (const row of result.rows) {
    const measured = inProcessRow(row, command, result.elapsedS, seed);
    const target = targets.find((each) => answers(measured, each));
    emit(bench, { ...measured, targetId: target?.id ?? null, target: target?.value ?? null });
    if (!target) continue;
    const { id, comparison, value, unit } = target;
    const reason = `${row.value} ${row.unit} of ${row.n} samples, asked for ${comparison} ${value} ${unit}; measured by the implementation’s own program, so declared and not judged.`;
    emitVerdict(bench, { id, verdict: 'declared', value: row.value, reason });
  }
}

/** Judges a row by the target that it answers, and tells both. */
function tell(bench: Bench, row: Row): void {
  const target = bench.caseStudy.targets.find((each) => answers(row, each));
  if (!target) {
    const verdict = row.validity === 'invalid' ? 'invalid' : 'not-judged';
    return emit(bench, { ...row, targetId: null, target: null, verdict });
  }
  const { verdict, reason } = judgeTarget(target, row);
  emit(bench, { ...row, targetId: target.id, target: target.value, verdict });
  emitVerdict(bench, { id: target.id, verdict, value: row.value, reason });
}

function tellNotRun(bench: Bench, { id, profile }: TargetRow): void {
  const reason =
    bench.whyNot.get(profile) ?? `no load of the profile "${bench.profile}" measures "${profile}"`;
  emitVerdict(bench, { id, verdict: 'not-run', value: null, reason: `${reason}.` });
}

function notMeasured(bench: Bench, profile: LoadProfile | undefined, reason: string): void {
  progress(bench, reason);
  const scenarios = profile
    ? [profile.openLoop.scenario, profile.closedLoop.scenario]
    : bench.caseStudy.targets.map((target) => target.profile);
  for (const scenario of scenarios) bench.whyNot.set(scenario, reason);
}

function contextOf(
  { seed }: Bench,
  profile: LoadProfile,
  pacing: Pacing,
  work: Workload,
  cpu: CpuShares | undefined,
  holding: number,
  validityReasons: readonly string[],
): RowContext {
  const verified = `${work.validated()} replies held to their schema, ${holding} invariants hold`;
  const validity = validityOf(validityReasons, profile);
  return { profile, seed, pacing, digest: work.digest, cpu, verified, validity, validityReasons };
}

function cpuWatch(target: Target) {
  let read: (() => CpuShares) | undefined;
  let shares: CpuShares | undefined;
  return {
    onWindow(edge: 'begins' | 'ends'): void {
      if (edge === 'begins') read = watchCpu(target.processGroup);
      else shares = read?.();
    },
    shares: () => shares,
  };
}

function strictestLatencyUs({ targets }: CaseStudy, scenario: string): number | undefined {
  const values = targets
    .filter(
      ({ profile, metric, unit }) => profile === scenario && metric === 'latency' && unit === 'us',
    )
    .map(({ value }) => value);
  return values.length === 0 ? undefined : Math.min(...values);
}

/** @returns the file relative to outDir */
function writeHistogram(outDir: string, scenario: string, { all }: OpenLoopResult): string {
  const folder = 'histograms';
  mkdirSync(join(outDir, folder), { recursive: true });
  const file = `${folder}/${scenario}-latency.hdr`;
  writeFileSync(join(outDir, file), `${encodeHistogram(all.response)}\n`);
  return file;
}

function progress({ onEvent }: Bench, message: string): void {
  onEvent({ kind: 'progress', message });
}

function emit(bench: Bench, measurement: Measurement): void {
  bench.seen.push(measurement);
  bench.onEvent({ kind: 'measurement', measurement });
}

function emitVerdict(bench: Bench, target: TargetVerdict): void {
  bench.verdicts.push(target);
  bench.onEvent({ kind: 'target', target });
}
