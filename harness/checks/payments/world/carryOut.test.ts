import { beforeEach, describe, expect, test } from 'vitest';
import { callPaymentsWorld } from '../testing/callPaymentsWorld.ts';
import type { CalledWorld } from '../testing/callPaymentsWorld.ts';

let called: CalledWorld;
beforeEach(() => {
  called = callPaymentsWorld();
});

function score(deviceId: string): Promise<unknown> {
  return called.ok('scoreFraud', {
    paymentId: 'pay-1',
    merchantId: 'shop-1',
    deviceId,
    amountMinor: 1,
    currency: 'EUR',
    customerCountry: 'DE',
    fingerprint: 'f',
  });
}

describe('the fraud scorer', () => {
  test.each([
    ['device-1', 0.1],
    ['device-score-00', 0],
    ['x-score-70-y', 0.7],
    ['device-score-95', 0.95],
    ['device-score-950', 0.1],
  ])('gives %s the score %d', async (deviceId, expected) => {
    expect(await score(deviceId)).toEqual({ score: expected });
  });

  test('answers whatever a script wants', async () => {
    await called.world.script('scoreFraud', 'd', [
      { kind: 'answer', body: { score: 'high' } },
      { kind: 'text', body: '{"score": NaN}' },
      { kind: 'error', status: 500 },
    ]);
    const input = { paymentId: 'p', merchantId: 'm', amountMinor: 1, currency: 'EUR' };
    const ask = () =>
      called.call('scoreFraud', {
        ...input,
        deviceId: 'd',
        customerCountry: 'DE',
        fingerprint: '',
      });
    expect(await ask()).toMatchObject({ status: 200, body: { score: 'high' } });
    expect(await ask()).toMatchObject({ status: 200, body: '{"score": NaN}' });
    expect(await ask()).toMatchObject({ status: 500 });
    expect(await ask()).toMatchObject({ status: 200, body: { score: 0.1 } });
  });
});

test('the sanctions list has nobody on it but by a script for the name', async () => {
  const screen = (name: string) =>
    called.ok('screenSanctions', { paymentId: 'p', merchantId: 'm', name, country: 'DE' });
  await called.world.script('screenSanctions', 'Bad Bob', [], {
    kind: 'answer',
    body: { match: true },
  });
  expect(await screen('Ann Example')).toEqual({ match: false });
  expect([await screen('Bad Bob'), await screen('Bad Bob')]).toEqual([
    { match: true },
    { match: true },
  ]);
});

test('a webhook receiver takes what comes, with its headers and its bytes', async () => {
  const input = {
    merchantId: 'shop-1',
    eventId: 'e',
    paymentId: 'pay-1',
    seq: 1,
    type: 't',
    atMs: 0,
  };
  const headers = { 'casemark-signature': 't=1,v1=00' };
  await called.call('receiveWebhook', input, { headers, body: '{ "eventId": "e" }' });
  expect(await called.world.calls('shop-1', ['receiveWebhook'])).toMatchObject([
    { index: 0, operation: 'receiveWebhook', input, headers, body: '{ "eventId": "e" }' },
  ]);
});
