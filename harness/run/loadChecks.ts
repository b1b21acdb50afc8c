/** The checks of a case study, each found by the one clause that names it. */
import { pathToFileURL } from 'node:url';
import type { Check } from '../checks/check.ts';
import type { CaseStudy, Clause, Requirement } from '../contract/caseStudy.ts';
import { displayPath } from '../contract/readDataFile.ts';
import { SpecError } from '../contract/specError.ts';

export interface PlannedClause {
  /** Requirement and key, as in HFT-MATCH-01.a. */
  readonly ref: string;
  readonly requirement: Requirement;
  readonly clause: Clause;
  /** Undefined for a clause that is excluded or that a campaign judges. */
  readonly check: Check | undefined;
}

/**
 * @param only requirement ids or clause references; undefined: all
 * @throws SpecError when a clause's check is missing, a check is named by no clause, or `only` names nothing
 */
export async function planChecks(
  caseStudy: CaseStudy,
  only?: readonly string[],
): Promise<PlannedClause[]> {
  const checks = await importChecks(caseStudy);
  const planned = caseStudy.requirements.flatMap((requirement) =>
    requirement.clauses.map((clause) => ({
      ref: `${requirement.id}.${clause.key}`,
      requirement,
      clause,
      check: clause.check === undefined ? undefined : checks.get(clause.check),
    })),
  );
  const chosen = choose(planned, only, caseStudy);
  const missing = chosen.filter(({ clause, check }) => clause.check !== undefined && !check);
  if (missing.length > 0) {
    const names = missing.map(({ ref, clause }) => `"${clause.check}" of ${ref}`).join(', ');
    throw new SpecError(
      `${shownFile(caseStudy)} lacks the check ${names}: export it in \`checks\`, or give the clause a reason in ` +
        `\`excluded\` in spec/${caseStudy.id}/requirements.json.`,
    );
  }
  const named = new Set(planned.map(({ clause }) => clause.check));
  const orphans = [...checks.keys()].filter((id) => !named.has(id));
  if (orphans.length > 0) {
    throw new SpecError(
      `${shownFile(caseStudy)} has checks that no clause names: ${orphans.join(', ')}. Name each in one clause of ` +
        `spec/${caseStudy.id}/requirements.json.`,
    );
  }
  return chosen;
}

async function importChecks(caseStudy: CaseStudy): Promise<Map<string, Check>> {
  if (caseStudy.checksFile === undefined) {
    throw new SpecError(
      `The case study ${caseStudy.id} has no checks: write harness/checks/${caseStudy.id}/index.ts beside its spec/, with ` +
        `\`export const checks\`.`,
    );
  }
  const loaded = (await import(pathToFileURL(caseStudy.checksFile).href)) as {
    checks?: readonly Check[];
  };
  if (!Array.isArray(loaded.checks)) {
    throw new SpecError(`${shownFile(caseStudy)} exports no array \`checks\`.`);
  }
  const checks = new Map<string, Check>();
  for (const check of loaded.checks as readonly Check[]) {
    if (checks.has(check.id)) {
      throw new SpecError(`${shownFile(caseStudy)} has two checks "${check.id}": rename one.`);
    }
    checks.set(check.id, check);
  }
  return checks;
}

function choose(
  planned: readonly PlannedClause[],
  only: readonly string[] | undefined,
  caseStudy: CaseStudy,
): PlannedClause[] {
  if (only === undefined) return [...planned];
  for (const name of only) {
    if (planned.some((each) => each.ref === name || each.requirement.id === name)) continue;
    throw new SpecError(
      `--only ${name}: spec/${caseStudy.id}/requirements.json has no such requirement or clause; ` +
        `write an id as in ${planned[0]?.requirement.id} or ${planned[0]?.ref}.`,
    );
  }
  return planned.filter((each) => only.includes(each.ref) || only.includes(each.requirement.id));
}

function shownFile(caseStudy: CaseStudy): string {
  return displayPath(caseStudy.checksFile ?? `harness/checks/${caseStudy.id}/index.ts`);
}
