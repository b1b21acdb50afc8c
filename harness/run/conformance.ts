/**
 * The checks inside a user's own Vitest suite, one test a requirement:
 *
 *     // conformance.test.ts
 *     import { conformance } from 'casemark';
 *     await conformance('trading', { impl: 'path/to/my-venue' });
 */
import type { Requirement } from '../contract/caseStudy.ts';
import { conversationText } from '../report/conversationText.ts';
import { openImplementation } from '../target/openImplementation.ts';
import type { TargetChoice } from '../target/openImplementation.ts';
import type { ClauseJudgement } from './event.ts';
import { planChecks } from './loadChecks.ts';
import { runChecks } from './runChecks.ts';

/** A whole case study takes well under a minute; a test waits for its share of that. `patience` scales it. */
const MAX_TEST_MS = 10 * 60_000;

/** What is used of Vitest. Passing it in keeps another test runner possible. */
export interface TestApi {
  describe(title: string, body: () => void): unknown;
  beforeAll(work: () => Promise<void> | void, timeoutMs?: number): unknown;
  afterAll(work: () => Promise<void> | void): unknown;
  test(
    title: string,
    body: (context: { skip: (note?: string) => void }) => Promise<void> | void,
    timeoutMs?: number,
  ): unknown;
}

export interface ConformanceOptions {
  /** Default 1. */
  readonly seed?: number;
  /** Multiplies the generated inputs. Default 1. */
  readonly effort?: number;
  /** Requirement ids or clause references. Default: all. */
  readonly only?: readonly string[];
  /** Default: vitest, imported when it is needed. */
  readonly testApi?: TestApi;
}

/**
 * Registers the tests. A requirement that fails or could not run fails its test; one that is not applicable is skipped.
 * @throws SpecError for a case study or a manifest that cannot be used
 */
export async function conformance(
  caseId: string,
  choice: TargetChoice,
  options: ConformanceOptions = {},
): Promise<void> {
  const { describe, beforeAll, afterAll, test } =
    options.testApi ?? ((await import('vitest')) as TestApi);
  const { caseStudy, factory, close } = await openImplementation(caseId, choice);
  const seed = options.seed ?? 1;
  const plan = await planChecks(caseStudy, options.only);
  const requirements = [...new Set(plan.map(({ requirement }) => requirement))];
  const refs = new Set(plan.map(({ ref }) => ref));
  const judged = new Map<string, PromiseWithResolvers<ClauseJudgement>>();
  for (const ref of refs) judged.set(ref, Promise.withResolvers());

  describe(`${caseId}: ${factory.implementation.name}`, () => {
    beforeAll(() => {
      const run = runChecks(
        caseStudy,
        factory,
        {
          seed,
          effort: options.effort ?? 1,
          patience: choice.patience ?? 1,
          ...(options.only && { only: options.only }),
          replayCommand: (clause) =>
            `npx casemark check ${caseId} ${choice.url === undefined ? `--impl ${choice.impl}` : `--url ${choice.url}`} --only ${clause} --seed ${seed}`,
        },
        (event) => {
          if (event.kind !== 'clause-judged') return;
          judged.get(event.judgement.clause)!.resolve(event.judgement);
        },
      );
      run.catch((error: unknown) => judged.forEach(({ reject }) => reject(error)));
    });
    afterAll(close);
    for (const requirement of requirements) {
      const asked = requirement.clauses
        .map(({ key }) => judged.get(`${requirement.id}.${key}`))
        .filter((clause) => clause !== undefined);
      test(
        `${requirement.id} ${requirement.title}`,
        async ({ skip }) => {
          const judgements = await Promise.all(asked.map(({ promise }) => promise));
          const failure = failureText(requirement, judgements);
          if (failure !== undefined) throw new Error(failure);
          const reasons = judgements.filter(({ verdict }) => verdict === 'not-applicable');
          if (reasons.length > 0) skip(reasons.map(({ reason }) => reason).join(' '));
        },
        MAX_TEST_MS * (choice.patience ?? 1),
      );
    }
  });
}

/** Undefined when nothing speaks against the requirement. */
function failureText(
  { statement }: Requirement,
  judgements: readonly ClauseJudgement[],
): string | undefined {
  const told = judgements.flatMap(({ clause, verdict, reason, counterexample }) => {
    if (verdict === 'fail') {
      return [`${clause}: ${counterexample ? conversationText(counterexample) : reason}`];
    }
    return verdict === 'could-not-run' ? [`${clause} could not run: ${reason}`] : [];
  });
  return told.length === 0 ? undefined : [statement, ...told].join('\n');
}
