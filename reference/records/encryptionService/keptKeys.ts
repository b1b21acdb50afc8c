/**
 * The data keys that are kept, in one block of memory. As objects (a buffer, one of node:crypto, an entry of a map) each would take
 * about 1 KB and be visited by every collection, and they are many: what a load asks for within the time for which they may be kept.
 */
import { hash } from 'node:crypto';

/** Keys have numbers, in the order in which they are put; none is given twice. */
export interface KeptKeys {
  /** Copies `key`. A full store drops the one that was put longest ago. */
  put(patientId: string, id: string, key: Buffer, fingerprint: Buffer, begunMs: number): void;
  /** The number of what was put by this id. */
  find(patientId: string, id: string): number | undefined;
  begunMs(number: number): number;
  /** Part of the block: zero as soon as the key is dropped, and another key's then. */
  key(number: number): Buffer;
  /** As above. */
  fingerprint(number: number): Buffer;
  /** Zeroes it. */
  drop(number: number): void;
  dropPatient(patientId: string): void;
  /** Those that were put longest ago, as long as `isToDrop` says so of the next one. */
  dropFirst(isToDrop: (number: number) => boolean): void;
}

const PART_BYTES = 32;
/** The digest of its id, the key, its fingerprint. */
const SLOT_BYTES = 3 * PART_BYTES;
const NONE = -1;

/** `onDropped` is told the number of every key that is kept no more. */
export function keptKeys(capacity: number, onDropped: (number: number) => void): KeptKeys {
  const block = Buffer.alloc(capacity * SLOT_BYTES);
  const begun = new Float64Array(capacity);
  /** Undefined: the slot is free. */
  const patients: (string | undefined)[] = [];
  /** A patient's keys as a chain: the newest, and of each the one before it. */
  const newest = new Map<string, number>();
  const before = new Float64Array(capacity);
  let first = 0;
  let count = 0;

  const slotOf = (number: number): number => number % capacity;

  function part(number: number, index: number): Buffer {
    const at = slotOf(number) * SLOT_BYTES + index * PART_BYTES;
    return block.subarray(at, at + PART_BYTES);
  }

  function* numbersOf(patientId: string): Generator<number> {
    let number = newest.get(patientId) ?? NONE;
    while (number !== NONE) {
      // The one that is told may be dropped before the next is asked for.
      const next = before[slotOf(number)]!;
      yield number;
      number = next;
    }
  }

  function unlink(patientId: string, number: number): void {
    const next = before[slotOf(number)]!;
    for (const other of numbersOf(patientId)) {
      if (before[slotOf(other)] === number) before[slotOf(other)] = next;
    }
    if (newest.get(patientId) !== number) return;
    if (next === NONE) newest.delete(patientId);
    else newest.set(patientId, next);
  }

  function drop(number: number): void {
    const slot = slotOf(number);
    const patientId = patients[slot];
    if (patientId === undefined) return;
    unlink(patientId, number);
    patients[slot] = undefined;
    block.fill(0, slot * SLOT_BYTES, (slot + 1) * SLOT_BYTES);
    onDropped(number);
  }

  return {
    put(patientId, id, key, fingerprint, begunMs) {
      if (count - first === capacity) drop(first++);
      const number = count++;
      digestOf(id).copy(part(number, 0));
      key.copy(part(number, 1));
      fingerprint.copy(part(number, 2));
      begun[slotOf(number)] = begunMs;
      patients[slotOf(number)] = patientId;
      before[slotOf(number)] = newest.get(patientId) ?? NONE;
      newest.set(patientId, number);
    },
    find(patientId, id) {
      if (!newest.has(patientId)) return undefined;
      const digest = digestOf(id);
      for (const number of numbersOf(patientId)) {
        if (digest.equals(part(number, 0))) return number;
      }
      return undefined;
    },
    begunMs: (number) => begun[slotOf(number)]!,
    key: (number) => part(number, 1),
    fingerprint: (number) => part(number, 2),
    drop,
    dropPatient(patientId) {
      for (const number of numbersOf(patientId)) drop(number);
    },
    dropFirst(isToDrop) {
      for (; first < count; first += 1) {
        const isFree = patients[slotOf(first)] === undefined;
        if (!isFree && !isToDrop(first)) return;
        drop(first);
      }
    },
  };
}

function digestOf(id: string): Buffer {
  return hash('sha256', id, 'buffer');
}
