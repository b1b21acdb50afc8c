/** Runs a check where it belongs: on the instance that all share, or alone on one of its own. */
import { randomBytes } from 'node:crypto';
import type { CaseStudy } from '../contract/caseStudy.ts';
import type { TargetFactory } from '../target/targetFactory.ts';
import type { Target } from '../target/target.ts';
import { deriveSeed } from './deriveSeed.ts';
import type { PlannedClause } from './loadChecks.ts';
import { runCheck } from './runCheck.ts';
import type { Outcome } from './runCheck.ts';
import type { RunOptions } from './runChecks.ts';
import { MAX_SILENCE_MS, sharedInstance } from './sharedInstance.ts';
import { NotApplicable } from '../checks/check.ts';

/** What a check may take on a machine that others use too. `--patience` scales it. */
const SHARED_DEADLINE_MS = 30_000;
/** Of checks that start, kill and restart processes: ten restarts of a service that takes some seconds to come up. */
const EXCLUSIVE_DEADLINE_MS = 60_000;
/** So many checks in a row that broke an instance of their own: the rest would only take time. */
const MAX_BROKEN_IN_A_ROW = 6;

export interface CheckRunner {
  /** Neither rejects, whatever the implementation does. */
  onShared(planned: PlannedClause): Promise<Outcome>;
  alone(planned: PlannedClause): Promise<Outcome>;
  /** Ends the shared instance. */
  close(): Promise<void>;
}

export function checkRunner(
  caseStudy: CaseStudy,
  factory: TargetFactory,
  options: RunOptions,
  onNote: (message: string) => void,
): CheckRunner {
  const patience = options.patience ?? 1;
  const shared = sharedInstance(factory, patience, onNote);
  /** Ids of this run are nobody else's, also on a server that keeps what earlier runs left. */
  const nonce = randomBytes(5).toString('hex');
  let sessions = 0;
  let brokenInARow = 0;

  const runOn = (planned: PlannedClause, target: Target): Promise<Outcome> =>
    runCheck(planned, {
      caseStudy,
      target,
      world: factory.world,
      seed: deriveSeed(options.seed, planned.check!.id),
      effort: options.effortOf?.get(planned.ref) ?? options.effort ?? 1,
      shrink: options.shrink ?? 'shrink',
      deadlineMs: deadlineOf(planned, options.checkDeadlineMs) * patience,
      patience,
      nextSuffix: () => `${nonce}${(sessions += 1).toString(36)}`,
      launch: () => launchAnother(factory),
      onEntry: (entry) => options.onEntry?.(planned.ref, entry),
    });

  const alone = async (planned: PlannedClause): Promise<Outcome> => {
    if (brokenInARow >= MAX_BROKEN_IN_A_ROW) {
      return couldNotRun(
        `Not tried: ${brokenInARow} checks before it broke their instances. Mend what they report first.`,
      );
    }
    let target: Target;
    try {
      target = await factory.launch();
    } catch (error) {
      brokenInARow += 1;
      return couldNotRun((error as Error).message);
    }
    try {
      const outcome = await runOn(planned, target);
      const well =
        outcome.kind !== 'no-answer' || (await target.responds(MAX_SILENCE_MS * patience));
      brokenInARow = well ? 0 : brokenInARow + 1;
      return withEvidence(outcome, target.ended());
    } finally {
      await target.close();
    }
  };

  return {
    alone,
    async onShared(planned) {
      const instance = await shared.acquire();
      if (instance.kind === 'worn-out') return alone(planned);
      if (instance.kind !== 'up') return couldNotRun(instance.reason);
      const outcome = await runOn(planned, instance.target);
      if (outcome.kind !== 'no-answer') return outcome;
      const evidence = await shared.diagnose(instance.target);
      // Whose fault it was is seen on an instance of its own: others that met the same end are not to blame.
      if (factory.ownInstances) return alone(planned);
      return withEvidence(outcome, evidence);
    },
    close: () => shared.close(),
  };
}

function deadlineOf({ check }: PlannedClause, asked: number | undefined): number {
  const usual = check!.isolation === 'exclusive' ? EXCLUSIVE_DEADLINE_MS : SHARED_DEADLINE_MS;
  return Math.max(asked ?? usual, check!.deadlineMs ?? 0);
}

function couldNotRun(reason: string): Outcome {
  return { kind: 'could-not-run', hits: {}, reason };
}

function withEvidence(outcome: Outcome, evidence: string | undefined): Outcome {
  if (outcome.kind !== 'no-answer' || evidence === undefined) return outcome;
  if (outcome.reason.includes(evidence)) return outcome;
  return { ...outcome, reason: `${outcome.reason}. The implementation ${evidence}` };
}

async function launchAnother(factory: TargetFactory): Promise<Target> {
  if (factory.ownInstances) return factory.launch();
  throw new NotApplicable('It needs an instance of its own: start the implementation with --impl.');
}
