/** Runs one check on one instance and makes a verdict of whatever becomes of it. */
import { setTimeout as sleep } from 'node:timers/promises';
import { excerpt } from '../target/excerpt.ts';
import type { ConversationEntry } from './event.ts';
import { openContext } from './checkContext.ts';
import type { ContextOptions, OpenContext } from './checkContext.ts';
import type { PlannedClause } from './loadChecks.ts';
import { DeadlineReached, isNamed, isViolation, NoAnswer } from './verdictErrors.ts';
import type { ViolationLike } from './verdictErrors.ts';

/** After its deadline a check gets this long to notice; then it is left behind. */
const MAX_CLOSE_MS = 5_000;

export interface Finding {
  readonly message: string;
  readonly expected?: unknown;
  readonly actual?: unknown;
  readonly input?: unknown;
  readonly conversation: ConversationEntry[];
}

/** `no-answer`: the instance may have died or hang, and whoever started it should look. */
export type Outcome = { readonly hits: Record<string, number> } & (
  | { readonly kind: 'pass' }
  | { readonly kind: 'fail'; readonly finding: Finding }
  | { readonly kind: 'not-applicable'; readonly reason: string }
  | { readonly kind: 'could-not-run'; readonly reason: string }
  | { readonly kind: 'no-answer'; readonly reason: string }
);

export async function runCheck(planned: PlannedClause, options: ContextOptions): Promise<Outcome> {
  const open = openContext(options);
  const late = new AbortController();
  const deadline = sleep(options.deadlineMs, undefined, { signal: late.signal }).then(
    () => {
      throw new DeadlineReached(
        `It did not end within ${options.deadlineMs} ms: a slow machine needs --patience 10x`,
      );
    },
    () => undefined,
  );
  let outcome: Outcome;
  try {
    await Promise.race([planned.check!.run(open.context), deadline]);
    outcome = enoughHits(planned, open.hits);
  } catch (error) {
    outcome = judgeError(error, open);
  } finally {
    late.abort();
    const given = new AbortController();
    const bound = sleep(MAX_CLOSE_MS, undefined, { signal: given.signal }).catch(() => undefined);
    await Promise.race([open.close(), bound]);
    given.abort();
  }
  return outcome;
}

/** No evidence is no pass. */
function enoughHits({ clause }: PlannedClause, hits: Record<string, number>): Outcome {
  const short = Object.entries(clause.hits ?? {}).filter(([name, min]) => (hits[name] ?? 0) < min);
  if (short.length === 0) return { kind: 'pass', hits };
  const told = short.map(
    ([name, min]) => `${name} ${hits[name] ?? 0} times, at least ${min} are needed`,
  );
  return {
    kind: 'could-not-run',
    hits,
    reason: `Too little of what it is about was seen: ${told.join('; ')}. Raise --effort.`,
  };
}

function judgeError(error: unknown, open: OpenContext): Outcome {
  const { hits } = open;
  const failing = open.failingRun();
  if (failing && (failing.error === error || error instanceof DeadlineReached)) {
    const { input, conversation } = failing;
    return { kind: 'fail', hits, finding: { ...describe(failing.error), input, conversation } };
  }
  if (isViolation(error)) {
    const conversation = open.recorder.entries();
    return { kind: 'fail', hits, finding: { ...describe(error), conversation } };
  }
  if (isNamed(error, 'NotApplicable'))
    return { kind: 'not-applicable', hits, reason: error.message };
  if (error instanceof NoAnswer) return { kind: 'no-answer', hits, reason: error.message };
  if (isNamed(error, 'CouldNotRun') || isNamed(error, 'LaunchError'))
    return { kind: 'could-not-run', hits, reason: error.message };
  const said = error instanceof Error ? (error.stack ?? error.message) : error;
  return {
    kind: 'could-not-run',
    hits,
    reason: `The check itself failed, which says nothing about the implementation: ${excerpt(said)}. Please report it.`,
  };
}

function describe(error: ViolationLike): Pick<Finding, 'message' | 'expected' | 'actual'> {
  return {
    message: error.message,
    ...(error.expected !== undefined && { expected: error.expected }),
    ...(error.actual !== undefined && { actual: error.actual }),
  };
}
