import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { valueAt } from '../../run/placeholders.ts';
import type { Json } from '../../target/target.ts';
import { membersReader } from './readMembers.ts';

const POINTERS = ['/tick', '/type', '/lastInputSeq'];
const read = (text: string, pointers = POINTERS) => membersReader(pointers)(Buffer.from(text));

describe('the values that are read without parsing all of a message', () => {
  test('are those that a parser finds, wherever they stand', () => {
    const name = fc.oneof(fc.constantFrom('tick', 'type', 'lastInputSeq', 'x'), fc.string());
    fc.assert(
      fc.property(fc.dictionary(name, fc.jsonValue()), fc.constantFrom(0, 2), (object, indent) => {
        const text = JSON.stringify(object, undefined, indent);
        const value = JSON.parse(text) as Json;
        expect(read(text)).toEqual(POINTERS.map((pointer) => valueAt(value, pointer)));
      }),
    );
  });

  test.each([
    ['behind a nested member of the same name', '{"a":{"tick":1},"b":[{"tick":2}],"tick":3}', 3],
    ['behind a text that looks like a member', String.raw`{"a":"\"tick\":1","tick":3}`, 3],
    ['by a name with an escape', String.raw`{"t\u0069ck":3}`, 3],
    ['that is an object', '{"tick":{"at":3}}', { at: 3 }],
    ['that is null', '{"tick":null}', null],
    ['that is not there', '{"tock":3}', undefined],
    ['of a message that is no object', '[3]', undefined],
  ])('include one %s', (_, text, expected) => {
    expect(read(text, ['/tick'])).toEqual([expected]);
  });

  test('include those deeper inside', () => {
    expect(read('{"self":{"tick":3}}', ['/self/tick'])).toEqual([3]);
  });

  test.each(['snapshot!', '', '{"tick":', '{"tock":1'])('are none of %j', (text) => {
    expect(read(text)).toBeUndefined();
  });
});
