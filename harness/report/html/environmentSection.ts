/** Where and how the figures came about, every one of them, and how to see them again. */
import type { Report } from '../report.ts';
import { commandOf } from './absent.ts';
import { table } from './figure.ts';
import { html } from './markup.ts';
import type { Markup, Part } from './markup.ts';
import { bytes, plain, quantity } from './numbers.ts';
import { metricOf } from './targetsSection.ts';
import { verdictBadge } from './verdicts.ts';

export function environmentSection(report: Report): Markup {
  const { environment, measurements, notes } = report;
  const placements = [...new Set(measurements.map(({ placement }) => placement))];
  const { cpuModel, cores, memBytes, os, runtime, containerCpus, virtualised, fingerprint } =
    environment;
  return html`${list([
    ['CPU', `${cpuModel}, ${cores} cores`],
    ['Memory', bytes(memBytes)],
    ['System', os],
    ['Runtime', runtime],
    ['Container limit', containerCpus === null ? 'none known' : `${containerCpus} cores`],
    ['Hypervisor', virtualised ?? 'none known'],
    ['Fingerprint', html`<span class="mono">${fingerprint}</span>`],
    ...(placements.length > 0 ? [['Placement', placements.join('; ')] as const] : []),
  ])}
  ${
    notes.length > 0 &&
    html`<details>
      <summary>Notes of the run (${notes.length})</summary>
      <pre>${notes.join('\n')}</pre>
    </details>`
  }
  ${
    measurements.length > 0 &&
    html`<details>
      <summary>Every figure of the run (${measurements.length})</summary>
      ${measurementTable(report)}
    </details>`
  }`;
}

export function reproduceSection(report: Report): Markup {
  const {
    command,
    verb,
    case: study,
    implementation,
    seed,
    effort,
    only,
    runId,
    gitSha,
    suiteVersion,
  } = report;
  // A record without its command tells what is known.
  const again = command ?? `${commandOf(report, verb)} --seed ${seed}`;
  return html`<p>The same requests in the same order, and the same faults at the same times:</p>
    <code class="command">${again}</code>
    ${list([
      ['Case study', `${study.id} ${study.specVersion}`],
      ['Its digest', html`<span class="mono">${study.sha256}</span>`],
      ['casemark', suiteVersion],
      [
        'Implementation',
        `${implementation.name} ${implementation.version}, ${implementation.source}`,
      ],
      ['Its commit', html`<span class="mono">${gitSha ?? 'not in a repository'}</span>`],
      ['Seed and effort', `${seed}, ${effort}${only === null ? '' : `; only ${only.join(', ')}`}`],
      ['Run', html`<span class="mono">${runId}</span>`],
      ['Capabilities', report.capabilities.join(', ') || 'none'],
    ])}`;
}

function list(entries: readonly (readonly [string, Part])[]): Markup {
  return html`<dl class="facts">
    ${entries.map(
      ([name, value]) =>
        html`<div>
          <dt>${name}</dt>
          <dd>${value}</dd>
        </div>`,
    )}
  </dl>`;
}

function measurementTable({ measurements }: Report): Markup {
  return html`<div class="filter" data-filter="measurements" data-label="Filter"></div>
    <div id="measurements">
      ${table({
        caption: 'Every figure of the run',
        sortable: true,
        columns: [
          { head: 'Scenario', as: 'text' },
          { head: 'Operation', as: 'text' },
          { head: 'Metric', as: 'text' },
          { head: 'Value', as: 'number' },
          { head: '95 % interval', as: 'number' },
          { head: 'Samples', as: 'number' },
          { head: 'Validity', as: 'text' },
        ],
        rows: measurements
          .filter(({ value }) => value !== null)
          .map((row) => [
            row.scenario,
            row.operation,
            metricOf(row),
            quantity(row.value!, row.unit),
            row.ciLow === null || row.ciHigh === null
              ? ''
              : `${quantity(row.ciLow, row.unit)} to ${quantity(row.ciHigh, row.unit)}`,
            plain(row.n),
            verdictBadge(row.validity),
          ]),
      })}
    </div>`;
}
