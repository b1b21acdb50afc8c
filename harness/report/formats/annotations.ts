/** annotations.txt: workflow commands of GitHub Actions; printed by a step, each becomes a mark at the clause's line of the spec. */
import type { Report } from '../report.ts';
import { clauseRows } from './clauseRows.ts';
import type { SpecLines } from './specLines.ts';

const COMMANDS: Readonly<Record<string, string>> = {
  fail: 'error',
  warn: 'warning',
  'could-not-run': 'warning',
};

/** A failure that is known is a notice: it fails nothing. */
export function annotations(report: Report, placeOf: SpecLines): string {
  return clauseRows(report)
    .filter(({ clause }) => clause.verdict in COMMANDS)
    .map(({ ref, clause, details }) => {
      const { file, line } = placeOf(ref);
      const command = clause.known ? 'notice' : COMMANDS[clause.verdict]!;
      const title = property(`${ref} ${clause.verdict}`);
      const text = data([clause.statement, details].filter((part) => part !== '').join('\n'));
      return `::${command} file=${property(file)},line=${line},title=${title}::${text}\n`;
    })
    .join('');
}

/** As the runner reads them (actions/toolkit, command.ts): the line end would end the command. */
function data(text: string): string {
  return text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A');
}

function property(text: string): string {
  return data(text).replaceAll(':', '%3A').replaceAll(',', '%2C');
}
