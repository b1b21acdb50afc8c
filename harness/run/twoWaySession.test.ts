import { join } from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import type { SessionSubscription } from '../checks/check.ts';
import type { CaseStudy } from '../contract/caseStudy.ts';
import { loadCaseStudy } from '../contract/loadCaseStudy.ts';
import { packageRoot } from '../contract/packageRoot.ts';
import { nullImplementation } from '../mutants/nullImplementation.ts';
import { conversationText } from '../report/conversationText.ts';
import type { JsonObject, StreamEvent, Target } from '../target/target.ts';
import type { ConversationEntry } from './event.ts';
import { createRecorder } from './recorder.ts';
import { createSession } from './session.ts';
import { smoke } from './smoke.ts';
import { trimConversation } from './trimConversation.ts';

const tally = loadCaseStudy('tally', [join(packageRoot, 'bench/acceptance/tally')]);
const watch = tally.streams.get('watch')!;
const twoWay: CaseStudy = {
  ...tally,
  streams: new Map([['watch', { ...watch, send: tally.operations.get('add')!.request }]]),
};

async function open(caseStudy: CaseStudy, checkTime: () => void = () => undefined) {
  const target = await nullImplementation(caseStudy).launch({});
  const entries: ConversationEntry[] = [];
  const events: StreamEvent[] = [];
  const session = createSession({
    ...{ caseStudy, target, label: 's1', id: (name: string) => name, checkTime },
    recorder: createRecorder((entry) => entries.push(entry)),
    onSubscription: () => undefined,
  });
  const onEvent = (event: StreamEvent): void => void events.push(event);
  const subscription = await session.subscribe('watch', { tally: 't' }, onEvent);
  await Promise.resolve();
  return { subscription, entries, events };
}

describe('what a session sends on a stream', () => {
  test('is answered and recorded, in order with what came', async () => {
    const { subscription, entries } = await open(twoWay);
    expect(subscription.send({ tally: 't', by: 1 })).toBe(true);
    expect(subscription.sendWrong(['x'])).toBe(true);
    expect(subscription.sendText('nonsense')).toBe(true);
    await Promise.resolve();
    expect(entries.map(({ sent, answer }) => sent ?? answer?.kind)).toEqual([
      'message',
      'ok',
      { tally: 't', by: 1 },
      ['x'],
      'nonsense',
      'message',
    ]);
    expect(entries[2]).toMatchObject({ session: 's1', what: 'watch' });
  });

  test.each<[string, (subscription: SessionSubscription) => boolean]>([
    ['send', (subscription) => subscription.send({ tally: 't', by: 1 })],
    ['sendWrong', (subscription) => subscription.sendWrong('x')],
    ['sendText', (subscription) => subscription.sendText('x')],
  ])('by %s throws where the contract lets nothing be sent', async (_, sends) => {
    const { subscription, entries } = await open(tally);
    const before = entries.length;
    expect(() => sends(subscription)).toThrow('watch, whose contract has no "send"');
    expect(entries).toHaveLength(before);
  });

  test('throws where it is no message of the contract', async () => {
    const { subscription } = await open(twoWay);
    expect(() => subscription.send({ tally: 't' })).toThrow(/no Add: .*by.* sendWrong\(\)/);
  });

  test('throws once the check has no time left', async () => {
    let isLate = false;
    const { subscription } = await open(twoWay, () => {
      if (isLate) throw new Error('late');
    });
    isLate = true;
    expect(() => subscription.send({ tally: 't', by: 1 })).toThrow('late');
  });

  test('is not recorded when the stream has ended', async () => {
    const { subscription, entries } = await open(twoWay);
    await subscription.close();
    const before = entries.length;
    expect(subscription.send({ tally: 't', by: 1 })).toBe(false);
    expect(entries).toHaveLength(before);
  });

  test('is shown in a counterexample, cut where it is long, and is of the report’s schema', async () => {
    const { subscription, entries } = await open(twoWay);
    subscription.send({ tally: 't', by: 1 });
    subscription.sendText('x'.repeat(100_000));
    const conversation = trimConversation(entries);
    const told = conversationText({ message: 'm', conversation, replayCommand: 'r' });
    expect(told).toContain('s1 watch -> {"tally":"t","by":1}');
    expect(told).toContain('(100000 characters)');
    expect(JSON.stringify(conversation).length).toBeLessThan(5_000);
    const schema = JSON.parse(
      readFileSync(join(packageRoot, 'spec/schema/report.schema.json'), 'utf8'),
    ) as { $id: string };
    const ajv = new Ajv2020({ strict: false, validateFormats: false }).addSchema(schema);
    const validate = ajv.compile({ $ref: `${schema.$id}#/$defs/conversationEntry` });
    for (const entry of JSON.parse(JSON.stringify(conversation)) as JsonObject[])
      expect(validate(entry), JSON.stringify(validate.errors)).toBe(true);
  });
});

test('a smoke step of a stream sends what it says, with its places filled', async () => {
  const target = await nullImplementation(twoWay).launch({});
  const sent: unknown[] = [];
  const watched: Target = {
    ...target,
    async subscribe() {
      const send = (message: unknown): boolean => sent.push(message) > 0;
      const nothing = (): void => undefined;
      const subscription = {
        ...{ send, sendText: send, canPause: false, pause: nothing, resume: nothing },
        close: async () => undefined,
      };
      return { kind: 'ok', subscription };
    },
  };
  const input = { tally: '$id:t' };
  const step = {
    stream: 'watch',
    input,
    send: [
      { ...input, by: 1 },
      { ...input, by: 2 },
    ],
  };
  const [line] = await smoke({ ...twoWay, smoke: [step] }, watched);
  expect(line).toMatchObject({ outcome: 'wired' });
  expect(sent).toEqual([
    { tally: expect.stringMatching(/^t/), by: 1 },
    { tally: expect.stringMatching(/^t/), by: 2 },
  ]);
});
