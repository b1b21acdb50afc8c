/** Which clause caught which mutant: as text for a terminal, as CSV for a file. */
import Table from 'cli-table3';
import { stringify } from 'csv-stringify/sync';
import type { MutantResult } from './runMutants.ts';

export function killMatrixText(results: readonly MutantResult[]): string {
  const table = new Table({
    head: ['mutant', 'breaks', 'verdict', 'fails too'],
    style: { head: [], border: [] },
  });
  for (const { mutant, verdict, judgements } of results) {
    const others = failing(judgements).filter((clause) => clause !== mutant.clause);
    table.push([mutant.id, mutant.clause, verdict, others.join(' ')]);
  }
  return table.toString();
}

/** One row a mutant, one column a clause that was judged of any. */
export function killMatrixCsv(results: readonly MutantResult[]): string {
  const clauses = [
    ...new Set(results.flatMap(({ judgements }) => judgements.map(({ clause }) => clause))),
  ];
  const rows = results.map(({ mutant, verdict, judgements }) => {
    const byClause = new Map(judgements.map((judgement) => [judgement.clause, judgement.verdict]));
    const cells = clauses.map((clause) => byClause.get(clause) ?? '');
    return [mutant.id, mutant.clause, mutant.defect, verdict, ...cells];
  });
  return stringify([['mutant', 'breaks', 'defect', 'verdict', ...clauses], ...rows]);
}

function failing(judgements: MutantResult['judgements']): string[] {
  return judgements
    .filter(({ verdict }) => verdict === 'fail' || verdict === 'warn')
    .map(({ clause }) => clause);
}
