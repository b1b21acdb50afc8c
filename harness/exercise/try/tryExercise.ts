/** Tries a solution: the checks that its candidate may run, in order, up to the first that does not pass. */
import type { CaseStudy } from '../../contract/caseStudy.ts';
import type { ClauseJudgement } from '../../run/event.ts';
import { runChecks } from '../../run/runChecks.ts';
import { implementationOf, readManifest } from '../../target/manifest.ts';
import { targetFactory } from '../../target/targetFactory.ts';
import type { World } from '../../world/world.ts';
import { buildPack } from '../pack/buildPack.ts';
import type { Pack } from '../pack/readPack.ts';

/** Marks are given with other seeds. */
export const TRY_SEED = 1;

export interface TryRequest {
  readonly caseStudy: CaseStudy;
  readonly pack: Pack;
  /** References of clauses, in the order in which they are tried. */
  readonly clauses: readonly string[];
  readonly world?: World | undefined;
  readonly patience?: number;
  readonly replayCommand: (clause: string) => string;
  readonly onStart: (clause: string) => void;
  readonly onJudged: (judgement: ClauseJudgement) => void;
}

export type TryResult =
  | { readonly kind: 'not-built'; readonly problem: string }
  /** `stoppedAt`: the first that does not pass; undefined: all pass. */
  | { readonly kind: 'judged'; readonly passed: number; readonly stoppedAt: string | undefined };

/** @throws SpecError when the manifest is wrong; never because of what the solution does */
export async function tryExercise(request: TryRequest): Promise<TryResult> {
  const { caseStudy, pack, clauses, world, patience = 1 } = request;
  const problem = await buildPack(pack.toolchain, { dir: pack.dir });
  if (problem !== undefined) return { kind: 'not-built', problem };
  const implementation = implementationOf(readManifest(pack.dir), caseStudy);
  const factory = targetFactory(caseStudy, implementation, { world, patience });
  let passed = 0;
  for (const clause of clauses) {
    request.onStart(clause);
    const options = { seed: TRY_SEED, only: [clause], patience };
    const [judgement] = await runChecks(
      caseStudy,
      factory,
      { ...options, replayCommand: request.replayCommand },
      () => undefined,
    );
    request.onJudged(judgement!);
    if (judgement!.verdict !== 'pass') return { kind: 'judged', passed, stoppedAt: clause };
    passed += 1;
  }
  return { kind: 'judged', passed, stoppedAt: undefined };
}
