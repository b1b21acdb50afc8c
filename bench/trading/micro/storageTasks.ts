/** What the engine keeps its orders and its records in. */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  BinaryJournal,
  readBinaryJournal,
} from '../../../reference/trading/engine/binaryJournal.ts';
import { OrderIdMap } from '../../../reference/trading/engine/orderIdMap.ts';
import type { MicroTask, MicroWork } from '../../micro/microTask.ts';
import { randomIntegers } from '../randomIntegers.ts';

const IDS_A_CALL = 1_000;
const RESTING = 1_000;
/** Ids between one order that rests and the next: those of orders that trade or go at once. */
const MAX_GAP = 32;
const SEED = 1;

/** Ids grow, as an engine gives them, and with gaps, so that they collide: each new one replaces the one that rested longest. */
function orderIds(): MicroWork {
  const map = new OrderIdMap();
  const random = randomIntegers(SEED);
  const gaps = Int32Array.from({ length: RESTING }, () => 1 + random.below(MAX_GAP));
  const resting = new Int32Array(RESTING);
  let lastId = 0;
  for (let at = 0; at < RESTING; at++) {
    resting[at] = lastId += gaps[at]!;
    map.set(lastId, at + 1);
  }
  let gone: number[] = [];
  return {
    prepare() {
      gone = [...resting];
    },
    fn() {
      let slots = 0;
      for (let at = 0; at < IDS_A_CALL; at++) {
        const id = (lastId += gaps[at]!);
        const oldest = resting[at]!;
        map.set(id, at + 1);
        slots += map.get(oldest) + map.get(id);
        map.delete(oldest);
        resting[at] = id;
      }
      return slots;
    },
    check(answer) {
      assert.equal(answer, IDS_A_CALL * (IDS_A_CALL + 1), 'an id was not found in its slot');
      resting.forEach((id, at) => assert.equal(map.get(id), at + 1, `${id} is not in its slot`));
      for (const id of gone) assert.equal(map.get(id), 0, `${id} is there after its deletion`);
    },
  };
}

const RECORDS_A_CALL = 1_000;
const RECORDS_A_WRITE = 250;
/** A file is begun anew after so many calls: 6.4 MB, so that a fast machine does not fill its disk. */
const CALLS_A_FILE = 100;

function records(): MicroWork {
  const dir = mkdtempSync(join(tmpdir(), 'casemark-micro-'));
  const file = join(dir, 'journal');
  let journal: BinaryJournal | undefined;
  let calls = 0;
  return {
    prepare() {
      if (calls++ % CALLS_A_FILE !== 0) return;
      journal?.close();
      rmSync(file, { force: true });
      journal = new BinaryJournal(file, RECORDS_A_WRITE);
    },
    fn() {
      for (let at = 0; at < RECORDS_A_CALL; at++) {
        journal!.append(1_000 + at, 1, 2, 3, at, 0, 100_000 + at, 10, 0, 4, 6, 0);
      }
      journal!.flush();
      return RECORDS_A_CALL;
    },
    check(answer) {
      const written = readBinaryJournal(file).slice(-RECORDS_A_CALL);
      assert.equal(answer, RECORDS_A_CALL);
      assert.equal(written.length, RECORDS_A_CALL, 'records are missing');
      written.forEach((record, at) => {
        const { timeMs, kind, book, account, orderId, priceTicks } = record;
        const { qty, filledQty, leavesQty } = record;
        assert.deepEqual(
          [timeMs, kind, book, account, orderId, priceTicks, qty, filledQty, leavesQty],
          [1_000 + at, 1, 2, 3, at, 100_000 + at, 10, 4, 6],
        );
      });
    },
    teardown() {
      journal?.close();
      rmSync(dir, { recursive: true, force: true });
    },
  };
}

export const storageTasks: MicroTask[] = [
  { name: 'order ids: set, find and delete', operations: IDS_A_CALL, setup: orderIds },
  { name: 'engine journal: a record', operations: RECORDS_A_CALL, setup: records },
];
