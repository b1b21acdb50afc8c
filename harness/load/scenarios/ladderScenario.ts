/** Does it matter how much there is? The same open loop on an instance with few keys, and on others with more and more. */
import type { LoadBench } from '../bench.types.ts';
import { tell, tellProgress } from '../tell.ts';
import type { LadderScenario, OpenLoopScenario, WorkloadFile } from '../workloadFile.ts';
import { countText, ladderRows } from './ladderRows.ts';
import type { LadderStep } from './ladderRows.ts';
import { openLoopScenario } from './openLoopScenario.ts';
import { NotMeasured } from './withImplementation.ts';

const ARRIVAL = 'poisson';

/** @throws NotMeasured with the count of the step that could not be set up */
export async function ladderScenario(bench: LoadBench, scenario: LadderScenario): Promise<void> {
  const steps: LadderStep[] = [];
  for (const count of scenario.counts) {
    tellProgress(bench, `${scenario.scenario}: ${countText(count, scenario.key)}`);
    steps.push(await measureStep(bench, scenario, count));
  }
  // Of a target that none of the rows answers.
  bench.whyNot.set(
    scenario.scenario,
    'it takes the latency of its operation, or the resident memory, both with the fewest and with the most keys',
  );
  const { key, connections, warmupS } = scenario;
  const context = {
    scenario: scenario.scenario,
    seed: bench.seed,
    generator: 'casemark open loop',
    pacing: bench.pacing,
    arrival: ARRIVAL,
    connections,
    warmupS,
    placement: bench.placement.text,
    cpu: undefined,
    verified: '',
  };
  for (const row of ladderRows(steps, key, context, bench.load.validity)) tell(bench, row);
}

async function measureStep(
  bench: LoadBench,
  scenario: LadderScenario,
  count: number,
): Promise<LadderStep> {
  const told = bench.seen.length;
  const file = withKeys(bench.file, scenario.key, count);
  try {
    await openLoopScenario({ ...bench, file }, stepOf(scenario, count));
  } catch (error) {
    if (!(error instanceof NotMeasured)) throw error;
    throw new NotMeasured(`with ${countText(count, scenario.key)}, ${error.message}`);
  }
  return { count, rows: bench.seen.slice(told) };
}

export function withKeys(file: WorkloadFile, key: string, count: number): WorkloadFile {
  return { ...file, keys: { ...file.keys, [key]: { ...file.keys[key], count } } };
}

function stepOf(scenario: LadderScenario, count: number): OpenLoopScenario {
  const { connections, maxInFlight, timeoutMs, warmupS, variant, syncsToDisk } = scenario;
  const { ratePerS, durationS } = scenario;
  return {
    kind: 'open-loop',
    scenario: `${scenario.scenario}/${count}`,
    ...(variant !== undefined && { variant }),
    ...(syncsToDisk !== undefined && { syncsToDisk }),
    warmupS,
    connections,
    maxInFlight,
    timeoutMs,
    phases: [{ name: 'steady', arrival: ARRIVAL, ratePerS, durationS, purpose: 'judged' }],
  };
}
