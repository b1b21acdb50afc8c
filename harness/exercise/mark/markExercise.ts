/** Marks a solution: copy, build, every clause with every seed, latency beside the reference. */
import type { CaseStudy } from '../../contract/caseStudy.ts';
import { SpecError } from '../../contract/specError.ts';
import type { RunEvent } from '../../run/event.ts';
import type { Implementation } from '../../target/implementation.ts';
import { targetFactory } from '../../target/targetFactory.ts';
import { openWorld } from '../../world/openWorld.ts';
import type { Confinement } from '../confine/confinement.ts';
import type { Level } from '../levels.ts';
import { assembleMark } from './assembleMark.ts';
import type { MarkFindings, MarkSubject } from './assembleMark.ts';
import { copySolution } from './copySolution.ts';
import type { SolutionCopy } from './copySolution.ts';
import { judgeSeed } from './judgeSeed.ts';
import { limitedFactory } from './limitedFactory.ts';
import type { LimitedFactory } from './limitedFactory.ts';
import type { Latency, Mark, SeedOutcome } from './mark.ts';
import { measureLatency } from './measureLatency.ts';
import { usableManifest } from './usableManifest.ts';

export interface MarkRequest {
  readonly caseStudy: CaseStudy;
  /** Up to the one that is marked. */
  readonly levels: readonly Level[];
  readonly folder: string;
  readonly language: string;
  readonly seeds: readonly number[];
  readonly reference: Implementation | undefined;
  readonly patience: number;
  /** What one seed may take, before patience. */
  readonly seedSeconds: number;
  readonly notes: readonly string[];
  readonly confine: (dir: string) => Confinement;
  /** Confined too: a compiler reads whatever a source tells it to include. @returns what went wrong, undefined when it is built or has nothing to build */
  readonly build: (dir: string) => Promise<string | undefined>;
  readonly replayCommand: (clause: string, seed: number) => string;
}

export interface MarkListener {
  /** The mark as it is by now, after each seed too. */
  mark(mark: Mark): void;
  says(message: string): void;
  event(event: RunEvent): void;
}

type Outcomes = ReadonlyMap<string, SeedOutcome>;

const NOT_YET: Latency = { kind: 'not-measured', reason: 'The seeds come first.' };

/** @throws SpecError for a folder that cannot be copied; a solution that cannot be run gets a mark */
export async function markExercise(request: MarkRequest, tell: MarkListener): Promise<Mark> {
  const copy = copySolution(request.folder);
  try {
    return await markCopy(request, copy, tell);
  } finally {
    copy.remove();
  }
}

async function markCopy(
  request: MarkRequest,
  copy: SolutionCopy,
  tell: MarkListener,
): Promise<Mark> {
  const { caseStudy, levels, language, seeds, folder } = request;
  const solution = { folder, sha256: copy.sha256 };
  const subject: MarkSubject = {
    ...{ caseStudy, levels, language, seeds, solution },
    startedMs: Date.now(),
  };
  let findings: MarkFindings = {
    confinement: 'not run',
    outcomes: [],
    latency: NOT_YET,
    complete: false,
    problem: null,
    notes: request.notes,
  };
  const found = (more: Partial<MarkFindings>): Mark => {
    findings = { ...findings, ...more };
    const mark = assembleMark(subject, findings, Date.now());
    tell.mark(mark);
    return mark;
  };

  const ready = await prepare(request, copy);
  if (ready.kind === 'unusable') {
    const latency: Latency = { kind: 'not-measured', reason: 'Nothing could be run.' };
    return found({ problem: ready.problem, latency, complete: true });
  }
  const run = <T>(work: (factory: LimitedFactory) => Promise<T>): Promise<T> =>
    confined(request, copy, ready.implementation, work, (confinement, exceeded) => {
      const note = `It was ended: it took ${exceeded}.`;
      const news = exceeded === undefined || findings.notes.includes(note) ? [] : [note];
      findings = { ...findings, confinement, notes: [...findings.notes, ...news] };
    });
  for (const [index, seed] of seeds.entries()) {
    tell.says(`seed ${seed} (${index + 1} of ${seeds.length})`);
    const outcomes = await run((factory) => judge(request, factory, seed, tell));
    const { clauses } = found({ outcomes: [...findings.outcomes, outcomes] });
    tell.says(`seed ${seed}: ${countOf(outcomes)}`);
    if (clauses.some(({ credit }) => credit)) continue;
    const left = seeds.length - index - 1;
    if (left > 0) {
      const note = `No clause passed with every seed up to ${seed}: the other ${left} could change nothing, and were not run.`;
      findings = { ...findings, notes: [...findings.notes, note] };
    }
    break;
  }
  const latency = await latencyOf(request, run, findings.outcomes, tell);
  const problem = problemOf(levels, findings.outcomes)?.replaceAll(copy.dir, folder) ?? null;
  return found({ latency, problem, complete: true });
}

async function prepare(
  { caseStudy, folder, build }: MarkRequest,
  { dir }: SolutionCopy,
): Promise<
  { kind: 'ready'; implementation: Implementation } | { kind: 'unusable'; problem: string }
> {
  let implementation: Implementation;
  try {
    implementation = usableManifest(dir, folder, caseStudy);
  } catch (error) {
    if (error instanceof SpecError) return { kind: 'unusable', problem: error.message };
    throw error;
  }
  const problem = await build(dir);
  return problem === undefined
    ? { kind: 'ready', implementation }
    : { kind: 'unusable', problem: problem.replaceAll(dir, folder) };
}

/** Each seed has processes of its own, and nothing of them is left when it ends. */
async function confined<T>(
  { caseStudy, patience, seedSeconds, confine }: MarkRequest,
  { dir }: SolutionCopy,
  implementation: Implementation,
  work: (factory: LimitedFactory) => Promise<T>,
  onConfined: (describe: string, exceeded: string | undefined) => void,
): Promise<T> {
  const confinement = confine(dir);
  try {
    const { launchWith } = confinement;
    return await withWorld(caseStudy, async (world) => {
      const factory = limitedFactory(
        targetFactory(caseStudy, implementation, { world, patience, launchWith }),
        seedSeconds * 1000 * patience,
      );
      try {
        return await work(factory);
      } finally {
        await factory.end();
      }
    });
  } finally {
    onConfined(confinement.describe, confinement.exceeded());
    confinement.close();
  }
}

async function withWorld<T>(
  caseStudy: CaseStudy,
  work: (world: Awaited<ReturnType<typeof openWorld>> | undefined) => Promise<T>,
): Promise<T> {
  const world = caseStudy.world && (await openWorld(caseStudy));
  try {
    return await work(world);
  } finally {
    await world?.close();
  }
}

function judge(
  { caseStudy, levels, patience, replayCommand }: MarkRequest,
  factory: LimitedFactory,
  seed: number,
  tell: MarkListener,
): Promise<Outcomes> {
  const clauses = levels.flatMap((level) => Object.values(level.clauses).flat());
  const mayRetry = (): boolean => !factory.expired();
  return judgeSeed(
    caseStudy,
    factory,
    { seed, clauses, patience, mayRetry, replayCommand },
    (event) => tell.event(event),
  );
}

async function latencyOf(
  { caseStudy, levels, reference, seeds, patience }: MarkRequest,
  run: <T>(work: (factory: LimitedFactory) => Promise<T>) => Promise<T>,
  outcomes: readonly Outcomes[],
  tell: MarkListener,
): Promise<Latency> {
  if (!reference) {
    const reason = `There is no reference of ${caseStudy.id} to compare with: name one with --reference.`;
    return { kind: 'not-measured', reason };
  }
  const visible = levels.flatMap((level) => level.visible);
  const credited = visible.filter((clause) =>
    outcomes.every((each) => each.get(clause)?.outcome === 'pass'),
  );
  const comparison = await withWorld(caseStudy, (world) =>
    run((solution) =>
      measureLatency(
        caseStudy,
        targetFactory(caseStudy, reference, { world, patience }),
        solution,
        { seed: seeds[0]!, patience, visible, credited },
        (round, rounds) => tell.says(`latency, beside the reference: round ${round} of ${rounds}`),
      ),
    ),
  );
  if (comparison.operations.length + comparison.unmeasured.length > 0) {
    return { kind: 'measured', ...comparison };
  }
  const reason = `The visible clauses ask ${reference.source} too little to compare with.`;
  return { kind: 'not-measured', reason };
}

/** A sentence where not one clause could be judged, in any seed. The candidate reads it: its reason is that of a visible clause. */
function problemOf(levels: readonly Level[], outcomes: readonly Outcomes[]): string | null {
  const all = outcomes.flatMap((each) => [...each.values()]);
  if (all.some(({ outcome }) => outcome === 'pass' || outcome === 'fail')) return null;
  const visible = levels.flatMap((level) => level.visible);
  // What was given up at once says less than what was tried.
  const [tried] = visible
    .flatMap((clause) => outcomes.flatMap((each) => each.get(clause) ?? []))
    .toSorted((one, other) => other.durationMs - one.durationMs);
  return `Not one clause could be judged. ${tried?.reason ?? ''}`.trim();
}

function countOf(outcomes: Outcomes): string {
  const all = [...outcomes.values()];
  const count = (wanted: SeedOutcome['outcome']): number =>
    all.filter(({ outcome }) => outcome === wanted).length;
  const unjudged = count('could-not-run') + count('not-applicable');
  return (
    `${count('pass')} of ${all.length} clauses pass, ${count('fail')} fail` +
    (unjudged === 0 ? '' : `, ${unjudged} could not be judged`)
  );
}
