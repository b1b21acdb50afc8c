import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { loadContract } from '../../kit/contract.ts';
import { startService } from '../../kit/serviceProcess.ts';
import { temporaryDir } from '../../kit/temporaryDir.ts';
import { CASE_DIR } from '../gameService.ts';
import { dataDirsOf } from './dataDirs.ts';
import { startRouter } from './router.ts';
import type { Router, Worker } from './types.ts';
import { startWorker } from './worker.ts';

const MAIN = join(import.meta.dirname, '../main.ts');
const MAP = { widthMm: 100_000, heightMm: 100_000, items: [] };
const IDS = Array.from({ length: 12 }, (_, nth) => `m${nth}`);

interface Answer {
  readonly status: number;
  readonly body: { readonly [member: string]: unknown };
}

let dir: ReturnType<typeof temporaryDir>;

beforeEach(() => {
  dir = temporaryDir();
});

afterEach(() => dir.remove());

async function ask(port: number, path: string, input?: object): Promise<Answer> {
  const post = input && { method: 'POST', body: JSON.stringify(input) };
  const reply = await fetch(`http://127.0.0.1:${port}${path}`, post);
  return { status: reply.status, body: (await reply.json()) as Answer['body'] };
}

const create = (port: number, match: string): Promise<Answer> =>
  ask(port, '/v1/matches', { match, seed: 1, mode: 'virtual', map: MAP });

describe('two workers behind a router', () => {
  let workers: Worker[];
  let router: Router;

  beforeEach(async () => {
    const options = ['--test-mode', '--port', '0', '--data'];
    workers = await Promise.all(
      dataDirsOf(dir.path, 2).map((data, nth) =>
        startWorker({ name: `worker-${nth}`, args: [MAIN, ...options, data] }),
      ),
    );
    router = await startRouter(workers, loadContract(CASE_DIR, 'on'), 0);
    for (const match of IDS) expect((await create(router.port, match)).status).toBe(200);
  });

  afterEach(async () => {
    await router.close();
    await Promise.all(workers.map((worker) => worker.stop()));
  });

  /** Ids of matches that the worker itself knows. */
  async function matchesOf(worker: Worker): Promise<string[]> {
    const port = await worker.port();
    const answers = await Promise.all(IDS.map((match) => ask(port, `/v1/matches/${match}`)));
    return IDS.filter((_, nth) => answers[nth]!.body['code'] !== 'UNKNOWN_MATCH');
  }

  /** Opens the stream of a player who joins; what it is told, as it comes. */
  async function playing(match: string): Promise<{ socket: WebSocket; told: Answer['body'][] }> {
    const joined = await ask(router.port, `/v1/matches/${match}/join`, { player: 'ann' });
    const query = `match=${match}&player=ann&token=${String(joined.body['token'])}`;
    const socket = new WebSocket(`ws://127.0.0.1:${router.port}/v1/play?${query}`);
    const told: Answer['body'][] = [];
    socket.on('message', (data: Buffer) =>
      told.push(JSON.parse(data.toString()) as Answer['body']),
    );
    await expect.poll(() => told).toMatchObject([{ type: 'welcome' }]);
    return { socket, told };
  }

  test('each match is with one of them, and both have some', async () => {
    const [first, second] = await Promise.all(workers.map(matchesOf));
    expect(first!.length).toBeGreaterThan(0);
    expect(second!.length).toBeGreaterThan(0);
    expect([...first!, ...second!].toSorted()).toEqual(IDS.toSorted());
    expect(await ask(router.port, '/health')).toEqual({ status: 200, body: { status: 'ok' } });
  });

  test('a killed one loses its matches, and those only; it comes back on its data', async () => {
    const [[lost], [kept]] = (await Promise.all(workers.map(matchesOf))) as [string[], string[]];
    const [cut, whole] = [await playing(lost!), await playing(kept!)];
    const end = new Promise((resolve) => cut.socket.once('close', resolve));
    const { pid } = workers[0]!.now()!;
    process.kill(pid, 'SIGKILL');
    await end;
    await expect.poll(() => workers[0]!.now()?.pid).not.toBe(pid);
    // Asked while it is started again, so this waits for it.
    expect((await ask(router.port, `/v1/matches/${lost}`)).body['code']).toBe('MATCH_LOST');
    expect((await create(router.port, lost!)).body['code']).toBe('MATCH_LOST');
    await ask(router.port, `/v1/matches/${kept}/step`, { toTick: 2 });
    await expect.poll(() => whole.told.at(-1)).toMatchObject({ type: 'snapshot', tick: 2 });
    whole.socket.close();
    expect((await ask(router.port, '/health')).status).toBe(200);
  });

  test('streams carry both directions, their end, and their refusal', async () => {
    const { socket, told } = await playing(IDS[0]!);
    socket.send(JSON.stringify({ type: 'input', commands: [{ seq: 1, dx: 100, dy: 0 }] }));
    socket.send(JSON.stringify({ type: 'ping', t: 7 }));
    await expect.poll(() => told.at(-1)).toEqual({ type: 'pong', t: 7 });
    await ask(router.port, `/v1/matches/${IDS[0]}/step`, { toTick: 1 });
    await expect.poll(() => told.at(-1)).toMatchObject({ type: 'snapshot', lastInputSeq: 1 });
    const end = new Promise((resolve) => socket.once('close', resolve));
    await ask(router.port, `/v1/matches/${IDS[0]}/end`, {});
    expect(await end).toBe(1000);
    expect(told.at(-1)).toMatchObject({ type: 'kick', code: 'MATCH_ENDED' });

    const url = `ws://127.0.0.1:${router.port}/v1/play?match=${IDS[1]}&player=ann&token=${'0'.repeat(32)}`;
    const refused = new WebSocket(url);
    const status = new Promise((resolve) => {
      refused.once('unexpected-response', (_, reply) => resolve(reply.statusCode));
    });
    expect(await status).toBe(loadContract(CASE_DIR, 'on').problem('NOT_IN_MATCH', '').status);
  });

  test('what names no match is refused, as without a router', async () => {
    const [own, its] = [router.port, await workers[0]!.port()];
    const tooLong = { match: 'x'.repeat(1024 * 1024) };
    for (const [path, input] of [
      ['/elsewhere', undefined],
      ['/v1/reports', undefined],
      ['/v1/matches', {}],
      ['/v1/matches', tooLong],
    ] as const) {
      const { status, body } = await ask(own, path, input);
      expect({ status, code: body['code'] }).toEqual({
        status: (await ask(its, path, input)).status,
        code: input || path === '/v1/reports' ? 'INVALID_REQUEST' : 'NOT_SUPPORTED',
      });
    }
  });
});

test('workers end with their router, and the next one finds their data', async () => {
  const program = {
    ...{ dir: join(import.meta.dirname, '..'), caseDir: CASE_DIR },
    args: ['--processes', '2', '--data', dir.path],
  };
  const first = await startService(program);
  for (const match of IDS) {
    await first.call('createMatch', { match, seed: 1, mode: 'virtual', map: MAP });
  }
  await first.kill();
  // A worker that lives on keeps its data to itself, and the start fails.
  const second = await startService(program);
  for (const match of IDS) {
    expect(await second.call('getMatch', { match })).toMatchObject({
      problem: { code: 'MATCH_LOST' },
    });
  }
  await second.kill();
});
