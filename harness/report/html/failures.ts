/** What fails: the sentence, the reason, the conversation that shows it, and the command that shows it again. */
import { conversationText } from '../conversationText.ts';
import type { Report, ReportedClause, ReportedRequirement } from '../report.ts';
import { html } from './markup.ts';
import type { Markup, Part } from './markup.ts';
import { shortened } from './shortened.ts';
import { byVerdict, verdictBadge } from './verdicts.ts';

/** A conversation may be long, and everything may fail: the page stays below 2 MB, and report.json has all of it. */
const MAX_EVIDENCE_CHARS = 600_000;

export function failures({ requirements }: Report): Part {
  const failing = requirements
    .flatMap((requirement) =>
      requirement.clauses
        .filter(({ verdict }) => verdict === 'fail' || verdict === 'warn')
        .map((clause) => ({ requirement, clause })),
    )
    .sort((one, other) => byVerdict(one.clause, other.clause));
  if (failing.length === 0) return null;
  let left = MAX_EVIDENCE_CHARS;
  return html`<h3>What fails</h3>
    ${failing.map(({ requirement, clause }) => {
      const told = clause.counterexample ? conversationText(clause.counterexample) : '';
      left -= told.length;
      return failure(requirement, clause, left < 0 ? null : told);
    })}`;
}

/** @param evidence null where the page is full */
function failure(
  { id, title, components }: ReportedRequirement,
  clause: ReportedClause,
  evidence: string | null,
): Markup {
  const { key, statement, verdict, reason, known, counterexample } = clause;
  return html`<article class="failure ${verdict === 'warn' && 'warn'}">
    <h4>${verdictBadge(verdict)} <a class="mono" href="#${id}">${id}.${key}</a> ${title}</h4>
    <p>${statement} <span class="muted">(${components.join(', ')})</span></p>
    ${reason !== undefined && html`<p><strong>${shortened(reason)}</strong></p>`}
    ${known !== undefined && html`<p>Known until ${known.expires}: ${known.reason}</p>`}
    ${
      counterexample !== undefined &&
      html`${
          evidence === null
            ? html`<p class="muted">
                Its conversation is in report.json: the page has no room for more.
              </p>`
            : html`<details class="evidence">
                <summary>The conversation that shows it</summary>
                <pre>${evidence}</pre>
              </details>`
        }<code class="command">${counterexample.replayCommand}</code>`
    }
  </article>`;
}
