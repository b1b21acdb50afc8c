/** Events and rows for the tests of the reports. */
import type { ClauseJudgement, RunEvent, RunStarted } from '../run/event.ts';
import type { Requirement } from '../contract/caseStudy.ts';
import type { Measurement } from './measurement.ts';

export function requirement(id: string, more: Partial<Requirement> = {}): Requirement {
  return {
    id,
    title: `Title of ${id}`,
    level: 'MUST',
    tier: 'core',
    statement: 'It holds.',
    source: 'our own',
    components: ['box'],
    patterns: ['caching'],
    clauses: [
      { key: 'a', statement: 'It holds.', freedoms: [], check: 'holds', hits: { seen: 1 } },
    ],
    ...more,
  };
}

export function started(more: Partial<RunStarted> = {}): RunStarted {
  return {
    kind: 'run-started',
    runId: '5c39ab0e-7b64-4b3c-9f0e-0a4be5a0a8f1',
    startedUtc: '2026-03-01T12:00:00.000Z',
    verb: 'check',
    suiteVersion: '0.1.0',
    case: { id: 'tally', title: 'Tally', specVersion: '1.0.0', sha256: 'a'.repeat(64) },
    implementation: { name: 'mine', version: '2', language: 'go', source: 'mine/casemark.json' },
    binding: 'http',
    launched: true,
    capabilities: [],
    seed: 7,
    effort: 1,
    only: null,
    requirements: [requirement('TAL-SUM-01')],
    targets: [],
    knownFailures: [],
    environment: {
      containerCpus: null,
      virtualised: null,
      cpuModel: 'a cpu',
      cores: 2,
      memBytes: 1024,
      os: 'Linux 6',
      runtime: 'node',
      fingerprint: 'f',
    },
    gitSha: null,
    ...more,
  };
}

export function judged(
  clause: string,
  verdict: ClauseJudgement['verdict'],
  more: Partial<ClauseJudgement> = {},
): RunEvent {
  return {
    kind: 'clause-judged',
    judgement: { clause, verdict, hits: {}, durationMs: 3, ...more },
  };
}

export const failure: Partial<ClauseJudgement> = {
  reason: 'The total is wrong.',
  counterexample: {
    message: 'The total is wrong.',
    expected: 3,
    actual: 4,
    conversation: [
      {
        session: 's1',
        what: 'add',
        input: { by: 3 },
        answer: { kind: 'ok', output: { total: 4, note: '\u0007 <&>' } },
        startNs: 1,
        endNs: 2,
      },
    ],
    replayCommand: 'npx casemark check tally --impl mine --only TAL-SUM-01.a --seed 7',
  },
};

export const ended: RunEvent = { kind: 'run-ended', durationMs: 1234 };

export function measurement(more: Partial<Measurement> = {}): Measurement {
  return {
    scenario: 'open-loop',
    operation: 'add',
    metric: 'latency',
    percentile: 99,
    unit: 'us',
    direction: 'lower-is-better',
    value: 321,
    ciLow: 300,
    ciHigh: 350,
    n: 40_000,
    floor: 90,
    targetId: 'TAL-T-ADD',
    target: 5000,
    verdict: 'met',
    generator: 'open-loop',
    pacing: 'timer',
    arrival: 'constant',
    seed: 7,
    offeredRps: 2000,
    achievedRps: 1999.5,
    connections: 4,
    warmupS: 1,
    durationS: 20,
    placement: 'shared',
    slot: 0,
    ok: 40_000,
    errors: 0,
    timeouts: 0,
    missed: 0,
    sendlagP50Us: 3,
    sendlagP99Us: 80,
    sendlagMaxUs: 900,
    genCpu: 0.4,
    sutCpu: 0.5,
    foreignCpu: 0.01,
    steal: null,
    throttled: null,
    validity: 'valid',
    validityReasons: [],
    verified: 'replies sampled',
    histRef: null,
    ...more,
  };
}
