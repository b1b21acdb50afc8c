import { describe, expect, test } from 'vitest';
import { memorySecondLevel } from './secondLevel.ts';

describe('a second level', () => {
  const create = () => memorySecondLevel(30);

  test('answers what it was given last, until it is deleted', () => {
    const level = create();
    expect(level.get('a')).toBeUndefined();
    level.set('a', 'first');
    level.set('a', 'second');
    expect(level.get('a')).toBe('second');
    level.delete('a');
    expect(level.get('a')).toBeUndefined();
  });

  test('holds so much, and forgets the oldest first', () => {
    const level = create();
    for (const productId of ['a', 'b', 'c', 'd']) level.set(productId, '123456789');
    const kept = ['a', 'b', 'c', 'd'].filter((productId) => level.get(productId) !== undefined);
    expect(kept).toEqual(['b', 'c', 'd']);
  });
});
