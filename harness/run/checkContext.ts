/** What a check works with: sessions, properties on generated inputs, instances of its own, hits; all of it bounded in time. */
import fc from 'fast-check';
import type { CheckContext, Session } from '../checks/check.ts';
import type { CaseStudy } from '../contract/caseStudy.ts';
import type { Subscription, Target } from '../target/target.ts';
import type { ConversationEntry } from './event.ts';
import type { World } from '../world/world.ts';
import { observed } from './observedTarget.ts';
import { createRecorder } from './recorder.ts';
import type { Recorder } from './recorder.ts';
import { createSession } from './session.ts';
import { sessionIds } from './sessionIds.ts';
import { DeadlineReached, isViolation } from './verdictErrors.ts';

/** Inputs of a property unless the check says otherwise; effort multiplies it. */
const DEFAULT_PROPERTY_RUNS = 20;
/** Shrinking stops here: a counterexample that is a little longer is better than a run that takes minutes longer. */
const MAX_SHRINK_RUNS = 300;
/** Share of a check's time in which it generates inputs, and share in which it may still shrink one. */
const GENERATE_SHARE = 0.6;
const SHRINK_SHARE = 0.85;

export interface ContextOptions {
  readonly caseStudy: CaseStudy;
  readonly target: Target;
  readonly world?: World | undefined;
  readonly seed: number;
  readonly effort: number;
  readonly shrink: 'shrink' | 'first-failure';
  readonly deadlineMs: number;
  /** Default: 1. */
  readonly patience?: number;
  /** Makes a suffix that no other session has. */
  readonly nextSuffix: () => string;
  readonly launch: () => Promise<Target>;
  readonly onEntry: (entry: ConversationEntry) => void;
}

export interface FailingRun {
  readonly error: Error & { expected?: unknown; actual?: unknown };
  readonly input?: unknown;
  readonly conversation: ConversationEntry[];
}

export interface OpenContext {
  readonly context: CheckContext;
  readonly hits: Record<string, number>;
  readonly recorder: Recorder;
  /** The smallest failing run of a property so far. */
  failingRun(): FailingRun | undefined;
  /** Ends what the check left open. Nothing more can be called through the context. */
  close(): Promise<void>;
}

export function openContext(options: ContextOptions): OpenContext {
  const startedMs = performance.now();
  const elapsedShare = (): number => (performance.now() - startedMs) / options.deadlineMs;
  const recorder = createRecorder(options.onEntry);
  const hits: Record<string, number> = {};
  const subscriptions = new Set<Subscription>();
  /** Also those that are still coming up when the check is over. */
  const launched = new Set<Promise<Target>>();
  let closed = false;
  let failing: FailingRun | undefined;
  let sessions = 0;
  let properties = 0;

  const checkTime = (): void => {
    if (closed || elapsedShare() >= 1) {
      throw new DeadlineReached(`It did not end within ${options.deadlineMs} ms.`);
    }
  };

  const session = (): Session => {
    checkTime();
    sessions += 1;
    return createSession({
      caseStudy: options.caseStudy,
      target: options.target,
      label: `s${sessions}`,
      id: sessionIds(options.nextSuffix()),
      recorder,
      checkTime,
      onSubscription: (subscription) => subscriptions.add(subscription),
    });
  };

  const closeSubscriptions = async (): Promise<void> => {
    const open = [...subscriptions];
    subscriptions.clear();
    await Promise.allSettled(open.map((subscription) => subscription.close()));
  };

  const property: CheckContext['property'] = async (arbitrary, predicate, propertyOptions) => {
    properties += 1;
    const runs = (propertyOptions?.runs ?? DEFAULT_PROPERTY_RUNS) * options.effort;
    let shrinkRuns = 0;
    /** What ended the generating, other than a violation. */
    let stopped: { error: unknown } | undefined;
    const isOver = (): boolean => {
      if (stopped || closed) return true;
      if (!failing) return elapsedShare() > GENERATE_SHARE;
      shrinkRuns += 1;
      return shrinkRuns > MAX_SHRINK_RUNS || elapsedShare() > SHRINK_SHARE;
    };
    const tried = fc.asyncProperty(arbitrary, async (input) => {
      // fast-check cannot be told to stop shrinking: what is not tried any more counts as passing.
      if (isOver()) return;
      recorder.begin();
      try {
        await predicate(input, session());
      } catch (error) {
        if (fc.PreconditionFailure.isFailure(error)) throw error;
        if (isViolation(error)) {
          failing = { error, input, conversation: recorder.entries() };
          throw error;
        }
        stopped = { error };
      } finally {
        recorder.end();
        await closeSubscriptions();
      }
    });
    await fc.check(tried, {
      seed: (options.seed + properties - 1) | 0,
      numRuns: Math.max(1, Math.round(runs)),
      endOnFailure: options.shrink === 'first-failure',
    });
    if (failing) throw failing.error;
    if (stopped) throw stopped.error;
  };

  const context: CheckContext = {
    seed: options.seed,
    target: observed(options.target, recorder),
    ...(options.world && { world: options.world }),
    fc,
    patience: options.patience ?? 1,
    hit(name, times = 1) {
      // Shrinking repeats what has been counted already.
      if (!failing) hits[name] = (hits[name] ?? 0) + times;
    },
    property,
    session,
    async launch() {
      checkTime();
      const launching = options.launch();
      launched.add(launching);
      return observed(await launching, recorder);
    },
  };

  return {
    context,
    hits,
    recorder,
    failingRun: () => failing,
    async close() {
      closed = true;
      await closeSubscriptions();
      await Promise.allSettled([...launched].map(async (target) => (await target).close()));
    },
  };
}
