/** The loop: every planned clause gets a verdict, whatever the implementation does. */
import { randomBytes } from 'node:crypto';
import type { CaseStudy } from '../contract/caseStudy.ts';
import type { TargetFactory } from '../target/targetFactory.ts';
import type { Target } from '../target/target.ts';
import type { ContextOptions } from './checkContext.ts';
import { deriveSeed } from './deriveSeed.ts';
import type { ClauseJudgement, ConversationEntry, RunEvent } from './event.ts';
import { inParallel } from './inParallel.ts';
import { planChecks } from './loadChecks.ts';
import type { PlannedClause } from './loadChecks.ts';
import { runCheck } from './runCheck.ts';
import type { Outcome } from './runCheck.ts';
import { sharedInstance } from './sharedInstance.ts';
import type { SharedInstance } from './sharedInstance.ts';
import { trimConversation } from './trimConversation.ts';
import { NotApplicable } from './verdictErrors.ts';
import { whyNotRun } from './whyNotRun.ts';

/** What a check may take on a machine that others use too. `--patience` scales it. */
const CHECK_DEADLINE_MS = 30_000;
/** Shared checks mostly wait for replies. */
const SHARED_WIDTH = 4;
/** Exclusive checks each have a process of their own beside the harness. */
const EXCLUSIVE_WIDTH = 2;
/** So many checks in a row that broke an instance of their own: the rest would only take time. */
const MAX_BROKEN_IN_A_ROW = 6;

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
  readonly checkDeadlineMs?: number;
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
  const plan = await planChecks(caseStudy, options.only);
  const patience = options.patience ?? 1;
  const judgements = new Map<string, ClauseJudgement>();
  const nonce = randomBytes(5).toString('hex');
  let suffixes = 0;
  let brokenInARow = 0;
  onEvent({ kind: 'checks-planned', clauses: plan.length });

  const judge = (planned: PlannedClause, outcome: Outcome, durationMs: number): void => {
    const judgement = toJudgement(planned, outcome, durationMs, options.replayCommand);
    judgements.set(planned.ref, judgement);
    onEvent({ kind: 'clause-judged', judgement });
  };

  const runOn = (planned: PlannedClause, target: Target): Promise<Outcome> => {
    const contextOptions: ContextOptions = {
      caseStudy,
      target,
      seed: deriveSeed(options.seed, planned.check!.id),
      effort: options.effortOf?.get(planned.ref) ?? options.effort ?? 1,
      shrink: options.shrink ?? 'shrink',
      deadlineMs: (options.checkDeadlineMs ?? CHECK_DEADLINE_MS) * patience,
      nextSuffix: () => `${nonce}${(suffixes += 1).toString(36)}`,
      launch: () => launchAnother(factory),
      onEntry: (entry) => options.onEntry?.(planned.ref, entry),
    };
    return runCheck(planned, contextOptions);
  };

  /** An instance of its own, so that nobody else can be to blame for what happens to it. */
  const runAlone = async (planned: PlannedClause): Promise<Outcome> => {
    if (brokenInARow >= MAX_BROKEN_IN_A_ROW) {
      const reason = `Not tried: ${brokenInARow} checks before it broke their instances. Mend what they report first.`;
      return { kind: 'could-not-run', hits: {}, reason };
    }
    let target: Target;
    try {
      target = await factory.launch();
    } catch (error) {
      brokenInARow += 1;
      return { kind: 'could-not-run', hits: {}, reason: (error as Error).message };
    }
    try {
      const outcome = await runOn(planned, target);
      if (outcome.kind !== 'uncertain') {
        brokenInARow = 0;
        return outcome;
      }
      brokenInARow += 1;
      const ended = target.ended();
      const explained = ended !== undefined && !outcome.reason.includes(ended);
      return explained ? { ...outcome, reason: `${outcome.reason} Its process ${ended}` } : outcome;
    } finally {
      await target.close();
    }
  };

  const runShared = async (planned: PlannedClause, shared: SharedInstance): Promise<Outcome> => {
    const instance = await shared.acquire();
    if (instance.kind === 'worn-out') return runAlone(planned);
    if (instance.kind !== 'up') return { kind: 'could-not-run', hits: {}, reason: instance.reason };
    const outcome = await runOn(planned, instance.target);
    if (outcome.kind !== 'uncertain') return outcome;
    const broken = await shared.diagnose(instance.target);
    // Whose fault it was is seen on an instance of its own: the others that met the same end are not to blame.
    if (broken !== undefined && factory.ownInstances) return runAlone(planned);
    return broken === undefined
      ? outcome
      : { ...outcome, reason: `${outcome.reason}: the server ${broken}` };
  };

  const timed = async (planned: PlannedClause, work: () => Promise<Outcome>): Promise<void> => {
    onEvent({ kind: 'check-started', clause: planned.ref });
    const startedMs = performance.now();
    const outcome = await work();
    judge(planned, outcome, performance.now() - startedMs);
  };

  const runnable: PlannedClause[] = [];
  for (const planned of plan) {
    const judgement = whyNotRun(planned, caseStudy, factory);
    if (judgement === undefined) runnable.push(planned);
    else {
      judgements.set(planned.ref, judgement);
      onEvent({ kind: 'clause-judged', judgement });
    }
  }
  const shared = sharedInstance(factory, patience, (message) => onEvent({ kind: 'note', message }));
  const oneAtATime = factory.implementation.binding === 'stdio';
  const [together, alone] = partition(runnable, ({ check }) => check!.isolation === 'shared');
  try {
    await inParallel(together, oneAtATime ? 1 : (options.sharedWidth ?? SHARED_WIDTH), (planned) =>
      timed(planned, () => runShared(planned, shared)),
    );
  } finally {
    await shared.close();
  }
  await inParallel(alone, options.exclusiveWidth ?? EXCLUSIVE_WIDTH, (planned) =>
    timed(planned, () => runAlone(planned)),
  );
  return plan.map(({ ref }) => judgements.get(ref)!);
}

async function launchAnother(factory: TargetFactory): Promise<Target> {
  if (factory.ownInstances) return factory.launch();
  throw new NotApplicable('It needs an instance of its own: start the implementation with --impl.');
}

function partition<T>(items: readonly T[], isFirst: (item: T) => boolean): [T[], T[]] {
  return [items.filter(isFirst), items.filter((item) => !isFirst(item))];
}

function toJudgement(
  { ref, requirement }: PlannedClause,
  outcome: Outcome,
  durationMs: number,
  replayCommand: RunOptions['replayCommand'],
): ClauseJudgement {
  const { hits } = outcome;
  const base = { clause: ref, hits, durationMs: Math.round(durationMs) };
  switch (outcome.kind) {
    case 'pass':
      return { ...base, verdict: 'pass' };
    case 'fail':
      return {
        ...base,
        verdict: requirement.level === 'MUST' ? 'fail' : 'warn',
        reason: outcome.finding.message,
        counterexample: {
          ...outcome.finding,
          conversation: trimConversation(outcome.finding.conversation),
          replayCommand: replayCommand(ref),
        },
      };
    case 'not-applicable':
      return { ...base, verdict: 'not-applicable', reason: outcome.reason };
    case 'could-not-run':
    case 'uncertain':
      return { ...base, verdict: 'could-not-run', reason: outcome.reason };
  }
}
