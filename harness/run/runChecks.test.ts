import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { SpecError } from '../contract/specError.ts';
import type { Answer } from '../target/target.ts';
import type { TargetFactory } from '../target/targetFactory.ts';
import type { ClauseJudgement, ConversationEntry, RunEvent } from './event.ts';
import { caseWithChecks, fakeFactory } from './fakes/fakeCase.ts';
import { checkIds } from './fakes/oddChecks.ts';
import { runChecks } from './runChecks.ts';
import type { RunOptions } from './runChecks.ts';

const checksFile = join(import.meta.dirname, 'fakes/oddChecks.ts');
const ok: Answer = { kind: 'ok', output: { tally: 't', total: 1, additions: 1 } };
const all = caseWithChecks(checksFile, checkIds);

function refOf(id: string): string {
  return `${all.requirements[checkIds.indexOf(id)]!.id}.a`;
}

async function judge(
  id: string,
  factory: TargetFactory = fakeFactory(all, () => ok),
  more: Partial<RunOptions> = {},
): Promise<ClauseJudgement> {
  const options = {
    seed: 1,
    only: [refOf(id)],
    replayCommand: (clause: string) => `replay ${clause}`,
  };
  const [judgement] = await runChecks(all, factory, { ...options, ...more }, () => undefined);
  return judgement!;
}

describe('a check', () => {
  test('passes when it returns with enough hits', async () => {
    expect(await judge('passes')).toMatchObject({ verdict: 'pass', hits: { seen: 1 } });
  });

  test('that saw too little of what it is about could not run', async () => {
    const { verdict, reason } = await judge('sees-too-little');
    expect(verdict).toBe('could-not-run');
    expect(reason).toContain('seen 0 times, at least 1 are needed');
  });

  test('that finds a violation fails, with its conversation and the command that replays it', async () => {
    const { verdict, counterexample } = await judge('accuses');
    expect(verdict).toBe('fail');
    expect(counterexample).toMatchObject({ message: 'It is wrong.', expected: 1, actual: 2 });
    expect(counterexample!.conversation.map(({ what }) => what)).toEqual(['add']);
    expect(counterexample!.replayCommand).toBe(`replay ${refOf('accuses')}`);
  });

  test.each(['has-a-bug', 'sends-nonsense'])('that %s accuses nobody', async (id) => {
    const { verdict, reason } = await judge(id);
    expect(verdict).toBe('could-not-run');
    expect(reason).toContain('The check itself failed');
  });

  test('that never ends is left behind at its deadline', async () => {
    const { verdict, reason } = await judge('never-ends', undefined, { checkDeadlineMs: 50 });
    expect(verdict).toBe('could-not-run');
    expect(reason).toContain('did not end within 50 ms');
  });

  test('that needs longer than others gets the time that it says it needs', async () => {
    const { verdict } = await judge('takes-its-time', undefined, { checkDeadlineMs: 20 });
    expect(verdict).toBe('pass');
  });

  test('is told by how much it scales what it waits for', async () => {
    const { hits } = await judge('waits', undefined, { patience: 3 });
    expect(hits).toEqual({ seen: 3 });
    expect((await judge('waits')).hits).toEqual({ seen: 1 });
  });

  test('has a number in its conversation for each instance that it talks to', async () => {
    const labels: string[] = [];
    await judge('talks-to-three', undefined, {
      onEntry: (_clause, { session }) => labels.push(session),
    });
    expect(labels).toEqual(['s1', 's1@2', 's1@3', 's1@2']);
  });

  test('shrinks what violates and keeps the conversation of the smallest', async () => {
    const { verdict, counterexample } = await judge('shrinks');
    expect(verdict).toBe('fail');
    expect(counterexample!.input).toBe(1_000);
    expect(counterexample!.conversation).toHaveLength(1);
  });

  test('of a SHOULD that finds a violation ends in a warning', async () => {
    const should = caseWithChecks(checksFile, checkIds, { level: 'SHOULD' });
    const [judgement] = await runChecks(
      should,
      fakeFactory(should, () => ok),
      { seed: 1, only: [refOf('accuses')], replayCommand: String },
      () => undefined,
    );
    expect(judgement!.verdict).toBe('warn');
  });

  test('meets the same inputs again with the same seed, alone or beside others', async () => {
    const inputsOf = async (only: readonly string[], seed: number): Promise<unknown[]> => {
      const entries: ConversationEntry[] = [];
      const options: RunOptions = {
        seed,
        only,
        replayCommand: String,
        onEntry: (clause, entry) => void (clause === refOf('shrinks') && entries.push(entry)),
      };
      await runChecks(
        all,
        fakeFactory(all, () => ok),
        options,
        () => undefined,
      );
      return entries.map(({ input }) => input);
    };
    const alone = await inputsOf([refOf('shrinks')], 5);
    expect(await inputsOf([refOf('shrinks'), refOf('passes'), refOf('accuses')], 5)).toEqual(alone);
    expect(await inputsOf([refOf('shrinks')], 6)).not.toEqual(alone);
  });
});

describe('an answer', () => {
  test.each<[string, Answer, string, string]>([
    ['that is malformed', { kind: 'malformed', reason: 'HTML came' }, 'fail', 'HTML came'],
    ['that is uncertain', { kind: 'indeterminate', reason: 'cut off' }, 'could-not-run', 'cut off'],
    [
      'that says that something broke',
      {
        kind: 'indeterminate',
        reason: 'INTERNAL',
        reply: { status: 500, headers: {}, body: '{"code":"INTERNAL"}' },
      },
      'fail',
      'INTERNAL',
    ],
    [
      'that says NOT_SUPPORTED',
      { kind: 'refused', problem: { code: 'NOT_SUPPORTED' } },
      'fail',
      'The operation add is not offered.',
    ],
  ])('%s gives the verdict that it deserves', async (_, answer, verdict, says) => {
    const judgement = await judge(
      'passes',
      fakeFactory(all, () => answer),
    );
    expect(judgement.verdict).toBe(verdict);
    expect(judgement.reason).toContain(says);
  });

  test('that stops coming ends a property without an accusation', async () => {
    const factory = fakeFactory(all, (call) =>
      call < 3 ? ok : { kind: 'indeterminate', reason: 'the line is dead' },
    );
    const { verdict, reason } = await judge('loses-the-target', factory);
    expect(verdict).toBe('could-not-run');
    expect(reason).toContain('the line is dead');
  });
});

describe('an instance', () => {
  test('that dies under one check is started again, and the other checks keep their verdicts', async () => {
    const dead: Answer = { kind: 'indeterminate', reason: 'connection lost' };
    const factory = fakeFactory(all, (call) => (call < 2 ? ok : dead), {
      ended: (calls) => (calls > 2 ? 'ended with exit code 9.' : undefined),
    });
    const notes: RunEvent[] = [];
    const only = ['loses-the-target', 'passes', 'sees-too-little'].map(refOf);
    const judgements = await runChecks(
      all,
      factory,
      { seed: 1, only, sharedWidth: 1, replayCommand: String },
      (event) => void (event.kind === 'note' && notes.push(event)),
    );
    const byClause = new Map(judgements.map((judgement) => [judgement.clause, judgement]));
    expect(byClause.get(refOf('passes'))!.verdict).toBe('pass');
    const lost = byClause.get(refOf('loses-the-target'))!;
    expect(lost.verdict).toBe('could-not-run');
    expect(lost.reason).toContain('exit code 9');
    expect(notes).toHaveLength(1);
    expect(factory.closed).toBe(factory.launched);
  });

  test('of its own is closed with the check that asked for it', async () => {
    const factory = fakeFactory(all, () => ok);
    expect((await judge('wants-its-own', factory)).verdict).toBe('pass');
    expect(factory.launched).toBe(2);
    expect(factory.closed).toBe(2);
  });

  test('of its own that comes up after the check is over is closed too', async () => {
    const factory = fakeFactory(all, () => ok);
    const slow: TargetFactory = {
      ...factory,
      async launch() {
        if (factory.launched > 0) await sleep(100);
        return factory.launch();
      },
    };
    const { reason } = await judge('wants-its-own', slow, { checkDeadlineMs: 20 });
    expect(reason).toContain('did not end within 20 ms');
    expect(factory.launched).toBe(2);
    expect(factory.closed).toBe(2);
  });

  test('of its own cannot be had of a server that was not started here', async () => {
    const factory = { ...fakeFactory(all, () => ok), ownInstances: false };
    const { verdict, reason } = await judge('wants-its-own', factory);
    expect(verdict).toBe('not-applicable');
    expect(reason).toContain('--impl');
  });

  test('that does not come up is said in every verdict, after a bounded number of attempts', async () => {
    const broken: TargetFactory = {
      ...fakeFactory(all, () => ok),
      launch: () => Promise.reject(new Error('no licence')),
    };
    const judgements = await runChecks(
      all,
      broken,
      { seed: 1, replayCommand: String },
      () => undefined,
    );
    for (const { verdict, reason } of judgements) {
      expect(verdict).toBe('could-not-run');
      expect(reason).toContain('no licence');
    }
  });
});

describe('a plan', () => {
  const run = (ids: readonly string[], only?: string[]): Promise<unknown> => {
    const study = caseWithChecks(checksFile, ids);
    const options = { seed: 1, replayCommand: String, ...(only && { only }) };
    return runChecks(
      study,
      fakeFactory(study, () => ok),
      options,
      () => undefined,
    );
  };

  test('with a clause whose check is missing is refused', async () => {
    await expect(run([...checkIds, 'not-written'])).rejects.toThrow(
      /lacks the check "not-written"/,
    );
  });

  test('with a check that no clause names is refused', async () => {
    await expect(run(checkIds.slice(1))).rejects.toThrow(/no clause names: passes/);
  });

  test('with an id that is not there is refused', async () => {
    await expect(run(checkIds, ['TAL-NONE-01'])).rejects.toThrow(SpecError);
  });
});

describe('a clause that a campaign judges', () => {
  const base = caseWithChecks(checksFile, checkIds);
  const clause = {
    key: 'a',
    statement: 'It holds.',
    freedoms: [],
    by: 'campaign',
    hits: {},
  } as const;
  const byCampaign = { ...base.requirements[0]!, id: 'TAL-CAMPAIGN-01', clauses: [clause] };
  const caseStudy = { ...base, requirements: [...base.requirements, byCampaign] };
  const only = ['TAL-CAMPAIGN-01', `${caseStudy.requirements[checkIds.indexOf('passes')]!.id}.a`];
  const judgeBoth = (more: Partial<RunOptions>): Promise<ClauseJudgement[]> => {
    const options = { seed: 1, only, replayCommand: () => '', ...more };
    const factory = fakeFactory(caseStudy, () => ok);
    return runChecks(caseStudy, factory, options, () => undefined);
  };

  test('is excluded where no campaign follows', async () => {
    const judgement = (await judgeBoth({})).find(({ clause }) => clause === 'TAL-CAMPAIGN-01.a');
    expect(judgement).toMatchObject({
      verdict: 'excluded',
      reason: 'judged by casemark faults and casemark run',
    });
  });

  test('is left to the campaign that follows', async () => {
    const judgements = await judgeBoth({ campaign: 'follows' });
    expect(judgements.map(({ verdict }) => verdict)).toEqual(['pass']);
  });
});
