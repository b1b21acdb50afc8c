/** Tells merchants of the events of their payments, each until it was taken. */
import { createHmac } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { JsonObject } from '../../../target/target.ts';
import { has, inBackground, paymentOf, write } from './life.ts';
import type { Life } from './life.ts';
import type { State } from './state.ts';

const LOOK_PAUSE_MS = 50;
/** Between deliveries of one event: a tenth of a second at first, then twice as long each time. */
const FIRST_PAUSE_MS = 100;
const MAX_PAUSE_MS = 2_000;

type Told = State['feed'][number];

/** Until the life ends. */
export function deliverWebhooks(life: Life): void {
  let told = 0;
  inBackground(life, async () => {
    while (!life.signal.aborted) {
      for (const each of life.state.feed.slice(told)) inBackground(life, () => deliver(life, each));
      told = life.state.feed.length;
      await sleep(LOOK_PAUSE_MS, undefined, { signal: life.signal });
    }
  });
}

async function deliver(life: Life, { paymentId, event }: Told): Promise<void> {
  const { merchantId } = paymentOf(life, paymentId);
  const webhook = life.state.merchants.get(merchantId)?.webhook;
  const { seq, type, atMs } = event;
  const eventId = `${paymentId}.${seq}`;
  if (!webhook || life.state.delivered.has(eventId)) return;
  const input: JsonObject = { merchantId, eventId, paymentId, seq, type, atMs };
  const body = JSON.stringify(input);
  for (let pauseMs = FIRST_PAUSE_MS; ; pauseMs = Math.min(MAX_PAUSE_MS, 2 * pauseMs)) {
    const isTaken = await post(life, input, body, webhook.secret);
    if (isTaken || has(life, 'delivers each event once only')) break;
    await sleep(pauseMs, undefined, { signal: life.signal });
  }
  write(life, { kind: 'delivered', eventId });
}

const TIMEOUT_MS = 1_000;

async function post(life: Life, input: JsonObject, body: string, secret: string): Promise<boolean> {
  const seconds = Math.floor(life.nowMs / 1_000);
  const key = has(life, 'signs with another secret') ? `${secret}.` : secret;
  const mac = createHmac('sha256', key).update(`${seconds}.${body}`).digest('hex');
  const headers = { 'casemark-signature': `t=${seconds},v1=${mac}` };
  const done = new AbortController();
  const signal = AbortSignal.any([life.signal, done.signal]);
  const timeout = sleep(TIMEOUT_MS, undefined, { signal }).catch(() => undefined);
  const call = life.outside('receiveWebhook', input, { headers, body, signal });
  const reply = await Promise.race([call, timeout]);
  done.abort();
  life.signal.throwIfAborted();
  return reply?.kind === 'reply' && reply.status >= 200 && reply.status < 300;
}
