import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Report } from '../../spec/game/messages.d.ts';
import { startService } from '../kit/serviceProcess.ts';
import type { ServiceProcess } from '../kit/serviceProcess.ts';
import { temporaryDir } from '../kit/temporaryDir.ts';
import { CASE_DIR } from './gameService.ts';

const MATCH = {
  ...{ match: 'm', seed: 1, mode: 'virtual' },
  map: { widthMm: 100_000, heightMm: 100_000, items: [] },
};

let dir: ReturnType<typeof temporaryDir>;
let running: ServiceProcess;

const start = async (): Promise<void> => {
  running = await startService({
    ...{ dir: import.meta.dirname, caseDir: CASE_DIR, args: ['--data', dir.path] },
  });
};

beforeEach(async () => {
  dir = temporaryDir();
  await start();
});

afterEach(async () => {
  await running.kill();
  dir.remove();
});

async function ok<T>(operation: string, input: Record<string, unknown>): Promise<T> {
  const answer = await running.call(operation, input);
  if ('problem' in answer) throw new Error(`${operation}: ${JSON.stringify(answer.problem)}`);
  return answer.output as T;
}

async function code(operation: string, input: Record<string, unknown>): Promise<string> {
  const answer = await running.call(operation, input);
  return 'problem' in answer ? answer.problem.code : 'ok';
}

test('after a kill reports are as they were shown, running matches are lost, and no id begins anew', async () => {
  await ok('createMatch', MATCH);
  const over = await ok('createMatch', { ...MATCH, match: 'over' });
  await ok('endMatch', { match: 'over' });
  const { token } = await ok<{ token: string }>('joinMatch', { match: 'm', player: 'ann' });
  const cheat = { match: 'm', player: 'ann', token };
  for (let tick = 1; tick <= 20; tick++) {
    await ok('sendInput', { ...cheat, commands: [{ seq: tick, dx: 9000, dy: 0 }] });
    await ok('stepMatch', { match: 'm', toTick: tick });
  }
  const before = await ok<{ reports: Report[] }>('listReports', { match: 'm' });
  expect(before.reports).toMatchObject([
    { player: 'ann', kind: 'RULE_VIOLATION', code: 'TELEPORT', fromTick: 1, toTick: 20, count: 20 },
  ]);
  expect(before.reports[0]!.evidence).toHaveLength(16);

  await running.kill();
  await start();
  expect(await ok('listReports', { match: 'm' })).toEqual(before);
  const lost: [string, Record<string, unknown>][] = [
    ['createMatch', MATCH],
    ['getMatch', { match: 'm' }],
    ['joinMatch', { match: 'm', player: 'bob' }],
    ['sendInput', { ...cheat, commands: [{ seq: 1, dx: 0, dy: 0 }] }],
    ['stepMatch', { match: 'm', toTick: 30 }],
    ['getState', { match: 'm' }],
    ['endMatch', { match: 'm' }],
  ];
  for (const [operation, input] of lost) expect(await code(operation, input)).toBe('MATCH_LOST');
  expect(await code('createMatch', { ...MATCH, seed: 2 })).toBe('MATCH_EXISTS');
  const ended = { ...(over as object), status: 'ENDED' };
  expect(await ok('endMatch', { match: 'over' })).toEqual(ended);
  expect(await ok('getMatch', { match: 'over' })).toEqual(ended);
  expect(await code('joinMatch', { match: 'over', player: 'ann' })).toBe('MATCH_ENDED');
  expect(await code('getMatch', { match: 'never' })).toBe('UNKNOWN_MATCH');
});
