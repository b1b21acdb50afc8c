/** An instance of the implementation, started, placed and set up for one scenario. */
import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Target } from '../../target/target.ts';
import type { LoadBench } from '../bench.types.ts';
import { watchCpu } from '../cpuUsage.ts';
import type { CpuShares } from '../cpuUsage.ts';
import { rootOf } from '../generator/localGenerator.ts';
import type { LoadPlan, OnWindow } from '../generator/generator.ts';
import { checkInvariants } from '../invariants.ts';
import type { Placement } from '../placement.ts';
import { tellProgress } from '../tell.ts';
import { probeEnvironment } from '../usage/probeEnvironment.ts';
import { isNodeImplementation } from '../usage/isNodeImplementation.ts';
import { watchUsage } from '../usage/implementationUsage.ts';
import type { ImplementationUsage } from '../usage/implementationUsage.ts';
import { workload } from '../workload.ts';
import type { Call, Workload } from '../workload.ts';
import type { Scenario } from '../workloadFile.ts';

export interface Running {
  readonly target: Target;
  /** For invariants and digests: the requests are made by the generator's own. */
  readonly work: Workload;
  readonly call: Call;
  /** What the machine and the implementation did between the edges of the last window. */
  readonly watch: {
    onWindow: OnWindow;
    cpu(): CpuShares | undefined;
    usage(): ImplementationUsage | undefined;
  };
}

/** It could not be measured, and the sentence says why: no fault of casemark's. */
export class NotMeasured extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'NotMeasured';
  }
}

/**
 * @param startsMs the schedule of what is to be sent
 * @throws NotMeasured when it refuses the set-up; LaunchError when it does not start
 */
export async function withImplementation<T>(
  bench: LoadBench,
  scenario: Scenario,
  startsMs: Float64Array,
  use: (running: Running) => Promise<T>,
): Promise<T> {
  const { caseStudy, file, seed, generator, placement, implementation, ownInstances } = bench;
  const { variant } = scenario;
  if (variant !== undefined && !(ownInstances && implementation.variants[variant])) {
    throw new NotMeasured(
      `it is to be measured in the variant "${variant}", which ${ownInstances ? `${implementation.source} does not describe` : 'a server that casemark did not start does not have'}`,
    );
  }
  const probeDir = mkdtempSync(join(tmpdir(), 'casemark-probe-'));
  const probeFile = isNodeImplementation(implementation)
    ? join(probeDir, 'probe.ndjson')
    : undefined;
  const given = {
    ...process.env,
    ...implementation.env,
    ...(variant !== undefined && implementation.variants[variant]!.env),
  };
  const target = await bench.launch({
    ...(variant !== undefined && { variant }),
    ...(probeFile !== undefined && { env: probeEnvironment(probeFile, given) }),
  });
  try {
    placement.place(target.processGroup);
    const runToken = randomBytes(5).toString('hex');
    const work = workload({
      ...{ caseStudy, file, seed, runToken, startsMs },
      ...(scenario.kind === 'conversation' && { conversation: scenario }),
    });
    const call: Call = (operation, input) => target.call(operation, input);
    await generator.load(planOf(bench, scenario, target, runToken, startsMs), call);
    tellProgress(bench, `${scenario.scenario}: set-up`);
    const refusal = await generator.setUp();
    if (refusal !== undefined) {
      throw new NotMeasured(`the load could not be set up: ${refusal}`);
    }
    return await use({ target, work, call, watch: watch(target, probeFile, placement) });
  } finally {
    await target.close();
    rmSync(probeDir, { recursive: true, force: true });
  }
}

/** Held to the state that the load has left behind, and said for the rows. */
export async function verify(
  { file, generator }: LoadBench,
  { call, work }: Running,
): Promise<{ broken: readonly string[]; verified: string }> {
  const { holding, broken } = await checkInvariants(call, work, file);
  const validated = await generator.validated();
  return {
    broken,
    verified: `${validated} replies held to their schema, ${holding} of ${file.invariants.length} invariants hold`,
  };
}

function planOf(
  { caseStudy, file, seed }: LoadBench,
  scenario: Scenario,
  target: Target,
  runToken: string,
  startsMs: Float64Array,
): LoadPlan {
  return {
    caseId: caseStudy.id,
    root: rootOf(caseStudy.dir),
    file,
    seed,
    runToken,
    startsMs,
    requests: 'workload',
    address: target.address ?? null,
    ...(scenario.kind === 'open-loop' && scenario.watch && { watch: scenario.watch }),
    ...(scenario.kind === 'conversation' && { conversation: scenario }),
  };
}

function watch(
  target: Target,
  probeFile: string | undefined,
  { processGroups }: Placement,
): Running['watch'] {
  let readCpu: (() => CpuShares) | undefined;
  let readUsage: (() => ImplementationUsage) | undefined;
  let cpu: CpuShares | undefined;
  let usage: ImplementationUsage | undefined;
  return {
    onWindow(edge) {
      if (edge === 'begins') {
        readCpu = watchCpu(target.processGroup, processGroups);
        readUsage = watchUsage(target.processGroup, probeFile);
      } else {
        cpu = readCpu?.();
        usage = readUsage?.();
      }
    },
    cpu: () => cpu,
    usage: () => usage,
  };
}
