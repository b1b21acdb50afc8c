import fc from 'fast-check';
import { expect, test } from 'vitest';
import { keptKeys } from './keptKeys.ts';

const CAPACITY = 4;

interface Put {
  readonly number: number;
  readonly patientId: string;
  readonly id: string;
}

const patientIds = fc.constantFrom('P1', 'P2', 'P3');
const acts = fc.oneof(
  { weight: 4, arbitrary: fc.record({ act: fc.constant('put' as const), patientId: patientIds }) },
  fc.record({ act: fc.constant('drop' as const), at: fc.nat(CAPACITY - 1) }),
  fc.record({ act: fc.constant('dropPatient' as const), patientId: patientIds }),
  fc.record({ act: fc.constant('dropFirst' as const), below: fc.nat(40) }),
);

const keyOf = (number: number) => Buffer.alloc(32, number + 1);
const fingerprintOf = (number: number) => Buffer.alloc(32, number + 101);

test('whatever is put and dropped, in any order, what is kept is found and nothing else is there', () => {
  fc.assert(
    fc.property(fc.array(acts, { maxLength: 40 }), (all) => {
      const dropped: number[] = [];
      const keys = keptKeys(CAPACITY, (number) => void dropped.push(number));
      let kept: Put[] = [];
      const gone: Put[] = [];
      const drop = (isDropped: (put: Put) => boolean): void => {
        gone.push(...kept.filter(isDropped));
        kept = kept.filter((put) => !isDropped(put));
      };
      let count = 0;
      for (const act of all) {
        if (act.act === 'put') {
          const { patientId } = act;
          const number = count++;
          drop((put) => put.number <= number - CAPACITY);
          const id = `${patientId} ${number}`;
          keys.put(patientId, id, keyOf(number), fingerprintOf(number), number * 10);
          kept.push({ number, patientId, id });
        } else if (act.act === 'drop') {
          const number = kept[act.at]?.number;
          if (number === undefined) continue;
          keys.drop(number);
          keys.drop(number);
          drop((put) => put.number === number);
        } else if (act.act === 'dropPatient') {
          keys.dropPatient(act.patientId);
          drop((put) => put.patientId === act.patientId);
        } else {
          keys.dropFirst((number) => number < act.below);
          drop((put) => put.number < act.below);
        }
        for (const { number, patientId, id } of kept) {
          expect(keys.find(patientId, id)).toBe(number);
          expect(keys.key(number)).toEqual(keyOf(number));
          expect(keys.fingerprint(number)).toEqual(fingerprintOf(number));
          expect(keys.begunMs(number)).toBe(number * 10);
        }
        for (const { number, patientId, id } of gone) {
          expect(keys.find(patientId, id)).toBeUndefined();
          const isReused = kept.some((put) => put.number % CAPACITY === number % CAPACITY);
          if (!isReused) expect(keys.key(number)).toEqual(Buffer.alloc(32));
        }
        const byNumber = (one: number, other: number) => one - other;
        expect(dropped.toSorted(byNumber)).toEqual(gone.map(({ number }) => number).sort(byNumber));
      }
    }),
  );
});
