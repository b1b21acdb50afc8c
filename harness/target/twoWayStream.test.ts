import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, describe, expect, test } from 'vitest';
import type { CaseStudy } from '../contract/caseStudy.ts';
import { loadCaseStudy } from '../contract/loadCaseStudy.ts';
import { packageRoot } from '../contract/packageRoot.ts';
import type { Implementation } from './implementation.ts';
import { launchTarget } from './launchTarget.ts';
import type { Binding, StreamEvent, Subscription, Target } from './target.ts';

const tally = loadCaseStudy('tally', [join(packageRoot, 'bench/acceptance/tally')]);
const watch = tally.streams.get('watch')!;
const twoWay: CaseStudy = {
  ...tally,
  streams: new Map([['watch', { ...watch, send: tally.operations.get('add')!.request }]]),
};
const file = join(import.meta.dirname, 'fakes/echo.ts');
const STARTS: Record<Binding, Implementation['start']> = {
  http: { kind: 'command', command: ['node', file, 'http', '{port}'] },
  stdio: { kind: 'command', command: ['node', file, 'stdio'] },
  module: { kind: 'module', file },
};
const BINDINGS = Object.keys(STARTS) as Binding[];

let target: Target | undefined;
afterEach(() => target?.close());

async function launch(binding: Binding): Promise<Target> {
  target = await launchTarget(twoWay, {
    ...{ name: 'echo', version: '0', language: 'TypeScript', source: file },
    ...{ dir: import.meta.dirname, binding, start: STARTS[binding], env: {} },
    ...{ readyPath: '/health', readyTimeoutMs: 10_000, capabilities: new Set() },
    ...{ knownFailures: [], variants: {} },
  });
  return target;
}

async function open(
  binding: Binding,
): Promise<{ subscription: Subscription; events: StreamEvent[] }> {
  const events: StreamEvent[] = [];
  const launched = await launch(binding);
  const answer = await launched.subscribe('watch', { tally: 't' }, (event) => events.push(event));
  if (answer.kind !== 'ok') throw new Error(JSON.stringify(answer));
  return { subscription: answer.subscription, events };
}

function messagesOf(events: readonly StreamEvent[]): unknown[] {
  return events.map((event) => (event.kind === 'message' ? event.message : event.kind));
}

describe.each(BINDINGS)('a stream by %s', (binding) => {
  test('takes what is sent, each message once and in order', async () => {
    const { subscription, events } = await open(binding);
    for (let by = 1; by <= 1_000; by += 1) expect(subscription.send({ tally: 't', by })).toBe(true);
    await expect.poll(() => events.length).toBe(1_000);
    const sums = Array.from({ length: 1_000 }, (_, nth) => ((nth + 1) * (nth + 2)) / 2);
    expect(messagesOf(events)).toEqual(
      sums.map((total) => ({ tally: 't', total, additions: 1, unit: '€' })),
    );
  });

  test('carries any text: JSON as what it is, anything else so that it can be told from JSON', async () => {
    const { subscription, events } = await open(binding);
    subscription.sendText(' { "tally": "t",\n "by": 7 }'.trim());
    subscription.sendText('{half "of');
    subscription.sendText('0123456789'.repeat(10_000));
    await expect.poll(() => events.length).toBe(3);
    expect(messagesOf(events)).toEqual([
      { tally: 't', total: 7, additions: 1, unit: '€' },
      { tally: 'string', total: '{half "of'.length, additions: 0 },
      { tally: 'string', total: 100_000, additions: 0 },
    ]);
  });

  test('tells the text of a message and its length, and neither is in what is kept of it', async () => {
    const { subscription, events } = await open(binding);
    subscription.send({ tally: 't', by: 1 });
    await expect.poll(() => events.length).toBe(1);
    const text = '{"tally":"t","total":1,"additions":1,"unit":"€"}';
    expect(events[0]).toMatchObject({ text, bytes: text.length + 2 });
    expect(JSON.stringify(events[0])).toBe(`{"kind":"message","message":${text}}`);
  });

  test('takes nothing once it is closed, or its process has ended', async () => {
    const { subscription } = await open(binding);
    const other = await target!.subscribe('watch', { tally: 'u' }, () => undefined);
    await subscription.close();
    expect(subscription.send({ tally: 't', by: 1 })).toBe(false);
    expect(subscription.sendText('x')).toBe(false);
    await target!.kill();
    const left = (other as { subscription: Subscription }).subscription;
    await expect.poll(() => left.send({ tally: 'u', by: 1 })).toBe(false);
  });
});

describe('a subscriber over HTTP that stops reading', () => {
  /** Asks for more than the system buffers between two sockets. */
  const flood = { tally: 'flood', by: 1 };
  const floodedOf = (events: readonly StreamEvent[]): unknown => {
    const last = events.at(-1);
    return last?.kind === 'message' && last.message['tally'] === 'flooded' && last.message['total'];
  };

  test('is felt by the server, gets what had been sent before it stopped, and misses nothing', async () => {
    const { subscription, events } = await open('http');
    subscription.pause();
    subscription.send(flood);
    await sleep(1_000);
    expect(events).toEqual([]);
    subscription.resume();
    await expect.poll(() => floodedOf(events), { timeout: 5_000 }).toBeTruthy();
    const told = floodedOf(events) as number;
    expect(told).toBeGreaterThan(0);
    expect(told).toBeLessThan(64);
    expect(events).toHaveLength(told + 1);
  });

  test('is the reason: one that reads is sent all of it', async () => {
    const { subscription, events } = await open('http');
    subscription.send(flood);
    await expect.poll(() => floodedOf(events), { timeout: 5_000 }).toBe(64);
  });

  test('can close, and hears nothing of what waited', async () => {
    const { subscription, events } = await open('http');
    subscription.pause();
    subscription.send(flood);
    await sleep(400);
    await subscription.close();
    expect(events).toEqual([]);
  });
});

test('by stdio and module reading cannot be stopped for one stream, and trying does nothing', async () => {
  for (const binding of ['stdio', 'module'] as const) {
    const { subscription, events } = await open(binding);
    expect(subscription.canPause).toBe(false);
    subscription.pause();
    subscription.send({ tally: 't', by: 1 });
    await expect.poll(() => events.length).toBe(1);
    subscription.resume();
    await target!.close();
  }
});

describe('a module', () => {
  test('that throws at what is sent is told about, and lives', async () => {
    const { subscription, events } = await open('module');
    subscription.send({ tally: 'throw', by: 1 });
    subscription.send({ tally: 't', by: 2 });
    await expect.poll(() => events.length).toBe(2);
    expect(messagesOf(events)).toContainEqual({ tally: 't', total: 2, additions: 1, unit: '€' });
    const reason = expect.stringContaining('thrown on purpose');
    expect(events).toContainEqual({ kind: 'malformed', reason });
  });

  test('that has no "send" where the contract has one is malformed', async () => {
    const launched = await launch('module');
    const answer = await launched.subscribe('watch', { tally: 'deaf' }, () => undefined);
    expect(answer).toMatchObject({
      kind: 'malformed',
      reason: expect.stringContaining('{ close, send }'),
    });
  });
});
