import { once } from 'node:events';
import { connect } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { Agent, request as fetchBy } from 'undici';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { LARGE_BYTES, startLedgerServer } from './fakes/ledgerServer.ts';
import type { LedgerServer } from './fakes/ledgerServer.ts';
import { get, post, rawClient } from './fakes/rawClient.ts';
import { startFaultProxy } from './faultProxy.ts';
import type { FaultProxy } from './faultProxy.ts';
import type { ProxyFault } from './proxyFault.ts';

let server: LedgerServer;
let proxy: FaultProxy;
beforeEach(async () => {
  server = await startLedgerServer();
  proxy = await startFaultProxy({ upstreamPort: server.port });
});
afterEach(async () => {
  await proxy.close();
  server.close();
});

const send = (text: string, options: { waitMs?: number; until?: string } = {}) =>
  rawClient({ port: proxy.port, send: text, ...options });
const WHOLE = { until: '0123456789' };
const onPosts = (requestLine: string): boolean => requestLine.startsWith('POST ');

describe('without a fault', () => {
  test('every byte passes: bodies with a length, in chunks, and of HEAD, over one connection kept alive', async () => {
    const agent = new Agent({ connections: 1 });
    const ask = async (method: 'GET' | 'HEAD' | 'POST', path: string, body?: string) => {
      const reply = await fetchBy(`${proxy.address}${path}`, {
        method,
        dispatcher: agent,
        ...(body !== undefined && { body }),
      });
      return reply.body.text();
    };
    expect(await ask('GET', '/')).toBe('0123456789');
    expect(await ask('HEAD', '/')).toBe('');
    expect(await ask('GET', '/chunked')).toBe('first,last');
    expect(await ask('POST', '/', 'paid')).toBe('0123456789');
    expect(server.entries).toEqual(['paid']);
    expect(proxy.connections()).toBe(1);
    await agent.destroy();
  });

  test('requests that are sent before the reply to the one before are answered one after the other', async () => {
    const seen = await send(post('/', 'a') + post('/', 'b') + get('/chunked'), { until: 'last' });
    expect(server.entries).toEqual(['a', 'b']);
    expect(seen.text.match(/HTTP\/1\.1 200/g)).toHaveLength(3);
  });

  test('a reply to HEAD ends with its head, whatever length it tells', async () => {
    const seen = await send(get('/').replace('GET', 'HEAD') + get('/chunked'), { until: 'last' });
    expect(seen.text.match(/HTTP\/1\.1 200/g)).toHaveLength(2);
    expect(seen.text).toContain('last');
  });

  test('a WebSocket passes, text and binary, and its end is passed on', async () => {
    const socket = new WebSocket(proxy.address.replace('http', 'ws'));
    const messages: string[] = [];
    socket.on('message', (data: Buffer) => messages.push(data.toString()));
    await once(socket, 'open');
    socket.send('one');
    socket.send(Buffer.from('two'));
    await expect.poll(() => messages).toEqual(['one', 'two']);
    socket.close();
    await once(socket, 'close');
    await expect.poll(() => proxy.connections()).toBe(0);
  });

  test('thousands of messages pass a WebSocket both ways at once, each once and in order', async () => {
    const socket = new WebSocket(proxy.address.replace('http', 'ws'));
    const messages: number[] = [];
    socket.on('message', (data: Buffer) => messages.push(Number(data.toString())));
    await once(socket, 'open');
    const numbers = Array.from({ length: 5_000 }, (_, nth) => nth);
    for (const nth of numbers) socket.send(String(nth));
    await expect.poll(() => messages.length).toBe(5_000);
    expect(messages).toEqual(numbers);
    socket.terminate();
  });

  test('a client that does not read slows the server down and does not fill the proxy', async () => {
    const slow = connect({ port: proxy.port, host: '127.0.0.1' });
    slow.pause();
    slow.write(get('/large'));
    await sleep(200);
    const takenUnread = server.sentBytes();
    let bytes = 0;
    slow.on('data', (chunk) => (bytes += chunk.length));
    slow.resume();
    await expect.poll(() => bytes).toBeGreaterThan(LARGE_BYTES);
    slow.destroy();
    expect(takenUnread).toBeLessThan(LARGE_BYTES / 2);
  });

  test('a reply whose server is gone is cut off, never made whole', async () => {
    const seen = send(get('/never'), { waitMs: 1_000 });
    await sleep(50);
    server.close();
    expect(await seen).toMatchObject({ text: expect.stringContaining('begun') });
    expect((await seen).how).not.toBe('open');
  });

  test('a server that is not there resets the client', async () => {
    server.close();
    expect((await send(get('/'))).how).toBe('RST');
  });
});

describe('a fault bites, and its evidence says so:', () => {
  const install = (fault: ProxyFault) => proxy.install(fault);

  test('latency and jitter delay a reply', async () => {
    const fault = await install({
      kind: 'net.latency',
      target: 'any',
      direction: 'reply',
      latencyMs: 60,
      jitterMs: 20,
      seed: 1,
    });
    const seen = await send(get('/'), WHOLE);
    expect(seen.firstByteMs).toBeGreaterThan(58);
    const { bite, facts } = await fault.remove();
    expect(bite).toBe('installed');
    expect(facts['bytesDelayed']).toBe(seen.text.length);
    expect((await send(get('/'), WHOLE)).totalMs).toBeLessThan(55);
  });

  test('latency in the request direction delays the server, not only the client', async () => {
    const fault = await install({
      kind: 'net.latency',
      target: onPosts,
      direction: 'request',
      latencyMs: 80,
      jitterMs: 0,
      seed: 1,
    });
    const posted = send(post('/', 'late'), WHOLE);
    expect((await send(get('/'), WHOLE)).totalMs).toBeLessThan(75);
    await sleep(30);
    expect(server.entries).toEqual([]);
    await posted;
    expect(server.entries).toEqual(['late']);
    expect(fault.evidence().bite).toBe('installed');
  });

  test('a bandwidth limit makes a reply as slow as it says, and its removal lets the rest go', async () => {
    const bandwidth = { kind: 'net.bandwidth', target: 'any', direction: 'reply' } as const;
    const limit = await install({ ...bandwidth, bytesPerS: 1_000 });
    const slow = await send(get('/'), { ...WHOLE, waitMs: 2_000 });
    expect(slow.totalMs).toBeGreaterThan((slow.text.length / 1_000) * 1_000 * 0.9);
    await limit.remove();
    const harder = await install({ ...bandwidth, bytesPerS: 1 });
    const freed = send(get('/'), { ...WHOLE, waitMs: 2_000 });
    await sleep(50);
    const { bite } = await harder.remove();
    expect((await freed).totalMs).toBeLessThan(500);
    expect(bite).toBe('installed');
  });

  test('slices arrive in many parts, and together they are the reply', async () => {
    const fault = await install({
      kind: 'net.slice',
      target: 'any',
      direction: 'reply',
      sliceBytes: 16,
      gapMs: 2,
    });
    const seen = await send(get('/'), WHOLE);
    expect(seen.parts).toBeGreaterThan(3);
    expect(seen.text).toMatch(/^HTTP\/1\.1 200 OK\r\n[^]*\r\n\r\n0123456789$/);
    expect((await fault.remove()).facts['slices']).toBe(Math.ceil(seen.text.length / 16));
  });

  test('a black hole of requests: the server gets nothing, the client waits, and is reset at the end of it', async () => {
    const fault = await install({ kind: 'net.blackhole', target: 'any', direction: 'request' });
    const waiting = send(post('/', 'lost'), { waitMs: 1_000 });
    await sleep(80);
    expect(fault.counts().bytesDropped).toBe(post('/', 'lost').length);
    expect((await fault.remove()).bite).toBe('installed');
    expect((await waiting).how).toBe('RST');
    expect(server.entries).toEqual([]);
  });

  test('a black hole of replies: the server works, the client hears nothing', async () => {
    const fault = await install({ kind: 'net.blackhole', target: 'any', direction: 'reply' });
    const seen = await send(post('/', 'done'), { waitMs: 100 });
    expect(seen).toMatchObject({ how: 'open', text: '' });
    expect(server.entries).toEqual(['done']);
    expect(fault.evidence().bite).toBe('installed');
  });

  test('a reset is seen as RST by the client, before the request reaches the server', async () => {
    const fault = await install({ kind: 'net.reset', target: 'any', direction: 'request' });
    expect(await send(post('/', 'no'))).toMatchObject({ how: 'RST', text: '' });
    expect(server.entries).toEqual([]);
    expect((await fault.remove()).facts['socketsReset']).toBe(1);
  });

  test('a reset on the reply comes after the server has worked', async () => {
    const fault = await install({ kind: 'net.reset', target: onPosts, direction: 'reply' });
    expect((await send(get('/'), WHOLE)).text).toContain('0123456789');
    expect(await send(post('/', 'yes'))).toMatchObject({ how: 'RST', text: '' });
    expect(server.entries).toEqual(['yes']);
    expect((await fault.remove()).bite).toBe('installed');
  });

  test('an end within the body is seen as FIN after half of it', async () => {
    const fault = await install({ kind: 'net.end', target: 'any', direction: 'reply' });
    const seen = await send(get('/'));
    expect(seen.how).toBe('FIN');
    expect(seen.text).toMatch(/\r\n\r\n01234$/);
    expect((await fault.remove()).facts['socketsEnded']).toBe(1);
  });

  test('an end within a request: the server never takes it', async () => {
    const fault = await install({ kind: 'net.end', target: 'any', direction: 'request' });
    const seen = await send(post('/', 'half of it'));
    expect(seen.text).not.toContain('200 OK');
    expect(server.entries).toEqual([]);
    expect((await fault.remove()).bite).toBe('installed');
  });

  test('connections are refused, and those that were open reset, where that is asked for', async () => {
    const open = send(get('/never'), { waitMs: 1_000 });
    await sleep(50);
    const fault = await install({ kind: 'net.refuse', target: 'any', open: 'reset' });
    expect((await open).how).toBe('RST');
    expect((await send(get('/'))).how).toBe('refused');
    expect(await fault.remove()).toMatchObject({ facts: { socketsReset: 1, probesRefused: 1 } });
  });

  test('new connections are refused while those that are open work on', async () => {
    const agent = new Agent({ connections: 1 });
    const ask = async () => (await fetchBy(proxy.address, { dispatcher: agent })).body.text();
    expect(await ask()).toBe('0123456789');
    const fault = await install({ kind: 'net.refuse', target: 'any', open: 'stay' });
    expect((await send(get('/'))).how).toBe('refused');
    expect(await ask()).toBe('0123456789');
    expect((await fault.remove()).bite).toBe('installed');
    expect((await send(get('/'), WHOLE)).text).toContain('0123456789');
    await agent.destroy();
  });

  test('a lost reply: the server has committed and answered in full, the client gets RST and not a byte', async () => {
    const fault = await install({ kind: 'net.lost-reply', target: onPosts, most: 1 });
    expect((await send(get('/'), WHOLE)).how).toBe('open');
    expect(await send(post('/', 'committed'))).toMatchObject({ how: 'RST', text: '' });
    expect(server.entries).toEqual(['committed']);
    // No more than asked for.
    expect((await send(post('/', 'next'), WHOLE)).text).toContain('0123456789');
    expect(await fault.remove()).toMatchObject({
      bite: 'installed',
      facts: { repliesSwallowed: 1, successesSwallowed: 1, socketsReset: 1 },
    });
    expect(fault.counts().replyBytesSwallowed).toBeGreaterThan(10);
  });

  test('a lost reply in chunks is swallowed up to its last byte, and a refusal is no success', async () => {
    const fault = await install({ kind: 'net.lost-reply', target: 'any', most: 2 });
    expect(await send(get('/chunked'))).toMatchObject({ how: 'RST', text: '' });
    expect(await send(post('/refused', 'x'))).toMatchObject({ how: 'RST', text: '' });
    expect(fault.counts()).toMatchObject({ repliesSwallowed: 2, successesSwallowed: 1 });
  });

  test('a reply to be lost that the server never finishes proves no commit', async () => {
    const fault = await install({ kind: 'net.lost-reply', target: 'any', most: 1 });
    const seen = send(get('/never'), { waitMs: 1_000 });
    await sleep(50);
    server.close();
    expect((await seen).how).toBe('RST');
    expect(await fault.remove()).toMatchObject({ bite: 'indeterminate' });
  });

  test('a fault that nothing came near is skipped, not installed', async () => {
    const never = () => false;
    const kinds: ProxyFault[] = [
      { kind: 'net.reset', target: never, direction: 'request' },
      { kind: 'net.lost-reply', target: never, most: 1 },
      { kind: 'net.blackhole', target: never, direction: 'reply' },
    ];
    const faults = await Promise.all(kinds.map(install));
    expect((await send(get('/'), WHOLE)).text).toContain('0123456789');
    expect(faults.map((fault) => fault.evidence().bite)).toEqual(['skipped', 'skipped', 'skipped']);
  });

  test('a WebSocket that is open when its bytes vanish is reset at the end of the fault', async () => {
    const socket = new WebSocket(`${proxy.address.replace('http', 'ws')}/feed`);
    await once(socket, 'open');
    const feed = (line: string): boolean => line.startsWith('GET /feed ');
    const fault = await install({ kind: 'net.blackhole', target: feed, direction: 'reply' });
    let heard = 0;
    socket.on('message', () => (heard += 1));
    socket.on('error', () => undefined);
    socket.send('hello');
    await expect.poll(() => fault.counts().bytesDropped).toBeGreaterThan(0);
    const closed = once(socket, 'close');
    await fault.remove();
    expect((await closed)[0]).toBe(1006);
    expect(heard).toBe(0);
  });
});

describe('a supervisor can act', () => {
  test('when the whole request has been sent, before the server has it or after', async () => {
    const seenByServer: number[] = [];
    const act = (): void => void seenByServer.push(server.entries.length);
    const base = { moment: 'request-sent', target: onPosts, nth: 1, act } as const;
    proxy.arm({ ...base, order: 'before-forwarding' });
    await send(post('/', 'a'), WHOLE);
    const armed = proxy.arm({ ...base, order: 'after-forwarding', nth: 2 });
    await send(post('/', 'b'), WHOLE);
    expect(armed.fired()).toBeUndefined();
    await send(post('/', 'c'), WHOLE);
    expect(armed.fired()).toBe('POST / HTTP/1.1');
    expect(seenByServer[0]).toBe(0);
    expect(seenByServer).toHaveLength(2);
  });

  test('on the first byte of a reply before the client has it: then a server that dies still has answered', async () => {
    let seen = 'nothing';
    const armed = proxy.arm({
      moment: 'reply-first-byte',
      order: 'before-forwarding',
      target: 'any',
      nth: 1,
      act: () => {
        seen = `${server.entries.length} committed`;
        server.close();
      },
    });
    const reply = await send(post('/', 'a'));
    expect(seen).toBe('1 committed');
    expect(reply.text).toContain('0123456789');
    expect(armed.fired()).toBe('POST / HTTP/1.1');
    expect((await send(get('/'))).how).toBe('RST');
  });

  test('only while the hook is armed', async () => {
    let times = 0;
    const hook = {
      moment: 'reply-first-byte',
      order: 'after-forwarding',
      target: 'any',
      nth: 1,
      act: () => void (times += 1),
    } as const;
    proxy.arm(hook).disarm();
    await send(get('/'), WHOLE);
    expect(times).toBe(0);
    proxy.arm(hook);
    await send(get('/'), WHOLE);
    await send(get('/'), WHOLE);
    expect(times).toBe(1);
  });
});

test('a server that comes back on another port is reached at the same address', async () => {
  const other = await startLedgerServer();
  proxy.setUpstreamPort(other.port);
  await send(post('/', 'moved'), WHOLE);
  expect(other.entries).toEqual(['moved']);
  other.close();
});
