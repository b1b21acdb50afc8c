/** The visible clauses on the reference and on the solution, in turn: what each operation takes, side by side. */
import type { CaseStudy } from '../../contract/caseStudy.ts';
import type { ConversationEntry } from '../../run/event.ts';
import { runChecks } from '../../run/runChecks.ts';
import type { TargetFactory } from '../../target/targetFactory.ts';
import { callTimesOf, compareLatency, mergeTimes } from './latencyRatio.ts';
import type { CallTimes, LatencyComparison } from './latencyRatio.ts';

/** A machine that is slow for some seconds is so for both. */
const ROUNDS = 3;

export interface LatencyOptions {
  /** One that the clauses were judged with: what passed passes again. */
  readonly seed: number;
  readonly patience: number;
  /** What is asked of the reference. */
  readonly visible: readonly string[];
  /** Those of them that the solution passes with every seed: only these are asked of it. */
  readonly credited: readonly string[];
}

/** Clause -> what its calls took, in a run in which it passed. */
type ClauseTimes = ReadonlyMap<string, CallTimes>;

export async function measureLatency(
  caseStudy: CaseStudy,
  reference: TargetFactory,
  solution: TargetFactory,
  options: LatencyOptions,
  onRound: (round: number, rounds: number) => void,
): Promise<LatencyComparison> {
  const referenceRuns: ClauseTimes[] = [];
  const solutionRuns: ClauseTimes[] = [];
  for (let round = 1; round <= ROUNDS; round += 1) {
    onRound(round, ROUNDS);
    referenceRuns.push(await timesOf(caseStudy, reference, options.visible, options));
    if (options.credited.length === 0) break;
    solutionRuns.push(await timesOf(caseStudy, solution, options.credited, options));
  }
  const asked = new Set(referenceRuns.flatMap((run) => [...together([run]).keys()]));
  const passed = new Set(solutionRuns.flatMap((run) => [...run.keys()]));
  return compareLatency([...asked].sort(), together(referenceRuns, passed), together(solutionRuns));
}

async function timesOf(
  caseStudy: CaseStudy,
  factory: TargetFactory,
  clauses: readonly string[],
  { seed, patience }: LatencyOptions,
): Promise<ClauseTimes> {
  const entries = new Map<string, ConversationEntry[]>();
  const judgements = await runChecks(
    caseStudy,
    factory,
    {
      seed,
      patience,
      only: clauses,
      // One after the other: what they take must not be each other's doing.
      sharedWidth: 1,
      exclusiveWidth: 1,
      shrink: 'first-failure',
      replayCommand: () => '',
      onEntry(clause, entry) {
        const known = entries.get(clause);
        if (known) known.push(entry);
        else entries.set(clause, [entry]);
      },
    },
    () => undefined,
  );
  const counts = (operation: string): boolean => {
    const row = caseStudy.operations.get(operation);
    return row !== undefined && row.effect !== 'control';
  };
  const passed = judgements.filter(({ verdict }) => verdict === 'pass');
  return new Map(
    passed.map(({ clause }) => [clause, callTimesOf(entries.get(clause) ?? [], counts)]),
  );
}

function together(runs: readonly ClauseTimes[], only?: ReadonlySet<string>): CallTimes {
  return mergeTimes(
    runs.flatMap((run) =>
      [...run].filter(([clause]) => only?.has(clause) ?? true).map(([, times]) => times),
    ),
  );
}
