import { mkdtempSync, readFileSync, rmSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { BinaryJournal, readBinaryJournal, RECORD_BYTES } from './binaryJournal.ts';

describe('the binary journal', () => {
  let dir: string;
  let path: string;

  beforeEach(() => {
    dir = mkdtempSync(join(tmpdir(), 'casemark-journal-'));
    path = join(dir, 'journal');
  });
  afterEach(() => rmSync(dir, { recursive: true }));

  function append(journal: BinaryJournal, number: number): void {
    journal.append(1e12 + number, 1, 2, 3, number, 1, 1_000_000_000, 5, 6, -7, 8, 9);
  }

  test('reads back every field of every record, over batches and a last short one', () => {
    const journal = new BinaryJournal(path, 4);
    for (let number = 1; number <= 10; number++) append(journal, number);
    journal.close();
    expect(readBinaryJournal(path)).toEqual(
      Array.from({ length: 10 }, (_, index) => ({
        seq: index + 1,
        timeMs: 1e12 + index + 1,
        kind: 1,
        book: 2,
        account: 3,
        orderId: index + 1,
        side: 1,
        priceTicks: 1_000_000_000,
        qty: 5,
        refusal: 6,
        filledQty: -7,
        leavesQty: 8,
        stop: 9,
      })),
    );
  });

  test('writes once per batch, and what is left when it closes', () => {
    const journal = new BinaryJournal(path, 4);
    const sizes: number[] = [];
    for (let number = 1; number <= 9; number++) {
      append(journal, number);
      sizes.push(statSync(path).size / RECORD_BYTES);
    }
    journal.close();
    expect([...sizes, statSync(path).size / RECORD_BYTES]).toEqual([0, 0, 0, 0, 4, 4, 4, 4, 8, 9]);
  });

  test('ends where its records end, however much was reserved and wherever it was when it died', () => {
    const journal = new BinaryJournal(path, 4, 10);
    for (let number = 1; number <= 6; number++) append(journal, number);
    expect(statSync(path).size).toBe(12 * RECORD_BYTES);
    expect(readBinaryJournal(path).map(({ seq }) => seq)).toEqual([1, 2, 3, 4]);
    for (let number = 7; number <= 15; number++) append(journal, number);
    journal.close();
    expect(statSync(path).size).toBe(15 * RECORD_BYTES);
    expect(readBinaryJournal(path)).toHaveLength(15);
  });

  test('leaves out a last record that was cut short', () => {
    const journal = new BinaryJournal(path, 4);
    for (let number = 1; number <= 3; number++) append(journal, number);
    journal.close();
    truncateSync(path, 3 * RECORD_BYTES - 1);
    expect(readBinaryJournal(path).map(({ seq }) => seq)).toEqual([1, 2]);
  });

  test('refuses a file in which a record is missing', () => {
    const journal = new BinaryJournal(path, 4);
    for (let number = 1; number <= 3; number++) append(journal, number);
    journal.close();
    writeFileSync(path, readFileSync(path).subarray(RECORD_BYTES));
    expect(() => readBinaryJournal(path)).toThrow('record 1 has seq 2');
  });

  test('never writes over a journal that is there', () => {
    new BinaryJournal(path, 4).close();
    expect(() => new BinaryJournal(path, 4)).toThrow('EEXIST');
  });
});
