import { createHash } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { conversationText } from '../conversationText.ts';
import { buildReport } from '../buildReport.ts';
import { ended, failure, judged, measurement, requirement, started } from '../fixtures.ts';
import { CAMPAIGN, elementsOf, fullReport, NO_LATENCIES, someLatencies } from './fixtures.ts';
import type { Element } from './fixtures.ts';
import { runPage } from './runPage.ts';

const SECTIONS = [
  ...['conformance', 'targets', 'latency', 'load', 'time', 'availability'],
  ...['environment', 'reproduce'],
];
const MAX_BYTES = 2_000_000;

const page = runPage(fullReport(), someLatencies());
const elements = elementsOf(page);
const named = (name: string, of: readonly Element[] = elements): Element[] =>
  of.filter((element) => element.name === name);
const withId = (id: string): Element => elements.find(({ attributes }) => attributes['id'] === id)!;

describe('the page of a run', () => {
  test('has its sections in the order of the design, each named, each reached from the navigation', () => {
    const sections = named('section').slice(1);
    expect(sections.map(({ attributes }) => attributes['id'])).toEqual(SECTIONS);
    expect(named('a').map(({ attributes }) => attributes['href'])).toEqual(
      expect.arrayContaining(SECTIONS.map((id) => `#${id}`)),
    );
    for (const { attributes } of sections) {
      expect(withId(attributes['aria-labelledby']!).name).toBe('h2');
    }
    expect(page).not.toContain('class="absent"');
  });

  test('begins with whether the figures can be believed, then with the verdict', () => {
    const [validity, conformance] = elements.filter(({ attributes }) =>
      attributes['class']?.startsWith('banner'),
    );
    expect(validity!.text).toContain('figures are valid');
    expect(conformance!.text).toContain('Not conformant: 1 of 3 MUST requirements fail');
  });

  test('says why figures are invalid, each reason once', () => {
    const invalid = { validity: 'invalid', validityReasons: ['the machine was busy'] } as const;
    const report = fullReport({}, [
      { kind: 'measurement', measurement: measurement(invalid) },
      { kind: 'measurement', measurement: measurement(invalid) },
    ]);
    const text = runPage(report, NO_LATENCIES);
    expect(text).toContain('figures are invalid');
    expect(text.split('the machine was busy')).toHaveLength(2);
  });

  test('shows what fails before all requirements, with its conversation folded and the command that replays it', () => {
    const [first] = named('article');
    expect(first!.text).toContain(failure.counterexample!.replayCommand);
    const folded = elements.find(({ attributes }) => attributes['class'] === 'evidence')!;
    expect(folded.attributes).not.toHaveProperty('open');
    expect(folded.text).toContain('s1 add');
    const rows = named('tr').map(({ text }) => text);
    const place = (id: string): number => rows.findIndex((text) => text.includes(id));
    expect(place('TAL-SUM-01')).toBeLessThan(place('TAL-KEEP-01'));
    expect(place('TAL-KEEP-01')).toBeLessThan(place('TAL-ADD-01'));
  });

  test('has a table for every plot, and a name for every plot and every region', () => {
    const figures = named('figure');
    // Percentiles of all and of the operation with a target, load, concurrency, load in time, campaign, availability.
    expect(figures).toHaveLength(7);
    for (const { attributes } of elements.filter((each) => each.attributes['role'])) {
      expect(attributes['aria-label']?.length).toBeGreaterThan(3);
    }
    expect(page.match(/<figure[^]*?<\/figure>/g)!.every((each) => each.includes('<table'))).toBe(
      true,
    );
  });

  test('draws the target and the knee, the faults, and the intervals of availability', () => {
    expect(withId('latency').text).toContain('TAL-T-ADD: p99 ≤ 5 ms');
    expect(withId('load').text).toContain('knee 1200/s');
    expect(withId('time').text).toContain('proc.kill9, 2.0 s to 2.5 s');
    expect(withId('availability').text).toContain('target 99.99');
    expect(page.match(/class="whisker"/g)!.length).toBe(6);
    for (const path of named('path')) expect(path.attributes['d']).toMatch(/^M[\d.]/);
    expect(page).not.toMatch(/NaN|Infinity|undefined/);
  });

  test('leaves out what a run has not, with the command that would measure it', () => {
    const report = buildReport([started({ requirements: [] }), ended]);
    const text = runPage(report, NO_LATENCIES);
    const lines = elementsOf(text).filter(({ attributes }) => attributes['class'] === 'absent');
    expect(lines).toHaveLength(6);
    for (const line of lines)
      expect(line.text).toMatch(/npx casemark (check|bench|run|faults) tally --impl mine/);
    expect(text).not.toContain('<figure');
  });

  test('tells what an older record does not have, and how to make the run again by what it has', () => {
    const older = { ...CAMPAIGN };
    delete (older as { seconds?: unknown }).seconds;
    const run = started();
    expect(run).not.toHaveProperty('command');
    const report = buildReport([run, { kind: 'campaign', campaign: older }, ended]);
    const text = runPage(report, { scenarios: [], problems: ['histograms/x.ndjson is gone.'] });
    expect(text).toContain('has no seconds');
    expect(text).toContain('histograms/x.ndjson is gone.');
    expect(text).toContain('npx casemark check tally --impl mine --seed 7');
  });
});

describe('nothing leaves the page', () => {
  test('no element names a place outside of it', () => {
    expect(page).not.toMatch(
      /\b(src|srcset|action|formaction|data|poster|xlink:href|ping)=|url\(|@import/,
    );
    for (const { attributes } of elements) {
      if (attributes['href'] !== undefined) expect(attributes['href']).toMatch(/^#/);
      expect(attributes).not.toHaveProperty('style');
    }
  });

  test('the policy allows this style and this script, and nothing else', () => {
    const policy = named('meta').find(({ attributes }) => attributes['http-equiv'])!.attributes[
      'content'
    ]!;
    const hashOf = (name: string): string => {
      const text = new RegExp(`<${name}>([^]*?)</${name}>`).exec(page)![1]!;
      return `'sha256-${createHash('sha256').update(text).digest('base64')}'`;
    };
    expect(policy.split('; ')).toEqual([
      "default-src 'none'",
      `style-src ${hashOf('style')}`,
      `script-src ${hashOf('script')}`,
      "base-uri 'none'",
      "form-action 'none'",
    ]);
  });
});

describe('what an implementation says is text', () => {
  const hostile = `</script></pre></style><script>alert(1)</script><img src=x onerror=alert(1)>" onload="x" ' \u202e\u2066 -->`;
  const counterexample = {
    ...failure.counterexample!,
    ...{
      message: hostile,
      expected: hostile,
      actual: { [hostile]: hostile },
      replayCommand: hostile,
    },
    conversation: [
      {
        ...{ session: hostile, what: hostile, input: { by: hostile }, startNs: 1, endNs: 2 },
        answer: { kind: 'malformed' as const, reason: hostile },
      },
    ],
  };
  const row = { scenario: `${hostile}/load-1`, operation: hostile, metric: hostile, unit: hostile };
  const report = fullReport(
    {
      implementation: { name: hostile, version: hostile, language: hostile, source: hostile },
      ...{ command: hostile, capabilities: [hostile], gitSha: hostile, only: [hostile] },
      requirements: [
        requirement('TAL-SUM-01', { title: hostile, components: [hostile], statement: hostile }),
      ],
      case: { id: hostile, title: hostile, specVersion: hostile, sha256: hostile },
    },
    [
      judged('TAL-SUM-01.a', 'fail', { reason: hostile, counterexample: counterexample as never }),
      { kind: 'smoke', line: { name: hostile, outcome: 'broken', sentence: hostile } },
      { kind: 'note', message: hostile },
      { kind: 'target', target: { id: hostile, verdict: 'missed', value: 1, reason: hostile } },
      ...[
        measurement({
          ...row,
          validity: 'invalid',
          validityReasons: [hostile],
          placement: hostile,
        }),
        measurement({
          targetId: hostile,
          histRef: 'histograms/open-loop.ndjson',
          scenario: 'open-loop',
        }),
      ].map((each) => ({ kind: 'measurement', measurement: each }) as const),
      {
        kind: 'campaign',
        campaign: {
          ...CAMPAIGN,
          ...{ profile: hostile, durability: hostile, problems: [hostile] },
          kinds: [{ ...CAMPAIGN.kinds[0]!, kind: hostile, why: hostile }],
        },
      },
    ],
  );
  const text = runPage(report, someLatencies());

  test('it makes no element and no attribute', () => {
    const found = elementsOf(text);
    expect(found.filter(({ name }) => name === 'script')).toHaveLength(1);
    expect(found.filter(({ name }) => name === 'style')).toHaveLength(1);
    expect(found.filter(({ name }) => name === 'img')).toHaveLength(0);
    const attributes = found.flatMap((each) => Object.keys(each.attributes));
    expect(attributes.filter((name) => /^on/.test(name))).toEqual([]);
    expect(text.match(/<\/script>/g)).toHaveLength(1);
  });

  test('it turns no line around', () => {
    // eslint-disable-next-line no-control-regex -- none of them may be there
    expect(text).not.toMatch(/[\u0000-\u0008\u202a-\u202e\u2066-\u2069\u200e\u200f]/);
    expect(text).toContain('[U+202E]');
  });
});

test('a run in which everything fails, at length, stays below 2 MB', () => {
  const long = Array.from({ length: 60 }, (_, index) => ({
    ...failure.counterexample!.conversation[0]!,
    input: { by: `${index}`.repeat(600) },
  }));
  const ids = Array.from({ length: 100 }, (_, index) => `TAL-BIG-${index}`);
  const report = fullReport({ requirements: ids.map((id) => requirement(id)) }, [
    ...ids.map((id) =>
      judged(`${id}.a`, 'fail', {
        reason: 'x'.repeat(10_000),
        counterexample: { ...failure.counterexample!, conversation: long },
      }),
    ),
    ...Array.from(
      { length: 500 },
      () => ({ kind: 'measurement', measurement: measurement() }) as const,
    ),
    {
      kind: 'campaign',
      campaign: {
        ...CAMPAIGN,
        seconds: Array.from({ length: 600 }, (_, second) => ({ ...CAMPAIGN.seconds![0]!, second })),
      },
    },
  ]);
  expect(
    conversationText({ ...failure.counterexample!, conversation: long }).length,
  ).toBeGreaterThan(20_000);
  const text = runPage(report, someLatencies());
  expect(Buffer.byteLength(text)).toBeLessThan(MAX_BYTES);
  expect(text).toContain('Its conversation is in report.json');
});
