/** `casemark list`: the case studies, with what each asks for. */
import Table from 'cli-table3';
import { findCaseStudies } from '../contract/findCaseStudies.ts';
import { loadCaseStudy } from '../contract/loadCaseStudy.ts';

export function listCaseStudies(roots: readonly string[]): number {
  const table = new Table({
    head: ['case', 'version', 'requirements', 'clauses', 'targets', 'what'],
    style: { head: [], border: [] },
  });
  for (const { id } of findCaseStudies(roots)) {
    const { specVersion, requirements, targets, summary } = loadCaseStudy(id, roots);
    const clauses = requirements.reduce((sum, requirement) => sum + requirement.clauses.length, 0);
    table.push([id, specVersion, requirements.length, clauses, targets.length, summary]);
  }
  console.log(table.toString());
  return 0;
}
