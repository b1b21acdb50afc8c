import { execFileSync } from 'node:child_process';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Reservation, Stock } from '../../spec/marketplace/messages.d.ts';
import type { Answer } from '../kit/service.ts';
import { startService } from '../kit/serviceProcess.ts';
import type { ServiceProcess } from '../kit/serviceProcess.ts';
import { temporaryDir } from '../kit/temporaryDir.ts';
import { CASE_DIR } from './marketplaceService.ts';
import { START_MS } from './testing/testMarketplace.ts';
import { startWorldStub } from './testing/worldStub.ts';
import type { WorldStub } from './testing/worldStub.ts';

const isLinux = process.platform === 'linux';

let world: WorldStub;
let dir: ReturnType<typeof temporaryDir>;
let running: ServiceProcess;
let keys = 0;

const start = async (clockMs: number): Promise<void> => {
  const args = ['--data', dir.path, '--clock-ms', String(clockMs), '--world-url', world.url];
  running = await startService({ dir: import.meta.dirname, caseDir: CASE_DIR, args });
};

beforeEach(async () => {
  world = await startWorldStub();
  dir = temporaryDir();
  await start(START_MS);
  await running.call('putStock', { productId: 'p', onHand: 1000 });
});

afterEach(async () => {
  await running.kill();
  await world.close();
  dir.remove();
});

const outputOf = (answer: Answer) => ('output' in answer ? answer.output : {});
const codeOf = (answer: Answer) => ('problem' in answer ? answer.problem.code : 'ok');
const stock = async () => outputOf(await running.call('getStock', { productId: 'p' })) as Stock;
const hold = (idempotencyKey = `k${++keys}`) =>
  running.call('reserve', {
    idempotencyKey,
    customerId: 'ann',
    lines: [{ productId: 'p', quantity: 1 }],
  });
const held = async () => outputOf(await hold()) as Reservation;
const order = (reservationId: string) =>
  running.call('placeOrder', {
    idempotencyKey: `pay-${reservationId}`,
    customerId: 'ann',
    reservationIds: [reservationId],
    payment: { methodId: 'card', amountMinor: 1000 },
  });

test('what was acknowledged is there after a kill, and a deadline that has passed meanwhile has passed', async () => {
  const { reservationId, expiresAtMs } = await held();
  const sold = await held();
  const ann = { reservationId: sold.reservationId, customerId: 'ann' };
  await running.call('confirmReservation', ann);
  const before = await stock();
  const burst = Array.from({ length: 50 }, held);
  const acknowledged = (await Promise.all(burst)).length;
  await running.kill();
  await start(expiresAtMs - 1);
  const after = await stock();
  expect(after).toMatchObject({ held: before.held + acknowledged, confirmed: 1 });
  await running.kill();
  await start(expiresAtMs);
  expect(await stock()).toMatchObject({ held: 0, confirmed: 1, available: 999 });
  const found = outputOf(await running.call('getReservation', { reservationId }));
  expect(found).toMatchObject({ state: 'EXPIRED' });
}, 20_000);

test('killed while the charge is asked for, order, charge and units agree afterwards', async () => {
  const [first, second] = [await held(), await held()];
  const replies = Promise.allSettled([order(first.reservationId), order(second.reservationId)]);
  let asked = 0;
  world.behave = () => (++asked === 1 ? 'book' : 'silence');
  await expect.poll(() => world.calls.length).toBe(2);
  await running.kill();
  await replies;
  world.behave = () => 'answer';
  await start(START_MS);
  await expect.poll(stock).toMatchObject({ held: 0, confirmed: 1 });
  expect([...world.charges.values()].sort()).toEqual(['approved', 'voided']);
}, 20_000);

test.runIf(isLinux)(
  'while nothing can be written commands are refused and reads go on, and afterwards all is well',
  async () => {
    const limitFiles = (bytes: number | 'unlimited'): void => {
      execFileSync('prlimit', ['--pid', String(running.pid), `--fsize=${bytes}:`]);
    };
    const { reservationId } = await held();
    const before = await stock();
    limitFiles(0);
    const refused = [await order(reservationId)];
    refused.push(...(await Promise.all([hold('a'), hold('b'), hold('b'), order(reservationId)])));
    expect(new Set(refused.map(codeOf))).toEqual(new Set(['STORE_UNAVAILABLE']));
    expect(await stock()).toEqual(before);
    expect(world.calls).toEqual([]);
    await running.call('setClock', { nowMs: START_MS + 900_000 });
    const freed = await stock();
    expect(freed).toMatchObject({ held: 0, available: 1000 });
    limitFiles('unlimited');
    expect(codeOf(await hold('a'))).toBe('ok');
    await running.kill();
    await start(START_MS);
    expect(await stock()).toMatchObject({ held: 1, version: freed.version + 1 });
  },
  20_000,
);
