import { describe, expect, test } from 'vitest';
import { sessionIds } from './sessionIds.ts';

describe('the id of a name', () => {
  test('is the same for the same name and another for another name or session', () => {
    const one = sessionIds('abc1');
    const two = sessionIds('abc2');
    expect(one('account')).toBe(one('account'));
    expect(one('account')).not.toBe(one('symbol'));
    expect(one('account')).not.toBe(two('account'));
  });

  test('is at most 36 of the characters that contracts allow, whatever the name', () => {
    const id = sessionIds('0123456789zz');
    const names = ['a b', 'a_b', 'a/b', '', 'é', 'x'.repeat(100), `${'x'.repeat(100)}y`];
    const ids = names.map(id);
    expect(new Set(ids).size).toBe(names.length);
    for (const each of ids) expect(each).toMatch(/^[A-Za-z0-9_.-]{1,36}$/);
  });
});
