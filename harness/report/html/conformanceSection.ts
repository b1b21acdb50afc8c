/** Which requirements hold: those that do not first, each with its evidence; beside them the components of the case. */
import type { Report, ReportedRequirement } from '../report.ts';
import { absent } from './absent.ts';
import { failures } from './failures.ts';
import { table } from './figure.ts';
import { html, join } from './markup.ts';
import type { Markup, Part } from './markup.ts';
import { seconds } from './numbers.ts';
import { shortened } from './shortened.ts';
import { byVerdict, verdictBadge } from './verdicts.ts';

export function conformanceSection(report: Report): Markup {
  const { requirements, smoke } = report;
  if (requirements.length === 0) {
    return html`${smokeLines(report)}
    ${absent('Not judged in this run. To judge it:', report, 'check')}`;
  }
  return html`${smoke.some(({ outcome }) => outcome !== 'wired') && smokeLines(report)}
    ${failures(report)} ${unjudged(requirements)}
    <div class="split">
      <div>
        <h3>All requirements</h3>
        <div class="filter" data-filter="requirements" data-label="Filter"></div>
        <div id="requirements">${requirementTable(requirements)}</div>
      </div>
      <aside class="aside" aria-label="By component and pattern">
        <h3>By component</h3>
        ${tally('By component', requirements, ({ components }) => components)}
        <h3>By pattern</h3>
        ${tally('By pattern', requirements, ({ patterns }) => patterns)}
      </aside>
    </div>`;
}

function requirementTable(requirements: readonly ReportedRequirement[]): Markup {
  return table({
    caption: 'Requirements',
    sortable: true,
    columns: [
      { head: 'Requirement', as: 'text' },
      { head: 'Verdict', as: 'text' },
      { head: 'What it asks', as: 'prose' },
      { head: 'Clauses', as: 'number' },
      { head: 'Components', as: 'text' },
    ],
    rows: requirements.toSorted(byVerdict).map((requirement) => {
      const { id, level, verdict, clauses, components } = requirement;
      const passed = clauses.filter((clause) => clause.verdict === 'pass').length;
      const judged = clauses.filter((clause) => clause.verdict !== 'excluded').length;
      return [
        html`<span class="mono">${id}</span
          >${level === 'SHOULD' && html` <span class="muted">SHOULD</span>`}`,
        verdictBadge(verdict),
        clauseList(requirement),
        `${passed}/${judged}`,
        components.join(', '),
      ];
    }),
  });
}

function clauseList({ id, title, statement, clauses }: ReportedRequirement): Markup {
  return html`<details id="${id}">
    <summary>${title}</summary>
    <p class="muted">${statement}</p>
    <ul>
      ${clauses.map(({ key, statement: says, verdict, reason, hits, durationMs }) => {
        const seen = Object.entries(hits).map(([name, count]) => `${name} ${count}`);
        return html`<li>
          ${verdictBadge(verdict)} <span class="mono">.${key}</span> ${says}
          ${reason !== undefined && verdict !== 'pass' && html`<br /><span class="muted">${shortened(reason)}</span>`}
          ${seen.length > 0 && html`<br /><span class="muted">seen: ${seen.join(', ')}; ${seconds(durationMs)}</span>`}
        </li>`;
      })}
    </ul>
  </details>`;
}

/** Clauses without a verdict, by reason: a server that does not start is said once, not eighty times. */
function unjudged(requirements: readonly ReportedRequirement[]): Part {
  const clauses = requirements.flatMap(({ id, clauses: of }) =>
    of
      .filter(({ verdict }) => verdict === 'could-not-run' || verdict === 'not-applicable')
      .map((clause) => ({ ...clause, requirement: id })),
  );
  if (clauses.length === 0) return null;
  const byReason = Map.groupBy(clauses, ({ verdict, reason }) => `${verdict} ${reason ?? ''}`);
  return html`<h3>Not judged</h3>
    <ul>
      ${[...byReason.values()].map(
        (of) =>
          html`<li>
            ${verdictBadge(of[0]!.verdict)} ${shortened(of[0]!.reason ?? 'no reason given')}<br />${join(
              of.map(
                ({ requirement, key }) =>
                  html`<a class="mono" href="#${requirement}">${requirement}.${key}</a>`,
              ),
              ', ',
            )}
          </li>`,
      )}
    </ul>`;
}

function tally(
  caption: string,
  requirements: readonly ReportedRequirement[],
  groupsOf: (requirement: ReportedRequirement) => readonly string[],
): Markup {
  const names = [...new Set(requirements.flatMap(groupsOf))];
  return table({
    caption,
    columns: [
      { head: 'Name', as: 'text' },
      { head: 'Pass', as: 'number' },
      { head: 'Fail', as: 'number' },
      { head: 'Other', as: 'number' },
    ],
    rows: names.map((name) => {
      const of = requirements.filter((requirement) => groupsOf(requirement).includes(name));
      const pass = of.filter(({ verdict }) => verdict === 'pass').length;
      const fail = of.filter(({ verdict }) => verdict === 'fail').length;
      const shown = fail > 0 ? html`<span class="badge bad">${fail}</span>` : '0';
      return [name, pass, shown, of.length - pass - fail];
    }),
  });
}

function smokeLines({ smoke }: Report): Part {
  if (smoke.length === 0) return null;
  const tones = { wired: 'good', broken: 'bad', 'not-offered': 'quiet', skipped: 'warn' } as const;
  const odd = smoke.filter(({ outcome }) => outcome !== 'wired');
  return html`<h3>Is it wired?</h3>
    <p>${smoke.length - odd.length} of ${smoke.length} operations and streams answer.</p>
    ${
      odd.length > 0 &&
      html`<ul>
        ${odd.map(({ name, outcome, sentence }) => html`<li><span class="badge ${tones[outcome]}">${outcome}</span> <code>${name}</code> ${shortened(sentence)}</li>`)}
      </ul>`
    }`;
}
