/** One try of a solution: builds it and runs what the candidate may run, in order, up to the first that does not pass. */
import type { CaseStudy } from '../../contract/caseStudy.ts';
import { SpecError } from '../../contract/specError.ts';
import { conversationText } from '../../report/conversationText.ts';
import type { ClauseJudgement } from '../../run/event.ts';
import { runChecks } from '../../run/runChecks.ts';
import type { TargetFactory } from '../../target/targetFactory.ts';

/** The same each time, so that a repaired fault is seen to be gone. Marking takes others. */
export const TRY_SEED = 1;

export interface TryRequest {
  readonly caseStudy: CaseStudy;
  readonly factory: TargetFactory;
  /** Clause references, in the order in which they are run. */
  readonly clauses: readonly string[];
  readonly patience: number;
  readonly build: () => Promise<string | undefined>;
  readonly replayCommand: (clause: string) => string;
}

/** `stopped`: at this clause; without one it could not be built. */
export type TryResult =
  { readonly kind: 'passed' } | { readonly kind: 'stopped'; readonly clause: string | undefined };

/** @param say takes what the candidate reads, as it becomes known */
export async function tryExercise(
  request: TryRequest,
  say: (text: string) => void,
): Promise<TryResult> {
  const problem = await request.build();
  if (problem !== undefined) {
    say(problem);
    return { kind: 'stopped', clause: undefined };
  }
  const { clauses } = request;
  for (const [index, clause] of clauses.entries()) {
    const judgement = await judge(request, clause);
    const title = requirementOf(request.caseStudy, clause).title;
    say(`${judgement.verdict}  ${clause}  ${title}`);
    if (judgement.verdict === 'pass') continue;
    say(details(request.caseStudy, judgement));
    const next = clauses[index + 1];
    say(
      `${index} of ${clauses.length} pass. Now: ${clause}.${next === undefined ? '' : ` Then: ${next}.`}`,
    );
    return { kind: 'stopped', clause };
  }
  return { kind: 'passed' };
}

/** Those that are asked for, of those that may be tried. @throws SpecError for another */
export function chosenClauses(visible: readonly string[], only: readonly string[]): string[] {
  const names = (ref: string, name: string): boolean => ref === name || ref.startsWith(`${name}.`);
  const unknown = only.find((name) => !visible.some((ref) => names(ref, name)));
  if (unknown !== undefined) {
    throw new SpecError(`${unknown} is not among the checks to try: ${visible.join(', ')}.`);
  }
  if (only.length === 0) return [...visible];
  return visible.filter((ref) => only.some((name) => names(ref, name)));
}

async function judge(
  { caseStudy, factory, patience, replayCommand }: TryRequest,
  clause: string,
): Promise<ClauseJudgement> {
  const options = { seed: TRY_SEED, only: [clause], patience, replayCommand };
  const judgements = await runChecks(caseStudy, factory, options, () => undefined);
  const judgement = judgements.find((each) => each.clause === clause);
  if (!judgement) throw new Error(`${clause} was not judged.`);
  return judgement;
}

function details(
  caseStudy: CaseStudy,
  { clause, reason, counterexample }: ClauseJudgement,
): string {
  const { statement } = requirementOf(caseStudy, clause);
  const found = counterexample ? conversationText(counterexample) : (reason ?? '');
  return `\n${statement}\n\n${found}\n`;
}

function requirementOf(caseStudy: CaseStudy, clause: string): CaseStudy['requirements'][number] {
  const found = caseStudy.requirements.find(({ id }) => clause.startsWith(`${id}.`));
  if (!found) throw new Error(`${clause} belongs to no requirement.`);
  return found;
}
