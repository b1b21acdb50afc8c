import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { OrderIdMap } from './orderIdMap.ts';

/** As the map hashes: ids whose products with the constant begin alike collide in its first 4 096 cells. */
function homeOf(id: number): number {
  return Math.imul(id, 0x9e3779b9) >>> 20;
}

/** Ids of a few neighbouring homes, so that runs of displaced ids are long, wrap around the end and close again. */
const crowded = ((): number[] => {
  const ids: number[] = [];
  for (let id = 1; ids.length < 60; id++)
    if ([0, 1, 4_094, 4_095].includes(homeOf(id))) ids.push(id);
  return ids;
})();

describe('the order id map', () => {
  test('finds what a Map finds, where ids collide and are deleted in any order', () => {
    const command = fc.tuple(fc.constantFrom(...crowded), fc.boolean());
    fc.assert(
      fc.property(fc.array(command, { maxLength: 150, size: 'max' }), (commands) => {
        const map = new OrderIdMap();
        const plain = new Map<number, number>();
        commands.forEach(([id, adds], index) => {
          if (adds && !plain.has(id)) {
            map.set(id, index + 1);
            plain.set(id, index + 1);
          } else if (!adds && plain.delete(id)) map.delete(id);
          const wrong = crowded.filter((each) => map.get(each) !== (plain.get(each) ?? 0));
          if (wrong.length > 0) expect(wrong).toEqual([]);
        });
      }),
      { seed: 1, numRuns: 300 },
    );
  });

  test('keeps every id when it grows', () => {
    const map = new OrderIdMap();
    const ids = Array.from({ length: 20_000 }, (_, index) => index * 3 + 1);
    for (const id of ids) map.set(id, id + 1);
    for (const id of ids.filter((each) => each % 2 === 0)) map.delete(id);
    expect(ids.filter((id) => map.get(id) !== (id % 2 === 0 ? 0 : id + 1))).toEqual([]);
    expect(map.get(2)).toBe(0);
  });
});
