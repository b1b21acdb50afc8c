/** The rates of an open loop, where its file gives shares of the capacity. */
import type { OpenLoopScenario, Phase } from '../workloadFile.ts';
import { NotMeasured } from './withImplementation.ts';

/** Every rate in requests/s. */
export interface ResolvedScenario extends OpenLoopScenario {
  readonly phases: readonly Phase[];
  /** Of which the rates are shares, in requests/s; undefined where the file gives rates. */
  readonly capacityRps: number | undefined;
}

/**
 * @param capacityRps what a capacity scenario of the same name has found
 * @throws NotMeasured where a share is asked for and nothing was found
 */
export function resolveRates(
  scenario: OpenLoopScenario,
  capacityRps: number | undefined,
): ResolvedScenario {
  const phases = scenario.phases.map((row): Phase => {
    if (!('ofCapacity' in row)) return row;
    const { ofCapacity, ...phase } = row;
    if (capacityRps === undefined) {
      throw new NotMeasured(
        `${phase.name} is a share of the capacity, and no capacity scenario "${scenario.scenario}" has found one before it`,
      );
    }
    return { ...phase, ratePerS: Math.max(1, Math.round(ofCapacity * capacityRps)) };
  });
  const isShare = scenario.phases.some((row) => 'ofCapacity' in row);
  return { ...scenario, phases, capacityRps: isShare ? capacityRps : undefined };
}
