import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { loadCaseStudy } from '../../contract/loadCaseStudy.ts';
import { openWorld } from '../../world/openWorld.ts';
import type { World } from '../../world/world.ts';
import { callPaymentsWorld, card, chargeOf } from './testing/callPaymentsWorld.ts';
import type { CalledWorld } from './testing/callPaymentsWorld.ts';
import { paymentsWorld } from './worldQuestions.ts';
import type { Behaviour } from './worldQuestions.ts';

describe('a script', () => {
  let called: CalledWorld;
  beforeEach(() => {
    called = callPaymentsWorld();
  });
  const script = (behaviours: Behaviour[], then?: Behaviour) =>
    called.world.script('createCharge', 'prov-1', behaviours, then);
  const create = async (reference: string) =>
    called.call('createCharge', chargeOf(await called.token(), { reference }));

  test('is for the next calls, one each, and then for all', async () => {
    await script([{ kind: 'error', status: 502 }, { kind: 'usual' }], { kind: 'reset' });
    expect(await create('a')).toMatchObject({ status: 502 });
    expect(await create('a')).toMatchObject({ status: 200 });
    expect(await create('a')).toEqual({ kind: 'reset' });
    expect(await create('b')).toEqual({ kind: 'reset' });
  });

  test('replaces an earlier one, and leaves other ids and operations as they are', async () => {
    await script([], { kind: 'silence' });
    const other = chargeOf(await called.token(), { providerId: 'prov-2' });
    expect(await called.call('createCharge', other)).toMatchObject({ status: 200 });
    const find = { providerId: 'prov-1', reference: 'a' };
    expect(await called.call('getCharge', find)).toMatchObject({ status: 404 });
    await script([]);
    expect(await create('a')).toMatchObject({ status: 200 });
  });

  test.each<[Behaviour, number]>([
    [{ kind: 'error', status: 503 }, 0],
    [{ kind: 'silence' }, 0],
    [{ kind: 'reset' }, 0],
    [{ kind: 'silenceBooked' }, 1],
    [{ kind: 'resetBooked' }, 1],
    [{ kind: 'slow', ms: 1 }, 1],
    [{ kind: 'decline', declineCode: 'LOST_CARD' }, 1],
  ])('with %j books %d charges', async (behaviour, booked) => {
    await script([behaviour]);
    await create('a');
    expect(await called.world.charges({ paymentId: 'pay-1' })).toHaveLength(booked);
  });

  test('that declines leaves a charge that is known as it stands', async () => {
    await create('a');
    await script([], { kind: 'decline', declineCode: 'LOST_CARD' });
    expect(await create('a')).toMatchObject({ body: { status: 'authorized' } });
    expect(await create('b')).toMatchObject({
      body: { status: 'declined', declineCode: 'LOST_CARD' },
    });
  });

  test('that holds carries the call out, and answers when it is released; later ones at once', async () => {
    await script([], { kind: 'hold' });
    const held = create('a');
    await expect.poll(() => called.world.held('createCharge', 'prov-1')).toBe(1);
    expect(await called.world.charges({ paymentId: 'pay-1' })).toHaveLength(1);
    await called.world.release('createCharge', 'prov-1');
    expect(await held).toMatchObject({ status: 200 });
    expect(await create('b')).toMatchObject({ status: 200 });
    expect(await called.world.held('createCharge', 'prov-1')).toBe(0);
  });

  test('is refused where the operation cannot have it, with a sentence', async () => {
    const { world } = called;
    await expect(script([{ kind: 'text', body: '' }])).rejects.toThrow(
      'createCharge cannot be scripted with {"kind":"text","body":""}.',
    );
    await expect(
      world.script('tokenize', 'x', [], { kind: 'decline', declineCode: 'LOST_CARD' }),
    ).rejects.toThrow(/^tokenize cannot be scripted/);
    await expect(script([{ kind: 'slow', ms: 60_001 }])).rejects.toThrow(/from 0 to 60000 ms/);
    await expect(script([{ kind: 'error', status: 200 }])).rejects.toThrow(/from 300 to 599/);
  });

  test('may be for a card number, and the vault then gives no token', async () => {
    await called.world.script('tokenize', '4242424242424242', [{ kind: 'error', status: 500 }]);
    expect(await called.call('tokenize', card('4242424242424242'))).toMatchObject({ status: 500 });
    expect(await called.call('tokenize', card('5555555555554444'))).toMatchObject({ status: 200 });
  });
});

test('calls are found by scripting id, payment and merchant, also those about a charge', async () => {
  const { world, charge, ok } = callPaymentsWorld();
  await charge();
  await ok('captureCharge', {
    providerId: 'prov-1',
    reference: 'ref-1',
    captureReference: 'c',
    amountMinor: 1,
  });
  const found = async (...asked: Parameters<typeof world.calls>) =>
    (await world.calls(...asked)).map(({ operation }) => operation);
  expect(await found('4242424242424242')).toEqual(['tokenize']);
  for (const id of ['prov-1', 'pay-1', 'shop-1']) {
    expect(await found(id)).toEqual(['createCharge', 'captureCharge']);
  }
  expect(await found('pay-1', ['voidCharge', 'captureCharge'])).toEqual(['captureCharge']);
  expect(await found('pay-2')).toEqual([]);
});

describe('over HTTP', () => {
  let world: World;
  beforeEach(async () => {
    world = await openWorld(loadCaseStudy('payments'));
  });
  afterEach(() => world.close());

  const post = (path: string, body: object, signal: AbortSignal | null = null): Promise<Response> =>
    fetch(world.url + path, { method: 'POST', body: JSON.stringify(body), signal });
  const charges = async (references: string[], signal?: AbortSignal): Promise<Response[]> => {
    const response = await post('/vault/tokens', card('4242424242424242'));
    const { token } = (await response.json()) as { token: string };
    return Promise.all(
      references.map((reference) =>
        post('/providers/prov-1/charges', chargeOf(token, { reference }), signal),
      ),
    );
  };

  test('fifty parallel requests with one reference make one charge', async () => {
    const replies = await charges(Array<string>(50).fill('ref-1'));
    const bodies = await Promise.all(replies.map((reply) => reply.text()));
    expect(new Set(bodies).size).toBe(1);
    expect(await paymentsWorld(world).charges({ paymentId: 'pay-1' })).toMatchObject([
      { requests: 50, status: 'authorized' },
    ]);
  });

  test('fifty calls can be held, asked about, and released', async () => {
    const asked = paymentsWorld(world);
    await asked.script('createCharge', 'prov-1', [], { kind: 'hold' });
    const replies = charges(Array.from({ length: 50 }, (_, index) => `ref-${index}`));
    await expect.poll(() => asked.held('createCharge', 'prov-1')).toBe(50);
    expect(await asked.charges({ merchantId: 'shop-1' })).toHaveLength(50);
    expect(await asked.calls('pay-1')).toHaveLength(50);
    await asked.release('createCharge', 'prov-1');
    expect((await replies).map(({ status }) => status)).toEqual(Array(50).fill(200));
  });

  test('a held call whose caller goes away is held no more, and stays booked', async () => {
    const asked = paymentsWorld(world);
    await asked.script('createCharge', 'prov-1', [{ kind: 'hold' }]);
    const leave = new AbortController();
    const gone = charges(['ref-1'], leave.signal).catch(() => 'gone');
    await expect.poll(() => asked.held('createCharge', 'prov-1')).toBe(1);
    leave.abort();
    expect(await gone).toBe('gone');
    await expect.poll(() => asked.held('createCharge', 'prov-1')).toBe(0);
    expect(await asked.charges({ paymentId: 'pay-1' })).toHaveLength(1);
  });

  test('a provider that resets after it has booked leaves its charge to be found', async () => {
    const asked = paymentsWorld(world);
    await asked.script('createCharge', 'prov-1', [{ kind: 'resetBooked' }]);
    await expect(charges(['ref-1'])).rejects.toMatchObject({ cause: { code: 'ECONNRESET' } });
    const found = await fetch(`${world.url}/providers/prov-1/charges/ref-1`);
    expect(await found.json()).toMatchObject({ status: 'authorized' });
  });

  test('a question that makes no sense is rejected with a sentence', async () => {
    await expect(world.ask({ ask: 'why' })).rejects.toThrow(
      'The payments world knows no question "why"',
    );
    await expect(world.ask({ ask: 'held', operation: 'pay', id: 'x' })).rejects.toThrow(
      '"pay" is no operation of the payments world.',
    );
    await expect(world.ask({ ask: 'calls' })).rejects.toThrow('needs the text "id"');
  });
});
