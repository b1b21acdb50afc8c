import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { Answer } from '../target/target.ts';
import { definiteBy } from './classifyAnswer.ts';
import { historyFile, historyInMemory, parseHistory, readHistory } from './historyFile.ts';
import { historyRecorder } from './historyRecorder.ts';
import type { CallFunction, HistoryRecorder, RecorderOptions } from './historyRecorder.ts';

const errors = new Map([
  ['NO_FUNDS', { definite: true }],
  ['UNAVAILABLE', { definite: false }],
]);
const rules = { definite: definiteBy(errors) };
const lost: Answer = { kind: 'indeterminate', reason: 'reset' };
const answering =
  (answer: Answer): CallFunction =>
  async () =>
    answer;

function recording(options: Partial<RecorderOptions> = {}): {
  recorder: HistoryRecorder;
  sink: ReturnType<typeof historyInMemory>;
} {
  const sink = historyInMemory();
  let now = 0;
  return { sink, recorder: historyRecorder({ sink, rules, nowNs: () => ++now, ...options }) };
}

test('the call is numbered before anything is sent, the return after the reply', async () => {
  const { recorder, sink } = recording();
  const replies: ((answer: Answer) => void)[] = [];
  const slow: CallFunction = () => new Promise((resolve) => replies.push(resolve));
  const first = recorder.client(slow).call('a', {});
  const second = recorder.client(slow).call('b', {});
  replies[1]!({ kind: 'ok', output: {} });
  await second;
  replies[0]!({ kind: 'ok', output: {} });
  await first;
  expect(sink.history().operations).toMatchObject([
    { operation: 'b', callEvent: 2, returnEvent: 3 },
    { operation: 'a', callEvent: 1, returnEvent: 4 },
  ]);
});

test.each<[string, Answer, object]>([
  ['ok is ok', { kind: 'ok', output: { n: 1 } }, { outcome: 'ok', output: { n: 1 } }],
  ['definite refusals had no effect', refusal('NO_FUNDS'), { outcome: 'fail', error: 'NO_FUNDS' }],
  ['other refusals say nothing', refusal('UNAVAILABLE'), { outcome: 'info' }],
  ['nor do codes that the contract lacks', refusal('TEAPOT'), { outcome: 'info' }],
  ['nor do malformed replies', { kind: 'malformed', reason: 'x' }, { outcome: 'info' }],
  ['nor does silence', lost, { outcome: 'info' }],
])('%s', async (_, answer, expected) => {
  const { recorder } = recording();
  const { operation } = await recorder.client(answering(answer)).call('pay', {});
  expect(operation).toMatchObject(expected);
  expect('returnEvent' in operation).toBe(operation.outcome !== 'info');
});

function refusal(code: string): Answer {
  return { kind: 'refused', problem: { code } };
}

test('a definite refusal that the model wants to see is an output', async () => {
  const { recorder } = recording({ rules: { ...rules, observes: () => true } });
  const call = async (code: string): Promise<unknown> =>
    (await recorder.client(answering(refusal(code))).call('pay', {})).operation;
  expect(await call('NO_FUNDS')).toMatchObject({
    outcome: 'ok',
    output: { refused: 'NO_FUNDS', problem: { code: 'NO_FUNDS' } },
  });
  expect(await call('UNAVAILABLE')).toMatchObject({ outcome: 'info' });
});

test('a call function that throws gave no answer', async () => {
  const { recorder } = recording();
  const throwing: CallFunction = async () => {
    throw new Error('socket hang up');
  };
  const { operation } = await recorder.client(throwing).call('pay', {});
  expect(operation).toMatchObject({ outcome: 'info', error: 'indeterminate: socket hang up' });
});

test('a process ends with an indeterminate outcome, and its connection is given up', async () => {
  const { recorder } = recording();
  const answers: Answer[] = [{ kind: 'ok', output: {} }, lost, { kind: 'ok', output: {} }];
  let retired = 0;
  const client = recorder.client(async () => answers.shift()!, { onRetired: () => retired++ });
  const processes: number[] = [];
  for (let call = 0; call < 3; call++) {
    processes.push((await client.call('a', {})).operation.process);
  }
  expect(processes).toEqual([1, 1, 2]);
  expect(retired).toBe(1);
});

test('a client makes one call at a time', async () => {
  const { recorder } = recording();
  const client = recorder.client(answering(lost));
  const first = client.call('a', {});
  await expect(client.call('b', {})).rejects.toThrow('one call at a time');
  await first;
});

test('the input is kept as it was when it was sent', async () => {
  const { recorder, sink } = recording();
  const input = { amount: 1 };
  const call: CallFunction = async () => {
    input.amount = 2;
    return lost;
  };
  await recorder.client(call).call('pay', input);
  expect(sink.history().operations[0]!.input).toEqual({ amount: 1 });
});

test('what the resolve phase finds returns when the look-up did; nothing becomes a failure', async () => {
  const { recorder, sink } = recording({
    idempotencyKeyOf: (_, input) => input['id'] as string,
    witnessSeqOf: (_, output) => (output as { seq: number }).seq,
  });
  for (const id of ['found', 'absent', 'broken']) {
    await recorder.client(answering(lost)).call('pay', { id });
  }
  await recorder.client(answering({ kind: 'ok', output: { seq: 8 } })).call('pay', { id: 'fine' });
  const asked: unknown[] = [];
  const counts = await recorder.resolve(async ({ idempotencyKey }) => {
    asked.push(idempotencyKey);
    if (idempotencyKey === 'broken') throw new Error('no connection');
    return idempotencyKey === 'found' ? { kind: 'found', output: { seq: 7 } } : { kind: 'absent' };
  });
  expect(asked).toEqual(['found', 'absent', 'broken']);
  expect(counts).toEqual({ found: 1, absent: 1, unanswered: 1, forgotten: 0 });
  const { operations } = sink.history();
  expect(operations.map(({ outcome }) => outcome)).toEqual(['ok', 'info', 'info', 'ok']);
  const lastReturn = operations[3]!.returnEvent!;
  expect(operations[0]).toMatchObject({
    returnEvent: lastReturn + 1,
    output: { seq: 7 },
    witnessSeq: 7,
  });
  await recorder.resolve(async () => ({ kind: 'found' }));
  expect(sink.history().operations.map(({ outcome }) => outcome)).toEqual(['ok', 'ok', 'ok', 'ok']);
});

test('a call that saw a fault begin or end says so', async () => {
  const { recorder, sink } = recording();
  const call: CallFunction = async () => {
    recorder.fault({ fault: 'kill', phase: 'injected', evidence: 'SIGKILL' });
    return lost;
  };
  await recorder.client(call).call('during', {});
  const healing: CallFunction = async () => {
    recorder.fault({ fault: 'kill', phase: 'healed' });
    return lost;
  };
  await recorder.client(healing).call('until', {});
  await recorder.client(answering(lost)).call('after', {});
  const { operations, faults } = sink.history();
  expect(operations.map(({ faultsActive }) => faultsActive)).toEqual([['kill'], ['kill'], []]);
  expect(faults).toMatchObject([
    { phase: 'injected', event: 2, evidence: 'SIGKILL' },
    { phase: 'healed' },
  ]);
});

test('a history file is written as it happens and read back as it was', async () => {
  const dir = mkdtempSync(join(tmpdir(), 'casemark-history-'));
  const path = join(dir, 'history.ndjson');
  const sink = historyFile(path);
  const kept: unknown[] = [];
  const recorder = historyRecorder({ sink, rules, partitionOf: () => 'é€\u2028' });
  const client = recorder.client(answering({ kind: 'ok', output: { n: null } }), {
    connection: 'c',
  });
  // More than one buffer full.
  for (let call = 0; call < 1000; call++) {
    kept.push((await client.call('a', { call }, { intendedNs: 5, retryOf: 1 })).operation);
  }
  const written = readFileSync(path, 'utf8').length;
  recorder.fault({ fault: 'kill', phase: 'injected', target: 'p' });
  recorder.close();
  const history = await readHistory(path);
  expect(history.operations).toEqual(kept);
  expect(history.faults).toMatchObject([{ fault: 'kill', target: 'p' }]);
  expect(written).toBeGreaterThan(64 * 1024);
  await expect(readHistory(path, { maxOperations: 10 })).rejects.toThrow('check it in parts');
  rmSync(dir, { recursive: true });
});

test('a line that was cut off is named', () => {
  expect(() => parseHistory(['{"i":1,"p"'])).toThrow('line 1 is not a line of a history');
});
