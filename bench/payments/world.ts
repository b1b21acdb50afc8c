/**
 * `npm run bench:world`: what the payments world costs. It plays beside an implementation that is measured, so it must leave the machine to
 * it. A child calls it at a steady rate, as the payments of an implementation would; this process does nothing but play.
 */
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { Pool } from 'undici';
import { loadCaseStudy } from '../../harness/contract/loadCaseStudy.ts';
import type { Json } from '../../harness/target/target.ts';
import { openWorld } from '../../harness/world/openWorld.ts';
import type { World } from '../../harness/world/world.ts';

const CALLS_PER_S = 2_000;
/** tokenize, scoreFraud, screenSanctions, createCharge. */
const CALLS_A_PAYMENT = 4;
const WARMUP_S = 3;
const MEASURED_S = 10;
const TICK_MS = 5;
const CONNECTIONS = 32;
/** A tail, so that the child still calls when the measuring ends. */
const CHILD_S = WARMUP_S + MEASURED_S + 1;
const MERCHANT = 'shop-1';
const CARD = { type: 'card', number: '4242424242424242', expMonth: 12, expYear: 2031, cvc: '123' };

async function measure(): Promise<void> {
  const world = await openWorld(loadCaseStudy('payments'));
  const child = fork(import.meta.filename, [world.url], { stdio: 'inherit' });
  const ended = once(child, 'exit');
  await sleep(WARMUP_S * 1_000);
  const before = await countCharges(world);
  const cpu = process.cpuUsage();
  const fromMs = performance.now();
  await sleep(MEASURED_S * 1_000);
  const { user, system } = process.cpuUsage(cpu);
  const seconds = (performance.now() - fromMs) / 1_000;
  const made = ((await countCharges(world)) - before) * CALLS_A_PAYMENT;
  const core = (user + system) / 1e6 / seconds;
  console.log(
    `${Math.round(made / seconds)} calls/s cost ${(core * 100).toFixed(1)} % of a core, ` +
      `${((user + system) / made).toFixed(1)} us a call; ` +
      `${Math.round(process.memoryUsage().rss / 1024 / 1024)} MiB of memory`,
  );
  await ended;
  await world.close();
}

/** A payment has one. */
async function countCharges(world: World): Promise<number> {
  return ((await world.ask({ ask: 'charges', merchantId: MERCHANT })) as Json[]).length;
}

/** Sends what is due every few ms, whatever has been answered. */
async function call(url: string): Promise<void> {
  const pool = new Pool(url, { connections: CONNECTIONS });
  const post = async (path: string, body: object): Promise<Record<string, unknown>> => {
    const headers = { 'content-type': 'application/json' };
    const reply = await pool.request({ method: 'POST', path, headers, body: JSON.stringify(body) });
    if (reply.statusCode !== 200) throw new Error(`${path} was answered ${reply.statusCode}.`);
    return (await reply.body.json()) as Record<string, unknown>;
  };
  const pay = async (paymentId: string): Promise<void> => {
    const { token, fingerprint } = await post('/vault/tokens', CARD);
    const about = { paymentId, merchantId: MERCHANT };
    const amount = { amountMinor: 1_000, currency: 'EUR' };
    await post('/fraud/scores', {
      ...about,
      ...amount,
      deviceId: paymentId,
      customerCountry: 'DE',
      fingerprint,
    });
    await post('/sanctions/screenings', { ...about, name: 'Ann Example', country: 'DE' });
    const charge = { reference: paymentId, ...about, ...amount, token, capture: true };
    await post('/providers/prov-1/charges', charge);
  };
  const startMs = performance.now();
  let sent = 0;
  for (let spentMs = 0; spentMs < CHILD_S * 1_000; spentMs = performance.now() - startMs) {
    for (const due = (spentMs / 1_000) * (CALLS_PER_S / CALLS_A_PAYMENT); sent < due; sent += 1) {
      void pay(`payment-${sent}`);
    }
    await sleep(TICK_MS);
  }
  await pool.close();
}

const url = process.argv[2];
await (url === undefined ? measure() : call(url));
