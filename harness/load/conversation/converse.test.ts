/** Conversations with a fake server: an honest one, and one for each defect. */
import { afterEach, beforeAll, describe, expect, test } from 'vitest';
import { loadCaseStudy } from '../../contract/loadCaseStudy.ts';
import type { Stream } from '../../contract/caseStudy.ts';
import type { ConversationGroup, ConversationScenario } from '../conversationFile.ts';
import { monotonicMs } from '../openLoop.ts';
import { sampleLog } from '../sampleLog.ts';
import { tallyOf } from '../tally.ts';
import type { Tally } from '../tally.ts';
import { workload } from '../workload.ts';
import { readWorkloadFile } from '../workloadFile.ts';
import { groupsOf, phasesOf, scheduleOf } from './conversationPlan.ts';
import { converse } from './converse.ts';
import type { ConversationEnd } from './converse.ts';
import { fakeMatch } from './fakes/fakeMatch.ts';
import type { FakeMatch, FakeMatchOptions } from './fakes/fakeMatch.ts';
import { regularity } from './regularity.ts';

const PLAYERS: ConversationGroup = {
  name: 'players',
  perKey: 4,
  input: { match: '$key:match', player: '$client:p' },
  sends: {
    periodMs: 50,
    spread: 'evenly',
    message: { type: 'input', seq: '$number' },
    answeredBy: '/lastInputSeq',
  },
  echo: {
    when: { pointer: '/type', values: ['snapshot'] },
    every: 2,
    message: { type: 'ack', tick: '$received:/tick' },
  },
  counter: { pointer: '/tick', perS: 50, unit: 'ticks' },
};
const STALLED: ConversationGroup = {
  name: 'stalled',
  perKey: 1,
  input: PLAYERS.input,
  stalled: true,
};

const SCENARIO: ConversationScenario = {
  ...{ kind: 'conversation', scenario: 'play', stream: 'play', key: 'match', counts: [2] },
  ...{ warmupS: 0.2, durationS: 1, timeoutMs: 400, groups: [PLAYERS] },
};

interface Played {
  readonly end: ConversationEnd;
  readonly tallies: readonly Tally[];
  readonly edges: readonly string[];
}

let match: FakeMatch;
afterEach(() => match.close());

async function play(
  server: FakeMatchOptions,
  scenario: ConversationScenario = SCENARIO,
  validate: Stream['message']['validate'] = () => undefined,
): Promise<Played> {
  match = await fakeMatch(server);
  const caseStudy = loadCaseStudy('trading');
  const [count] = scenario.counts as [number];
  const groups = groupsOf(scenario, count);
  const reading = groups.filter(({ group }) => !group.stalled);
  const { phases, stallsFromMs } = phasesOf(scenario);
  const { toMs } = phases.at(-1)!;
  const schedule = scheduleOf(reading, toMs, 1);
  const clients = groups.flatMap((each) => each.clients).length;
  const file = { ...readWorkloadFile(caseStudy), clients, keys: { match: { count } }, mix: [] };
  const { startsMs, clientOf } = schedule;
  const work = workload({
    ...{ caseStudy, file, seed: 1, runToken: 'x', startsMs, conversation: scenario },
  });
  const names = reading.map(({ group }) => group.name);
  const log = sampleLog(names, startsMs);
  const edges: string[] = [];
  const end = await converse({
    ...{ groups, log, clientOf, phases, stallsFromMs, timeoutMs: scenario.timeoutMs },
    stalled: scheduleOf([], 0, 1),
    ...{ pacing: 'timer', validation: 'sampled', address: match.address, work },
    stream: {
      ...{ id: 'play', http: { path: '/play/{match}' }, message: { name: 'Snapshot', validate } },
    } as Stream,
    refusals: file.refusals,
    ready: async () => monotonicMs(),
    onWindow: (edge) => edges.push(edge),
  });
  return { end, tallies: phases.map((stretch) => tallyOf(log, stretch, names[0])), edges };
}

const p = ({ response }: Tally, percentile: number): number =>
  response.getValueAtPercentile(percentile) / 1000;

describe('a conversation with an honest server', () => {
  let played: Played;
  let heard: FakeMatch['heard'];
  beforeAll(async () => {
    played = await play({ bytes: 1000 });
    heard = match.heard;
  });

  test('sends every message once, numbered by its client, over the stream that its input opens', () => {
    const paths = new Set(heard.map(({ path }) => path));
    expect(paths.size).toBe(8);
    expect(new Set([...paths].map((path) => path.split('?')[0])).size).toBe(2);
    for (const path of paths) {
      const own = heard.filter((each) => each.path === path && each.message['type'] === 'input');
      expect(own.map(({ message }) => message['seq'])).toEqual(
        Array.from({ length: 24 }, (_, nth) => nth + 1),
      );
    }
  });

  test('answers every one of them, by the first message that is not behind it', () => {
    const [tally] = played.tallies as [Tally];
    expect(tally.counts).toMatchObject({ ok: 160, timeout: 0, error: 0, missed: 0 });
    expect(p(tally, 50)).toBeGreaterThan(2);
    expect(played.end.failures).toEqual([]);
    expect(played.edges).toEqual(['begins', 'ends']);
  });

  test('echoes every second snapshot with its tick', () => {
    const acks = heard.filter(({ message }) => message['type'] === 'ack');
    const received = played.end.heard.reduce((sum, each) => sum + each.phases[0]!.messages, 0);
    const echoed = played.end.heard.reduce((sum, each) => sum + each.phases[0]!.echoes, 0);
    expect(acks.length).toBeGreaterThan(100);
    expect(acks.every(({ message }) => typeof message['tick'] === 'number')).toBe(true);
    expect(echoed / received).toBeCloseTo(0.5, 1);
  });

  test('counts what each client hears, and looks at one message in ten as a whole', () => {
    for (const { phases } of played.end.heard) {
      const [{ messages, bytes, counted }] = phases as [(typeof phases)[0]];
      expect(messages).toBeGreaterThan(10);
      expect(bytes / messages).toBeGreaterThan(1000);
      expect(counted.value).toHaveLength(messages);
    }
    expect(played.end.checked.ok).toBeGreaterThan(10);
    expect(played.end.checked.errors).toBe(0);
  });
});

describe('a conversation with a server', () => {
  test('that delays its answers has them as late, and sends on meanwhile', async () => {
    const { tallies } = await play({ delaysMs: 150 });
    expect(tallies[0]!.counts.ok).toBe(160);
    expect(p(tallies[0]!, 1)).toBeGreaterThan(140);
    expect(tallies[0]!.sendLag.getValueAtPercentile(50)).toBeLessThan(20_000);
  });

  test('that never answers counts every message as unanswered, at the age at which it was given up', async () => {
    const { tallies, end } = await play({ neverAnswers: true });
    expect(tallies[0]!.counts).toMatchObject({ ok: 0, timeout: 160 });
    expect(p(tallies[0]!, 50)).toBeGreaterThan(399);
    expect(end.failures).toEqual([]);
  });

  test('whose tick runs fast hears it drift', async () => {
    const { end } = await play({ drifts: 0.1 });
    const [phase] = phasesOf(SCENARIO).phases;
    const drifts = end.heard.map(
      ({ phases }) => regularity(phases[0]!.counted, 50, phase!)!.driftPerMinute,
    );
    // A tenth of 3 000 ticks a minute.
    for (const drift of drifts) expect(Math.abs(drift - 300)).toBeLessThan(120);
  });

  test('that waits for everybody answers nobody once one client does not read', async () => {
    const compared = {
      ...SCENARIO,
      counts: [1],
      groups: [PLAYERS, STALLED],
      comparesStalled: true,
    };
    const big = { bytes: 400_000 };
    const blocking = await play({ ...big, waitsForEverybody: true }, compared);
    expect(blocking.tallies[0]!.counts.ok).toBeGreaterThan(40);
    const blocked = blocking.tallies[1]!.counts.timeout;
    expect(blocked).toBeGreaterThan(20);
    await match.close();
    // On a busy machine some of its answers are late, too.
    const fair = await play(big, compared);
    expect(fair.tallies[1]!.counts.timeout).toBeLessThan(blocked);
  });

  test('that answers what was not sent is told so, and answers nothing by it', async () => {
    const { end, tallies } = await play({ answersAhead: true });
    expect(end.checked.errors).toBeGreaterThan(100);
    expect(end.errorSamples[0]).toMatch(/answers the message \d+ of a client that has sent \d+/);
    expect(tallies[0]!.counts.ok).toBe(0);
  });

  test('that closes streams is told which, and what was sent then is an error', async () => {
    const { end, tallies } = await play({ closesAfter: 10 });
    expect(end.failures).toHaveLength(8);
    expect(end.failures[0]).toBe('a client of players: closed with code 1008');
    expect(tallies[0]!.counts.error).toBeGreaterThan(80);
    expect(tallies[0]!.counts.timeout).toBe(0);
  });

  test('whose messages are not those of the contract is told so', async () => {
    const { end } = await play({}, SCENARIO, () => 'it has no players');
    expect(end.checked.ok).toBe(0);
    expect(end.errorSamples[0]).toBe('play: not the message Snapshot: it has no players');
    await match.close();
    const noJson = await play({ saysNoJson: true });
    expect(noJson.end.errorSamples[0]).toBe('play: a message that is not JSON');
  });
});
