/** What a reader has to know before any number: whether the figures can be believed, and whether the contract is kept. */
import type { Measurement, Validity } from '../measurement.ts';
import type { Report } from '../report.ts';
import { html } from './markup.ts';
import type { Markup, Part } from './markup.ts';

/** More reasons than these say that something is wrong with all of it. */
const MAX_REASONS = 12;

export function bannerSection(report: Report): Markup {
  return html`${validityBanner(report)} ${conformanceBanner(report)} ${facts(report)}`;
}

function validityBanner({ measurements, targets }: Report): Part {
  const measured = measurements.filter(({ value }) => value !== null);
  const ended = targets.filter(({ id }) => id.startsWith('('));
  if (measured.length === 0 && ended.length === 0) {
    return html`<div class="banner">
      <h2>Nothing was measured: this run says what is right, not how fast it is</h2>
    </div>`;
  }
  const count = (validity: Validity): number =>
    measured.filter((row) => row.validity === validity).length;
  const [invalid, indicative] = [count('invalid'), count('indicative')];
  const told = reasonsOf(measured);
  const reasons = html`<ul>
    ${ended.map(({ reason }) => html`<li>${reason}</li>`)}${told
      .slice(0, MAX_REASONS)
      .map(
        ([reason, scenarios]) => html`<li>${reason} <span class="muted">(${scenarios})</span></li>`,
      )}${
      told.length > MAX_REASONS &&
      html`<li>${told.length - MAX_REASONS} further reasons are in measurements.csv</li>`
    }
  </ul>`;
  if (invalid > 0 || ended.length > 0) {
    const how = invalid === measured.length ? 'All' : `${invalid} of`;
    return html`<div class="banner warn">
      <h2>
        ${how} ${measured.length} figures are invalid: they prove nothing about the implementation
      </h2>
      ${reasons}
    </div>`;
  }
  if (indicative > 0) {
    return html`<div class="banner">
      <h2>The figures are indicative: measured under the wide gate of a quick profile</h2>
      ${told.length > 0 && reasons}
    </div>`;
  }
  return html`<div class="banner good">
    <h2>
      All ${measured.length} figures are valid: the generator and the machine kept to their limits
    </h2>
  </div>`;
}

/** Each reason once, with the scenarios that it is about. */
function reasonsOf(measured: readonly Measurement[]): [string, string][] {
  const scenarios = new Map<string, Set<string>>();
  for (const { scenario, validityReasons } of measured) {
    for (const reason of validityReasons) {
      const of = scenarios.get(reason) ?? new Set();
      scenarios.set(reason, of.add(scenario.split('/')[0]!));
    }
  }
  return [...scenarios].map(([reason, of]) => [reason, [...of].join(', ')]);
}

const CONFORMANCE_TONES = {
  conformant: 'good',
  'not-conformant': 'bad',
  'not-shown': 'warn',
  partial: '',
} as const;

function conformanceBanner({ summary, requirements }: Report): Part {
  const { conformance, headline, knownFailureProblems } = summary;
  if (requirements.length === 0) return null;
  const problems = knownFailureProblems.length > 0;
  return html`<div class="banner ${problems ? 'bad' : CONFORMANCE_TONES[conformance]}">
    <h2>${headline.charAt(0).toUpperCase()}${headline.slice(1)}</h2>
    ${
      problems &&
      html`<ul>
        ${knownFailureProblems.map((problem) => html`<li>${problem}</li>`)}
      </ul>`
    }
  </div>`;
}

function facts({
  implementation,
  binding,
  environment,
  summary,
  targets,
  campaign,
}: Report): Markup {
  const { must, should } = summary;
  const met = targets.filter(({ verdict }) => verdict === 'met').length;
  const missed = targets.filter(({ verdict }) => verdict === 'missed').length;
  const entries: (readonly [string, Part, Part])[] = [
    [
      'Implementation',
      `${implementation.name} ${implementation.version}`,
      `${implementation.language}, over ${binding}`,
    ],
    [
      'MUST requirements',
      `${must.pass} pass, ${must.fail} fail`,
      [
        must.couldNotRun > 0 && `${must.couldNotRun} could not run, `,
        `${must.notApplicable} not applicable; SHOULD: ${should.pass} pass, ${should.warn} warn`,
      ],
    ],
    ['Targets', `${met} met, ${missed} missed`, `of ${targets.length}`],
    ...(campaign
      ? [
          [
            'Faults',
            `${campaign.kills.evidenced} kills`,
            `deepest level ${campaign.level}`,
          ] as const,
        ]
      : []),
    ['Machine', `${environment.cores} cores`, environment.cpuModel],
  ];
  return html`<dl class="facts">
    ${entries.map(
      ([name, value, more]) =>
        html`<div>
          <dt>${name}</dt>
          <dd>${value}${more !== null && html`<small>${more}</small>`}</dd>
        </div>`,
    )}
  </dl>`;
}
