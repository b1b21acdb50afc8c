/** The load under which an implementation is watched: the case's own workload, as fast as it is answered. */
import { randomBytes } from 'node:crypto';
import type { CaseStudy } from '../contract/caseStudy.ts';
import { autocannonLoop } from '../load/autocannonLoop.ts';
import type { ClosedLoopResult } from '../load/generator/generator.ts';
import { workload } from '../load/workload.ts';
import { profileOf, readWorkloadFile } from '../load/workloadFile.ts';
import type { LoadProfile } from '../load/workloadFile.ts';
import { LaunchError } from '../target/startImplementation.ts';
import type { Target } from '../target/target.ts';

/** Always the same load: two diagnoses of one implementation should look alike. */
const SEED = 1;

/** A closed loop has no schedule. */
const NONE = new Float64Array(0);

/** Where no scenario of the profile says how many. */
const DEFAULT_CONNECTIONS = 16;

export interface DiagnosisLoad {
  readonly connections: number;
  readonly durationS: number;
  /** @throws LaunchError when the implementation refuses the set-up */
  run(target: Target): Promise<ClosedLoopResult>;
}

/** @throws SpecError for a case without a workload, or a profile that it does not have */
export function diagnosisLoad(
  caseStudy: CaseStudy,
  profileName: string,
  durationS: number,
): DiagnosisLoad {
  const file = readWorkloadFile(caseStudy);
  const connections = connectionsOf(profileOf(file, profileName));
  return {
    connections,
    durationS,
    async run(target) {
      const runToken = randomBytes(5).toString('hex');
      const work = workload({ caseStudy, file, seed: SEED, runToken, startsMs: NONE });
      const refusal = await work.setUp((operation, input) => target.call(operation, input));
      if (refusal !== undefined) throw new LaunchError(`The load could not be set up: ${refusal}`);
      const address = target.address!;
      const { nextOf } = work;
      return autocannonLoop({ address, connections, warmupS: 0, durationS, nextOf });
    },
  };
}

function connectionsOf({ scenarios }: LoadProfile): number {
  const found = scenarios.find((scenario) => scenario.kind === 'closed-loop') ?? scenarios[0];
  return found && 'connections' in found ? found.connections : DEFAULT_CONNECTIONS;
}
