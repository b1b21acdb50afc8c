/** What share of commands was served while things broke, with what the sample can show of it, and how long recovery took. */
import type { CampaignSummary, ShownRate } from '../campaignSummary.ts';
import type { Report } from '../report.ts';
import { absent } from './absent.ts';
import { badge, figure, table } from './figure.ts';
import { intervalPlot } from './intervalPlot.ts';
import { html } from './markup.ts';
import type { Markup, Part } from './markup.ts';
import { percent, plain, seconds } from './numbers.ts';
import { ninesScale } from './scale.ts';

/** Beyond this no test of minutes shows anything. */
const MOST_NINES = 6;

export function availabilitySection(report: Report): Markup {
  const { campaign, measurements } = report;
  if (campaign === null) {
    return absent(
      'No campaign of faults was played. To measure availability and recovery:',
      report,
      'faults',
      ' --profile standard',
    );
  }
  const target = measurements.find(
    ({ metric, targetId }) => metric === 'success-rate' && targetId !== null,
  );
  return html`${rates(campaign, target?.target ?? null)} ${recovery(campaign)} ${kinds(campaign)}`;
}

function rates(
  { availability, profile, commands, ratePerS, yearlyBudget }: CampaignSummary,
  target: number | null,
): Markup {
  const rows: (readonly [string, ShownRate])[] = [
    ['overall', availability.overall],
    ['steady', availability.steady],
    ...Object.entries(availability.inside).map(([kind, rate]) => [`in ${kind}`, rate] as const),
    ['eventually, by retry', availability.eventual],
    ['judged', availability.judged],
    ['explained or answered', availability.unexplained],
  ];
  const highest = Math.max(
    ...rows.map(([, { low, rate }]) => nines(rate === 1 ? low : (rate ?? 0))),
    nines(target ?? 0),
  );
  const scale = ninesScale(Math.min(MOST_NINES, Math.max(2, Math.ceil(highest))), 1);
  const drawn = figure({
    heading: `Campaign "${profile}": ${plain(commands)} commands at ${plain(ratePerS)}/s`,
    says: html`Share of commands that the first attempt got answered, with its 95 % interval
    (Clopper-Pearson), each nine as wide as the one before; a mark at the right edge is a rate of
    one. Judged is what targets are held to: the first attempt, and idempotent retry within a fault
    and its recovery. A refusal that the contract knows is an answer, an outcome that nobody knows
    is none.`,
    plots: [
      intervalPlot({
        label: 'Availability with its intervals; the table beside it has the numbers',
        scale,
        title: 'answered, %',
        rows: rows.map(([name, { rate, low, high }]) => ({
          ...{ name, value: rate, tone: 'series' },
          low: rate === null ? null : low,
          high: rate === null ? null : high,
        })),
        ...(target !== null && { target: { at: target, label: `target ${percent(target)}` } }),
      }),
    ],
    tableIs: 'beside',
    table: {
      caption: 'Availability',
      columns: [
        { head: 'Of', as: 'text' },
        { head: 'Rate', as: 'number' },
        { head: '95 % interval', as: 'number' },
        { head: 'Commands', as: 'number' },
      ],
      rows: rows.map(([name, { rate, low, high, total }]) => [
        name,
        rate === null ? '–' : percent(rate),
        rate === null ? '–' : `${percent(low)} to ${percent(high)}`,
        plain(total),
      ]),
    },
  });
  return html`${drawn}
    <dl class="facts">
      <div>
        <dt>What the sample shows, overall</dt>
        <dd>${availability.overall.shows}</dd>
      </div>
      <div>
        <dt>What targets are held to</dt>
        <dd>${availability.judged.shows}</dd>
      </div>
      <div>
        <dt>A year, as arithmetic</dt>
        <dd>${yearlyBudget}</dd>
      </div>
    </dl>`;
}

function nines(rate: number): number {
  return rate >= 1 ? MOST_NINES : -Math.log10(1 - rate);
}

function recovery({
  recovery: times,
  kills,
  durability,
  level,
  resolved,
  unrepeatable,
  problems,
}: CampaignSummary): Markup {
  const { p50Ms, p99Ms, maxMs, recovered, notSeen, never } = times;
  const ms = (value: number | null): string => (value === null ? 'none seen' : seconds(value));
  const entries: (readonly [string, Part, Part])[] = [
    [
      'Recovery, kill to first success',
      `p50 ${ms(p50Ms)}`,
      `p99 ${ms(p99Ms)}, longest ${ms(maxMs)}, of ${recovered}; ${notSeen} not seen, ${never} never`,
    ],
    [
      'Kills',
      `${kills.evidenced} seen to bite`,
      `${kills.planned} planned, ${kills.required} required`,
    ],
    ['Durability', durability, `deepest level reached: ${level}`],
    [
      'Replies that were lost',
      `${resolved.found} found, ${resolved.absent} absent`,
      `${resolved.unanswered} unanswered; ${unrepeatable} failed commands have no idempotency key`,
    ],
  ];
  return html`<h3>Recovery and durability</h3>
    <dl class="facts">
      ${entries.map(
        ([name, value, more]) =>
          html`<div>
            <dt>${name}</dt>
            <dd>${value}<small>${more}</small></dd>
          </div>`,
      )}
    </dl>
    ${
      problems.length > 0 &&
      html`<ul>
        ${problems.map((problem) => html`<li>${badge('problem', 'warn')} ${problem}</li>`)}
      </ul>`
    }`;
}

function kinds({ kinds: faults, kills }: CampaignSummary): Markup {
  return html`<details>
    <summary>What was done: faults by kind, kills by moment</summary>
    ${table({
      caption: 'Faults by kind',
      columns: [
        { head: 'Fault', as: 'text' },
        { head: 'Installed', as: 'number' },
        { head: 'Planned', as: 'number' },
        { head: 'Evidence', as: 'text' },
      ],
      rows: faults.map(({ kind, installed, planned, verdict, why }) => [
        kind,
        ...[installed, planned],
        html`${badge(verdict, verdict === 'evidenced' ? 'good' : 'warn')} ${why}`,
      ]),
    })}
    ${table({
      caption: 'Kills by moment',
      columns: [
        { head: 'Moment', as: 'text' },
        { head: 'Seen to bite', as: 'number' },
        { head: 'Planned', as: 'number' },
      ],
      rows: kills.byMoment.map(({ moment, evidenced, planned }) => [moment, evidenced, planned]),
    })}
  </details>`;
}
