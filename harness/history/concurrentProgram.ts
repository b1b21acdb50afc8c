/**
 * Concurrent programs as data that fast-check can draw and shrink: a prefix that one client runs alone, then branches that as many
 * clients run at the same time.
 *
 * What a concurrent program does depends on more than the program, so a failing one may pass when it is tried again, and shrinking would
 * then stop at once or wander. So each program is run several times, and fails if any of its runs does.
 */
import fc from 'fast-check';
import type { HistoryCall } from './history.ts';

export interface ConcurrentProgram {
  readonly prefix: readonly HistoryCall[];
  readonly branches: readonly (readonly HistoryCall[])[];
}

export interface ProgramShape {
  /** Default 5. */
  readonly maxPrefix?: number;
  /** At least 2. Default 3. */
  readonly maxBranches?: number;
  /** Calls of one branch, at least 1. Default 4. */
  readonly maxBranchLength?: number;
}

export function concurrentPrograms(
  call: fc.Arbitrary<HistoryCall>,
  shape: ProgramShape = {},
): fc.Arbitrary<ConcurrentProgram> {
  const { maxPrefix = 5, maxBranches = 3, maxBranchLength = 4 } = shape;
  const branch = fc.array(call, { minLength: 1, maxLength: maxBranchLength });
  return fc.record({
    prefix: fc.array(call, { maxLength: maxPrefix }),
    branches: fc.array(branch, { minLength: 2, maxLength: maxBranches }),
  });
}

/** Whatever makes calls one after the other; a RecordedClient is one. */
export interface ProgramClient {
  call(operation: string, input: HistoryCall['input']): Promise<unknown>;
}

/** Lane 0 is the prefix, the branches follow. Resolves when every call has been answered, rejects with the first rejection. */
export async function runProgram(
  { prefix, branches }: ConcurrentProgram,
  openClient: (lane: number) => ProgramClient,
): Promise<void> {
  await runCalls(prefix, openClient(0));
  const clients = branches.map((_, index) => openClient(index + 1));
  await Promise.all(branches.map((calls, index) => runCalls(calls, clients[index]!)));
}

async function runCalls(calls: readonly HistoryCall[], client: ProgramClient): Promise<void> {
  for (const { operation, input } of calls) await client.call(operation, input);
}

export interface FailedRepetition {
  /** From 0. */
  readonly repetition: number;
  readonly why: string;
}

/** More would make each step of the shrinking take seconds; ten runs miss a failure of one run in three once in sixty times. */
const MAX_REPETITIONS = 100;
const DEFAULT_REPETITIONS = 10;

/**
 * Runs `attempt` up to `repetitions` times on a fresh state and stops at the first that says why it failed:
 *
 *     await fc.assert(fc.asyncProperty(concurrentPrograms(call), async (program) => {
 *       expect(await firstFailure(() => judge(program))).toBeUndefined();
 *     }));
 */
export async function firstFailure(
  attempt: (repetition: number) => Promise<string | undefined>,
  repetitions: number = DEFAULT_REPETITIONS,
): Promise<FailedRepetition | undefined> {
  const bound = Math.min(repetitions, MAX_REPETITIONS);
  for (let repetition = 0; repetition < bound; repetition++) {
    const why = await attempt(repetition);
    if (why !== undefined) return { repetition, why };
  }
  return undefined;
}
