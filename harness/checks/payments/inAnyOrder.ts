/** All of the items, in an order that is drawn: a property must leave none out. */
import fc from 'fast-check';

export function inAnyOrder<T>(items: readonly T[]): fc.Arbitrary<T[]> {
  return fc.shuffledSubarray([...items], { minLength: items.length });
}
