/** The generator as casemark runs it: in a thread of its own, placed, warmed up, and held to the same gate. */
import { existsSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { findCaseStudies } from '../../harness/contract/findCaseStudies.ts';
import { loadCaseStudy } from '../../harness/contract/loadCaseStudy.ts';
import { watchCpu } from '../../harness/load/cpuUsage.ts';
import type { CpuShares } from '../../harness/load/cpuUsage.ts';
import type { Generator } from '../../harness/load/generator/generator.ts';
import { NOTHING } from '../../harness/load/generator/nothing.ts';
import { threadGenerator } from '../../harness/load/generator/threadGenerator.ts';
import { intendedStarts } from '../../harness/load/intendedStarts.ts';
import type { Arrival } from '../../harness/load/intendedStarts.ts';
import type { Pacing } from '../../harness/load/openLoop.ts';
import { placeGenerator } from '../../harness/load/placement.ts';
import type { Placement } from '../../harness/load/placement.ts';
import { sampleLog } from '../../harness/load/sampleLog.ts';
import type { SampleLog } from '../../harness/load/sampleLog.ts';
import { tallyOf } from '../../harness/load/tally.ts';
import type { Stretch, Tally } from '../../harness/load/tally.ts';
import { readWorkloadFile, workloadPath } from '../../harness/load/workloadFile.ts';
import type { LoadProfile } from '../../harness/load/workloadFile.ts';
import { gateOf } from './gateOf.ts';
import type { Gate } from './gateOf.ts';

export interface Load {
  readonly arrival: Arrival;
  readonly ratePerS: number;
  /** Sent before it counts. */
  readonly warmupS: number;
  readonly durationS: number;
  readonly connections: number;
  readonly maxInFlight: number;
  readonly timeoutMs: number;
}

export interface Offered {
  readonly log: SampleLog;
  /** What counts of it. */
  readonly stretch: Stretch;
  readonly tally: Tally;
  /** As in a run of this length. */
  readonly gate: Gate;
  /** What the gate of a long run says: it asks for more quiet. An excuse for another attempt, and no more. */
  readonly busy: readonly string[];
}

export interface TestBed {
  offer(to: { readonly port: number; readonly processGroup: number }, load: Load): Promise<Offered>;
  /** It opens again when it is needed. */
  close(): Promise<void>;
}

/** One session is not enough: the generator runs at full speed from the third on. */
const WARM_UP_SESSIONS = 5;
/** Of schedules; any will do. */
const SEED = 7;

/** @param onOpen told where everything runs, in words */
export function testBed(
  validity: LoadProfile['validity'],
  onOpen: (text: string) => void,
): TestBed {
  let opened: Promise<Opened> | undefined;
  return {
    async offer(to, load) {
      opened ??= open(onOpen);
      return offer(await opened, validity, to, load);
    },
    async close() {
      const { placement, generator } = (await opened) ?? {};
      opened = undefined;
      placement?.end();
      await generator?.close();
    },
  };
}

interface Opened {
  readonly generator: Generator;
  readonly placement: Placement;
  readonly pacing: Pacing;
}

async function open(onOpen: (text: string) => void): Promise<Opened> {
  const generator = await threadGenerator(1);
  const placement = await placeGenerator(generator.threadIds);
  const pacing = availableParallelism() > 1 ? 'spin' : 'timer';
  onOpen(`${placement.text}, paced by ${pacing}`);
  await generator.warmUp(WARM_UP_SESSIONS);
  return { generator, placement, pacing };
}

async function offer(
  { generator, placement, pacing }: Opened,
  validity: LoadProfile['validity'],
  { port, processGroup }: Parameters<TestBed['offer']>[0],
  { arrival, ratePerS, warmupS, durationS, ...limits }: Load,
): Promise<Offered> {
  const { plan, file } = anyPlan();
  const stretch = { fromMs: warmupS * 1000, toMs: (warmupS + durationS) * 1000 };
  const segment = { shape: arrival, fromPerS: ratePerS, toPerS: ratePerS };
  const segments = [{ ...segment, durationS: warmupS + durationS }];
  const startsMs = intendedStarts({ segments, seed: SEED });
  const log = sampleLog([NOTHING.operation], startsMs);
  placement.place(processGroup);
  await generator.load({ ...plan, startsMs, address: `http://127.0.0.1:${port}` });
  let readCpu: (() => CpuShares) | undefined;
  let cpu: CpuShares | undefined;
  const end = await generator.openLoop(
    { ...limits, log, pacing, countFromMs: stretch.fromMs },
    (edge) => {
      if (edge === 'begins') readCpu = watchCpu(processGroup, placement.processGroups);
      else cpu = readCpu?.();
    },
  );
  const tally = tallyOf(log, stretch);
  const gate = (held: LoadProfile['validity']): Gate =>
    gateOf({ log, stretch, tally, end, cpu, profile: profileOf(held), file });
  return { log, stretch, tally, gate: gate(validity), busy: gate('valid').reasons };
}

function profileOf(validity: LoadProfile['validity']): LoadProfile {
  return { validity, calibration: { floorS: 0, ceilingS: 0 }, scenarios: [] };
}

/** Only requests that ask for nothing are sent; a plan needs a case study all the same. */
function anyPlan() {
  for (const { id, root } of findCaseStudies()) {
    const caseStudy = loadCaseStudy(id, [root]);
    if (!existsSync(workloadPath(caseStudy))) continue;
    const file = readWorkloadFile(caseStudy);
    const plan = { caseId: id, root, file, seed: SEED, runToken: 'acceptance' };
    return { plan: { ...plan, requests: 'nothing' as const }, file };
  }
  throw new Error('No case study has a workload.json: bench/<case>/workload.json says how.');
}
