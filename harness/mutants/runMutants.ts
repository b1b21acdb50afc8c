/**
 * Does every named defect make the clause fail that it breaks, and no clause that is not listed with it? And do the unmodified
 * implementation and the null implementation get the verdicts that they deserve?
 */
import { pathToFileURL } from 'node:url';
import type { CaseStudy } from '../contract/caseStudy.ts';
import { SpecError } from '../contract/specError.ts';
import { inParallel } from '../run/inParallel.ts';
import { planChecks } from '../run/loadChecks.ts';
import { runChecks } from '../run/runChecks.ts';
import type { RunOptions } from '../run/runChecks.ts';
import { smoke } from '../run/smoke.ts';
import type { ClauseJudgement } from '../run/event.ts';
import type { Implementation } from '../target/implementation.ts';
import { targetFactory } from '../target/targetFactory.ts';
import type { TargetFactory } from '../target/targetFactory.ts';
import type { World } from '../world/world.ts';
import type { Mutant } from './mutant.ts';
import { nullImplementation } from './nullImplementation.ts';
import { PATCH_VARIABLE } from './patchedSource.ts';
import type { Patch } from './patchedSource.ts';

/** The judge runs in this process, the mutants beside it: of a case with outside services they mostly wait for those. */
const MUTANTS_AT_A_TIME = 4;
/** The broken clause is tried in full; of the others, enough to see one that falls with it. */
const EFFORT_OF_OTHERS = 0.3;
/** A defect may make a check wait for something that never comes. A check that says it needs longer gets it here too. */
const CHECK_DEADLINE_MS = 10_000;

export type MutantVerdict =
  | 'killed'
  /** Its clause did not fail. */
  | 'survived'
  /** Its clause failed, and others that are not listed with it. */
  | 'collateral'
  /** It did not even pass smoke, or did not start: too crude to say anything about a check. */
  | 'broken';

export interface MutantResult {
  readonly mutant: Mutant;
  readonly verdict: MutantVerdict;
  /** One sentence. */
  readonly sentence: string;
  readonly judgements: readonly ClauseJudgement[];
  readonly durationMs: number;
}

export interface MutantsResult {
  readonly results: readonly MutantResult[];
  /** Clauses that fail, or could not be judged, on the unmodified implementation. */
  readonly baselineProblems: readonly string[];
  /** Clauses that the null implementation passes. */
  readonly nullPasses: readonly string[];
}

export interface MutantsOptions {
  readonly seed: number;
  readonly effort: number;
  /** Multiplies every wait. Default 1. */
  readonly patience?: number;
  /**
   * Which clauses each mutant is asked. `shared`: its own, those listed with it, and all whose check shares an instance; `all`: the
   * exclusive ones too, which start and kill processes and so take ten times as long.
   */
  readonly clauses: 'shared' | 'all';
  readonly world?: World | undefined;
  /** The same implementation by its command, for the mutants that ask for that binding. */
  readonly overHttp?: Implementation;
  readonly onResult?: (result: MutantResult) => void;
  readonly onProgress?: (message: string) => void;
}

/** @param implementation by its module binding: the sources are changed as Node loads them */
export async function runMutants(
  caseStudy: CaseStudy,
  implementation: Implementation,
  mutants: readonly Mutant[],
  options: MutantsOptions,
): Promise<MutantsResult> {
  const run = (factory: TargetFactory, more: Partial<RunOptions>): Promise<ClauseJudgement[]> =>
    runChecks(
      caseStudy,
      factory,
      {
        seed: options.seed,
        effort: options.effort,
        patience: options.patience ?? 1,
        shrink: 'first-failure',
        replayCommand: (clause) => `--only ${clause} --seed ${options.seed}`,
        ...more,
      },
      () => undefined,
    );

  options.onProgress?.('the unmodified implementation, and the null implementation');
  const { world } = options;
  // The null implementation takes no processor's time: its checks wait for what never comes.
  const [baseline, nothing] = await Promise.all([
    run(targetFactory(caseStudy, implementation, { world, patience: options.patience ?? 1 }), {}),
    run(nullImplementation(caseStudy, world), { checkDeadlineMs: CHECK_DEADLINE_MS }),
  ]);

  const plan = await planChecks(caseStudy, undefined);
  const asked = ({ clause, alsoFails }: Mutant): string[] =>
    plan
      .filter(
        ({ ref, check }) =>
          check !== undefined &&
          (options.clauses === 'all' ||
            check.isolation === 'shared' ||
            ref === clause ||
            alsoFails.includes(ref)),
      )
      .map(({ ref }) => ref);

  const results = new Map<Mutant, MutantResult>();
  await inParallel(mutants, MUTANTS_AT_A_TIME, async (mutant) => {
    const startedMs = performance.now();
    const factory = mutatedFactory(caseStudy, implementation, mutant, options);
    const found = await judgeMutant(caseStudy, factory, mutant, () =>
      run(factory, {
        only: asked(mutant),
        effort: options.effort * EFFORT_OF_OTHERS,
        effortOf: new Map([[mutant.clause, options.effort]]),
        checkDeadlineMs: CHECK_DEADLINE_MS,
      }),
    );
    const result = { ...found, mutant, durationMs: Math.round(performance.now() - startedMs) };
    results.set(mutant, result);
    options.onResult?.(result);
  });
  return {
    results: mutants.map((mutant) => results.get(mutant)!),
    baselineProblems: baseline
      .filter(({ verdict }) => isFailure(verdict) || verdict === 'could-not-run')
      .map(({ clause, verdict, reason }) => `${clause} ${verdict}: ${reason ?? ''}`),
    nullPasses: nothing.filter(({ verdict }) => verdict === 'pass').map(({ clause }) => clause),
  };
}

function mutatedFactory(
  caseStudy: CaseStudy,
  implementation: Implementation,
  mutant: Mutant,
  { world, patience = 1, overHttp }: MutantsOptions,
): TargetFactory {
  const { sourceFile, search, replace, binding } = mutant;
  const patch: Patch = { url: pathToFileURL(sourceFile).href, search, replace };
  const name = import.meta.url.endsWith('.ts') ? './patchSources.ts' : './patchSources.js';
  const preload = new URL(name, import.meta.url).href;
  const env = { [PATCH_VARIABLE]: JSON.stringify(patch) };
  if (binding === undefined) {
    return targetFactory(caseStudy, implementation, { world, patience, preload, env });
  }
  if (!overHttp) {
    throw new SpecError(
      `The mutant ${mutant.id} is seen over HTTP only, and ${implementation.source} has no "command".`,
    );
  }
  const withPreload = { ...env, NODE_OPTIONS: `--import=${preload}` };
  return targetFactory(caseStudy, overHttp, { world, patience, env: withPreload });
}

type Found = Pick<MutantResult, 'verdict' | 'sentence' | 'judgements'>;

async function judgeMutant(
  caseStudy: CaseStudy,
  factory: TargetFactory,
  mutant: Mutant,
  check: () => Promise<ClauseJudgement[]>,
): Promise<Found> {
  const notWired = await smokeFailure(caseStudy, factory);
  if (notWired !== undefined) return { verdict: 'broken', sentence: notWired, judgements: [] };
  const judgements = await check();
  const failing = judgements.filter(({ verdict }) => isFailure(verdict));
  const unlisted = failing
    .map(({ clause }) => clause)
    .filter((clause) => clause !== mutant.clause && !mutant.alsoFails.includes(clause));
  const own = judgements.find(({ clause }) => clause === mutant.clause);
  if (!own || !isFailure(own.verdict)) {
    const others = unlisted.length === 0 ? '' : `; ${unlisted.join(', ')} failed instead`;
    const sentence = `${mutant.clause} was ${own?.verdict ?? 'not judged'}${own?.reason === undefined ? '' : ` (${own.reason})`}${others}`;
    return { verdict: 'survived', sentence, judgements };
  }
  if (unlisted.length > 0) {
    return {
      verdict: 'collateral',
      sentence: `not in alsoFails: ${unlisted.join(', ')}`,
      judgements,
    };
  }
  return { verdict: 'killed', sentence: own.reason ?? '', judgements };
}

async function smokeFailure(
  caseStudy: CaseStudy,
  factory: TargetFactory,
): Promise<string | undefined> {
  let target;
  try {
    target = await factory.launch();
  } catch (error) {
    return (error as Error).message;
  }
  try {
    const lines = await smoke(caseStudy, target);
    const broken = lines.find(({ outcome }) => outcome === 'broken' || outcome === 'skipped');
    return broken && `smoke: ${broken.name} ${broken.outcome}: ${broken.sentence}`;
  } finally {
    await target.close();
  }
}

function isFailure(verdict: ClauseJudgement['verdict']): boolean {
  return verdict === 'fail' || verdict === 'warn';
}
