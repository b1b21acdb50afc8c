import { expect, test } from 'vitest';
import { matchNamedBy, matchOfBody } from './matchOf.ts';

test.each([
  ['GET', '/v1/matches/m-1', 'm-1'],
  ['GET', '/v1/matches/m-1?tick=3', 'm-1'],
  ['GET', '/v1/matches/m-1#there', 'm-1'],
  ['POST', '/v1/matches/%6D/step', 'm'],
  ['POST', '/v1/matches/../step', '..'],
  ['GET', 'http://127.0.0.1:8080/v1/matches/m/state', 'm'],
  ['GET', '/v1/reports?player=ann&match=m', 'm'],
  ['GET', '/v1/play?match=m&player=ann&token=t', 'm'],
  ['GET', '/v1/matches/%zz', undefined],
  ['GET', '/v1/matches', undefined],
  ['GET', '/elsewhere', undefined],
])('%s %s is about %s', (method, url, match) => {
  expect(matchNamedBy(method, url)).toEqual({ in: 'url', match });
});

test('the match of createMatch is in its body', () => {
  expect(matchNamedBy('POST', '/v1/matches?match=other')).toEqual({ in: 'body' });
  expect(matchOfBody(Buffer.from('{"match":"a","seed":1,"match":"m"}'))).toBe('m');
  for (const none of ['', '{', 'null', '[]', '{"match":1}']) {
    expect(matchOfBody(Buffer.from(none))).toBeUndefined();
  }
});
