/**
 * A bench: the scenarios of a load profile, each after a calibration of this machine and on an empty instance of the
 * implementation, and what the implementation's own program measures inside. Each figure is told as soon as it is known.
 */
import { existsSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import type { TargetRow } from '../contract/caseStudy.ts';
import { SpecError } from '../contract/specError.ts';
import type { BenchResult, RunBench } from '../report/runBench.ts';
import type { Bench, LoadBench } from './bench.types.ts';
import type { Generator } from './generator/generator.ts';
import { localGenerator } from './generator/localGenerator.ts';
import { threadGenerator } from './generator/threadGenerator.ts';
import { measureInProcess } from './inProcess.ts';
import { answers } from './judgeTarget.ts';
import { WHOLE } from './openLoop.ts';
import { pacingOf } from './pacing.ts';
import { placeGenerator } from './placement.ts';
import { figureRow, IN_PROCESS_SCENARIO, inProcessRow } from './rows.ts';
import { capacityScenario } from './scenarios/capacityScenario.ts';
import { closedLoopScenario } from './scenarios/closedLoopScenario.ts';
import { conversationScenario } from './scenarios/conversationScenario.ts';
import { ladderScenario } from './scenarios/ladderScenario.ts';
import { openLoopScenario } from './scenarios/openLoopScenario.ts';
import { scaleScenario } from './scenarios/scaleScenario.ts';
import { scenarioOf, tellMeasurement, tellNote, tellProgress, tellVerdict } from './tell.ts';
import { profileOf, readWorkloadFile, workloadPath } from './workloadFile.ts';
import type { LoadProfile, Scenario } from './workloadFile.ts';

/** One session is not enough: a generator runs at full speed from the second or third on. */
const WARM_UP_SESSIONS = { valid: 5, indicative: 2 } as const;

/** @throws SpecError for a workload file that is not valid, or a profile that it does not have */
export const runBench: RunBench = async (options): Promise<BenchResult> => {
  const bench: Bench = {
    ...options,
    seen: [],
    verdicts: [],
    whyNot: new Map(),
    capacityRps: new Map(),
  };
  await measureLoad(bench);
  await measureInside(bench);
  for (const target of options.caseStudy.targets) {
    if (!bench.verdicts.some(({ id }) => id === target.id)) tellNotMeasured(bench, target);
  }
  return { measurements: bench.seen, targets: bench.verdicts };
};

async function measureLoad(bench: Bench): Promise<void> {
  const { caseStudy, implementation, generatorThreads } = bench;
  if (!existsSync(workloadPath(caseStudy))) {
    const reason = `${caseStudy.id} has no bench/${caseStudy.id}/workload.json`;
    tellProgress(bench, reason);
    for (const { profile } of caseStudy.targets) bench.whyNot.set(scenarioOf(profile), reason);
    return;
  }
  const file = readWorkloadFile(caseStudy);
  const load = profileOf(file, bench.profile);
  const scenarios = wantedScenarios(bench, load);
  if (scenarios.length === 0) return;
  const generator =
    implementation.binding === 'http'
      ? await threadGenerator(generatorThreads)
      : localGenerator(WHOLE);
  const pacing = pacingOf(caseStudy, {
    binding: implementation.binding,
    generatorThreads,
    cores: availableParallelism(),
  });
  const placement = await placeGenerator(generator.threadIds, pacing);
  try {
    tellProgress(
      bench,
      `load "${bench.profile}" of ${file.title}: seed ${bench.seed}, ${placement.text}, paced by ${pacing}`,
    );
    await warmUp(bench, generator, load);
    const loadBench: LoadBench = { ...bench, file, load, generator, placement, pacing };
    for (const scenario of scenarios) await measureScenario(loadBench, scenario);
  } finally {
    placement.end();
    await generator.close();
  }
}

async function warmUp(
  bench: Bench,
  generator: Generator,
  { validity }: LoadProfile,
): Promise<void> {
  if (bench.implementation.binding !== 'http') return;
  tellProgress(bench, 'warming the generator up');
  await generator.warmUp(WARM_UP_SESSIONS[validity]);
}

/** What cannot be measured, and what fails, is said in the targets; the scenarios after it go on. */
async function measureScenario(bench: LoadBench, scenario: Scenario): Promise<void> {
  try {
    await runScenario(bench, scenario);
  } catch (error) {
    if (error instanceof SpecError) throw error;
    const reason = `${scenario.kind} "${scenario.scenario}": ${(error as Error).message}`;
    tellNote(bench, `not measured: ${reason}`);
    bench.whyNot.set(scenario.scenario, reason);
  }
}

function runScenario(bench: LoadBench, scenario: Scenario): Promise<void> {
  switch (scenario.kind) {
    case 'open-loop':
      return openLoopScenario(bench, scenario);
    case 'closed-loop':
      return closedLoopScenario(bench, scenario);
    case 'capacity':
      return capacityScenario(bench, scenario);
    case 'scale':
      return scaleScenario(bench, scenario);
    case 'ladder':
      return ladderScenario(bench, scenario);
    case 'conversation':
      return conversationScenario(bench, scenario);
  }
}

/** @throws SpecError naming the scenarios that there are */
function wantedScenarios({ scenarios, profile }: Bench, load: LoadProfile): readonly Scenario[] {
  if (!scenarios) return load.scenarios;
  const names = load.scenarios.map(({ scenario }) => scenario);
  const known = [...names, IN_PROCESS_SCENARIO];
  const unknown = scenarios.find((wanted) => !known.includes(wanted));
  if (unknown !== undefined) {
    throw new SpecError(
      `The profile "${profile}" has no scenario "${unknown}": it has ${known.join(', ')}.`,
    );
  }
  return load.scenarios.filter(({ scenario }) => scenarios.includes(scenario));
}

async function measureInside(bench: Bench): Promise<void> {
  const { inProcessCommand, dir } = bench.implementation;
  const { targets } = bench.caseStudy;
  if (bench.scenarios && !bench.scenarios.includes(IN_PROCESS_SCENARIO)) return;
  if (!inProcessCommand) {
    bench.whyNot.set(
      IN_PROCESS_SCENARIO,
      'only a program of the implementation’s own can measure it, and its manifest names none (inProcess)',
    );
    return;
  }
  const command = inProcessCommand.join(' ');
  tellProgress(bench, `in process: ${command}`);
  const result = await measureInProcess(inProcessCommand, dir);
  if (result.kind === 'failed') {
    bench.whyNot.set(IN_PROCESS_SCENARIO, result.reason);
    return;
  }
  for (const row of result.rows) {
    const measured = inProcessRow(row, command, result.elapsedS, bench.seed);
    const target = targets.find((each) => answers(measured, each));
    tellMeasurement(bench, {
      ...measured,
      targetId: target?.id ?? null,
      target: target?.value ?? null,
      verdict: 'declared',
    });
    if (!target) continue;
    const { id, comparison, value, unit } = target;
    const reason = `${row.value} ${row.unit} of ${row.n} samples, asked for ${comparison} ${value} ${unit}; measured by the implementation’s own program, so declared and not judged.`;
    tellVerdict(bench, { id, verdict: 'declared', value: row.value, reason });
  }
}

/** A row of its own, so that whoever reads the CSV sees every target. */
function tellNotMeasured(bench: Bench, target: TargetRow): void {
  const { id, profile, operation, metric, percentile, unit, value, comparison } = target;
  const why =
    bench.whyNot.get(scenarioOf(profile)) ??
    `no load of the profile "${bench.profile}" measures "${profile}"`;
  const row = figureRow(
    {
      scenario: profile,
      seed: bench.seed,
      generator: '',
      pacing: '',
      arrival: '',
      connections: 0,
      warmupS: 0,
      placement: '',
      cpu: undefined,
      verified: '',
      validity: 'indicative',
      validityReasons: [why],
    },
    { operation, metric, percentile, unit, value: 0, n: 0 },
  );
  tellMeasurement(bench, {
    ...row,
    value: null,
    direction: comparison === '<' || comparison === '<=' ? 'lower-is-better' : 'higher-is-better',
    targetId: id,
    target: value,
    verdict: 'not-measured',
  });
  tellVerdict(bench, { id, verdict: 'not-measured', value: null, reason: `${why}.` });
}
