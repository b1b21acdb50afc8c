/** Closed-loop capacity, by autocannon where the implementation is reached over HTTP, else over casemark's own lanes. */
import type { LoadBench } from '../bench.types.ts';
import { calibrate } from '../calibration.ts';
import { closedLoopRow } from '../rows.ts';
import { tell, tellProgress } from '../tell.ts';
import { commonReasons, validityOf } from '../validity.ts';
import type { ClosedLoopScenario } from '../workloadFile.ts';
import { verify, withImplementation } from './withImplementation.ts';

export async function closedLoopScenario(
  bench: LoadBench,
  scenario: ClosedLoopScenario,
): Promise<void> {
  const { connections, warmupS, durationS } = scenario;
  tellProgress(bench, `${scenario.scenario}: ceiling of this machine`);
  const calibration = await calibrate(bench, { connections });
  await withImplementation(bench, scenario, new Float64Array(0), async (running) => {
    tellProgress(
      bench,
      `${scenario.scenario}: ${connections} connections, ${warmupS} s of warm-up and ${durationS} s`,
    );
    const byAutocannon = running.target.address?.startsWith('http:') ?? false;
    const loop = byAutocannon ? bench.generator.cannon : bench.generator.closedLoop;
    const result = await loop({ connections, warmupS, durationS }, running.watch.onWindow);
    const { broken, verified } = await verify(bench, running);
    const cpu = running.watch.cpu();
    const evidence = { load: bench.load, file: bench.file, cpu, broken };
    const reasons = commonReasons(result, result.errorSamples, evidence);
    const row = closedLoopRow(result, calibration, {
      scenario: scenario.scenario,
      seed: bench.seed,
      generator: byAutocannon ? 'autocannon' : 'casemark closed loop',
      pacing: 'closed-loop',
      arrival: 'closed-loop',
      connections,
      warmupS,
      placement: bench.placement.text,
      cpu,
      verified,
      validity: validityOf(reasons, bench.load),
      validityReasons: reasons,
    });
    tell(bench, row);
  });
}
