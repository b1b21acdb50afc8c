/** The loop: every planned clause gets a verdict, whatever the implementation does. */
import type { CaseStudy } from '../contract/caseStudy.ts';
import type { TargetFactory } from '../target/targetFactory.ts';
import { checkRunner } from './checkRunner.ts';
import type { ClauseJudgement, ConversationEntry, RunEvent } from './event.ts';
import { inParallel } from './inParallel.ts';
import { planChecks } from './loadChecks.ts';
import type { PlannedClause } from './loadChecks.ts';
import type { Outcome } from './runCheck.ts';
import { toJudgement } from './toJudgement.ts';
import { whyNotRun } from './whyNotRun.ts';

/** Shared checks mostly wait for replies. */
const SHARED_WIDTH = 4;
/** Exclusive checks each have a process of their own beside the harness. */
const EXCLUSIVE_WIDTH = 2;

export interface RunOptions {
  readonly seed: number;
  /** Requirement ids or clause references. Default: all. */
  readonly only?: readonly string[];
  /** Multiplies the inputs of properties. Default 1. */
  readonly effort?: number;
  /** Effort of single checks, by clause, instead of `effort`. */
  readonly effortOf?: ReadonlyMap<string, number>;
  /** Multiplies every wait. Default 1. */
  readonly patience?: number;
  /** Default: shrink. */
  readonly shrink?: 'shrink' | 'first-failure';
  readonly sharedWidth?: number;
  readonly exclusiveWidth?: number;
  /** Instead of the usual ones; a check that says it needs longer gets what it needs. */
  readonly checkDeadlineMs?: number;
  /** `follows`: the clauses that a campaign judges are left to it. Default: they are excluded. */
  readonly campaign?: 'follows';
  /** A command that replays one clause with this seed. */
  readonly replayCommand: (clause: string) => string;
  /** Every call of every check. */
  readonly onEntry?: (clause: string, entry: ConversationEntry) => void;
}

/**
 * @param onEvent told of each clause as soon as it is judged
 * @returns the judgements, in the order of the specification
 * @throws SpecError when clauses and checks do not belong together; never because of what the implementation does
 */
export async function runChecks(
  caseStudy: CaseStudy,
  factory: TargetFactory,
  options: RunOptions,
  onEvent: (event: RunEvent) => void,
): Promise<ClauseJudgement[]> {
  const all = await planChecks(caseStudy, options.only);
  const plan = all.filter(
    ({ clause }) => options.campaign === undefined || clause.by === undefined,
  );
  onEvent({ kind: 'checks-planned', clauses: plan.length });
  const judgements = new Map<string, ClauseJudgement>();
  const settle = (judgement: ClauseJudgement): void => {
    judgements.set(judgement.clause, judgement);
    onEvent({ kind: 'clause-judged', judgement });
  };

  const runnable = plan.filter((planned) => {
    const judgement = whyNotRun(planned, caseStudy, factory);
    if (judgement) settle(judgement);
    return judgement === undefined;
  });
  const runner = checkRunner(caseStudy, factory, options, (message) =>
    onEvent({ kind: 'note', message }),
  );
  const judgeAll = (
    clauses: readonly PlannedClause[],
    width: number,
    run: (planned: PlannedClause) => Promise<Outcome>,
  ): Promise<void> =>
    inParallel(clauses, width, async (planned) => {
      onEvent({ kind: 'check-started', clause: planned.ref });
      const startedMs = performance.now();
      const outcome = await run(planned);
      const durationMs = performance.now() - startedMs;
      settle(toJudgement(planned, outcome, durationMs, options.replayCommand));
    });

  // On stdio one process reads one line after the other: there is nothing to gain, and a hang would have many suspects.
  const sharedWidth = factory.implementation.binding === 'stdio' ? 1 : SHARED_WIDTH;
  const isShared = ({ check }: PlannedClause): boolean => check!.isolation === 'shared';
  try {
    const shared = runnable.filter(isShared);
    await judgeAll(shared, options.sharedWidth ?? sharedWidth, runner.onShared);
  } finally {
    await runner.close();
  }
  const exclusive = runnable.filter((planned) => !isShared(planned));
  await judgeAll(exclusive, options.exclusiveWidth ?? EXCLUSIVE_WIDTH, runner.alone);
  return plan.map(({ ref }) => judgements.get(ref)!);
}
