import { expect, test } from 'vitest';
import { localWorld } from './localWorld.ts';
import { echoCase } from './testing/echoCase.ts';
import { createSimulators } from './testing/echoSimulators.ts';

const open = () => localWorld(createSimulators, echoCase);

test('a local world answers as over HTTP, and returns silence and resets to the caller', async () => {
  const world = open();
  const say = (text: string) => world.call('greet', { name: 'ann', text });
  expect(await say('hello')).toMatchObject({ kind: 'reply', status: 200 });
  expect(await say('be silent')).toEqual({ kind: 'silence' });
  expect(await say('cut')).toEqual({ kind: 'reset' });
});

test('a local world holds calls to their shape and remembers what was wrong', async () => {
  const world = open();
  expect(await world.call('greet', { name: 'ann' })).toMatchObject({ status: 400 });
  expect(await world.call('dance', {})).toMatchObject({ status: 404 });
  expect(await world.complaints()).toEqual([
    expect.stringMatching(/^greet was called with what is no Greet/),
    'dance is no operation of this world.',
  ]);
});

test('a caller that leaves a local world, or its end, is told to the simulators', async () => {
  const world = open();
  const leave = new AbortController();
  const text = 'wait until I leave';
  const ann = world.call('greet', { name: 'ann', text }, { signal: leave.signal });
  const bob = world.call('greet', { name: 'bob', text });
  leave.abort();
  await ann;
  expect(await world.ask({ ask: 'left' })).toEqual(['ann']);
  await world.close();
  await bob;
  expect(await world.ask({ ask: 'left' })).toEqual(['ann', 'bob']);
});
