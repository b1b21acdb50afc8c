import { describe, expect, test } from 'vitest';
import { requirement } from '../report/fixtures.ts';
import { durabilityText } from './durability.ts';
import type { KindSummary } from './faultSummary.ts';
import { judgeFindings } from './judgeFindings.ts';
import type { FindingsOptions } from './judgeFindings.ts';

const kind = (name: KindSummary['kind'], verdict: KindSummary['verdict']): KindSummary => ({
  kind: name,
  level: 'L1',
  planned: 1,
  installed: verdict === 'evidenced' ? 1 : 0,
  skipped: 0,
  indeterminate: 0,
  verified: 0,
  verdict,
  why: 'none of 1 was seen to bite: it was not reached',
});

const clause = {
  key: 'a',
  statement: 'It holds.',
  freedoms: [],
  by: 'campaign',
  hits: { acknowledged: 10 },
} as const;
const clauses = [
  { ref: 'TAL-A-01.a', requirement: requirement('TAL-A-01'), clause, check: undefined },
];
const fine = { clause: 'TAL-A-01.a', violations: [], hits: { acknowledged: 10 } };
const base: FindingsOptions = {
  clauses,
  findings: [fine],
  faults: { kinds: [kind('proc.kill9', 'evidenced')], kills: 3, levelReached: 'L2' },
  requiredKills: 3,
  notJudged: undefined,
  dead: undefined,
  durationMs: 5,
  replayCommand: 'npx casemark faults tally',
};

function judged(more: Partial<FindingsOptions>) {
  return judgeFindings({ ...base, ...more })[0]!;
}

describe('a clause that a campaign judges', () => {
  test('passes when nothing was found, and enough was seen', () => {
    expect(judged({})).toMatchObject({ verdict: 'pass', hits: { acknowledged: 10 } });
  });

  test('fails with the first of what was found, however little else was seen', () => {
    const violations = Array.from({ length: 8 }, (_, index) => `Wrong ${index}.`);
    const { verdict, counterexample } = judged({
      findings: [{ ...fine, violations }],
      faults: { ...base.faults, kills: 0 },
    });
    expect(verdict).toBe('fail');
    expect(counterexample).toMatchObject({ replayCommand: 'npx casemark faults tally' });
    expect(counterexample!.message).toContain('Wrong 0.');
    expect(counterexample!.message).toContain('... and 3 more.');
  });

  test('of a SHOULD warns', () => {
    const should = [{ ...clauses[0]!, requirement: requirement('TAL-A-01', { level: 'SHOULD' }) }];
    const findings = [{ ...fine, violations: ['Wrong.'] }];
    expect(judged({ clauses: should, findings }).verdict).toBe('warn');
  });

  test('fails when it does not start again on its own data', () => {
    const { verdict, reason } = judged({ dead: 'ended with exit code 1', notJudged: 'unread' });
    expect(verdict).toBe('fail');
    expect(reason).toContain('ended with exit code 1');
  });

  test.each([
    ['too few kills', { faults: { ...base.faults, kills: 2 } }, '2 kills'],
    ['too few hits', { findings: [{ ...fine, hits: {} }] }, 'acknowledged 0 times'],
    ['a final state that was not read', { notJudged: 'It could not be read.' }, 'not be read'],
    ['a judge that says nothing of it', { findings: [] }, 'says nothing'],
    [
      'a fault that could not be installed',
      { faults: { ...base.faults, kinds: [kind('proc.kill9', 'could-not-run')] } },
      'not reached',
    ],
    [
      'a fault that is not planned',
      { clauses: [{ ...clauses[0]!, clause: { ...clause, faults: ['net.reset'] } }] },
      'net.reset is not planned',
    ],
  ] as const)('could not run with %s', (_what, more, reason) => {
    const judgement = judged(more);
    expect(judgement.verdict).toBe('could-not-run');
    expect(judgement.reason).toContain(reason);
  });
});

describe('durability', () => {
  test.each([
    [{ kills: 30, killsOnReply: 4, allPassed: true }, 'D1 (process crash) verified by 30 kills'],
    [{ kills: 29, killsOnReply: 4, allPassed: true }, 'D1 (process crash) not verified: 29 of 30'],
    [{ kills: 30, killsOnReply: 0, allPassed: true }, 'not verified: none of 30 kills struck'],
    [{ kills: 30, killsOnReply: 4, allPassed: false }, 'not verified: not every clause passed'],
  ])('of %j is told as far as it was shown', (shown, text) => {
    expect(durabilityText(shown)).toContain(text);
    expect(durabilityText(shown)).toContain('D2 (power loss) not verified');
  });
});
