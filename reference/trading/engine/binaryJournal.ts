/**
 * A journal of commands and outcomes for the engine alone: fixed records of 64 bytes, one cache line, filled through views into
 * a buffer made beforehand and appended to the file once per batch. A record takes no allocation and no formatting. (The
 * venue's audit journal is another one: JSON, hash-chained, written before each reply.)
 *
 * Integers in the machine's byte order, which is little-endian wherever Node runs.
 */
import { closeSync, ftruncateSync, openSync, readFileSync, writeSync } from 'node:fs';

export const RECORD_BYTES = 64;
const RECORD_WORDS = RECORD_BYTES / 4;

/** The record's words: `seq` and `timeMs` are doubles and take two each. */
const SEQ = 0;
const TIME_MS = 2;
const FIRST_FIELD = 4;

export interface JournalRecord {
  /** +1 for each record of a file, from 1. */
  seq: number;
  timeMs: number;
  kind: number;
  book: number;
  account: number;
  orderId: number;
  side: number;
  priceTicks: number;
  qty: number;
  /** 0: accepted; else why not. */
  refusal: number;
  filledQty: number;
  leavesQty: number;
  stop: number;
}

export class BinaryJournal {
  private readonly fd: number;
  private readonly bytes: Uint8Array;
  private readonly words: Int32Array;
  private readonly doubles: Float64Array;
  private readonly capacity: number;
  private count = 0;
  /** Where in the file the batch goes. */
  private position = 0;
  /** Of the batch: how much a flush that failed had written. */
  private writtenBytes = 0;
  private lastSeq = 0;

  /**
   * Begins a new file at `path`; throws when there is one, or it cannot be made. `reservedRecords`: so much of the file is filled with
   * zeros at once, so that its pages need not be found while orders wait; beyond that it grows.
   */
  constructor(path: string, recordsPerWrite: number, reservedRecords = 0) {
    const buffer = new ArrayBuffer(recordsPerWrite * RECORD_BYTES);
    this.bytes = new Uint8Array(buffer);
    this.words = new Int32Array(buffer);
    this.doubles = new Float64Array(buffer);
    this.capacity = recordsPerWrite;
    this.fd = openSync(path, 'wx');
    for (let reserved = 0; reserved < reservedRecords; reserved += recordsPerWrite) {
      writeSync(this.fd, this.bytes, 0, buffer.byteLength, reserved * RECORD_BYTES);
    }
  }

  /** Writes the batch first when it is full; throws what writing throws: then this record is not in it, the others still are. */
  append(
    timeMs: number,
    kind: number,
    book: number,
    account: number,
    orderId: number,
    side: number,
    priceTicks: number,
    qty: number,
    refusal: number,
    filledQty: number,
    leavesQty: number,
    stop: number,
  ): void {
    if (this.count === this.capacity) this.flush();
    const { words, doubles } = this;
    const at = this.count * RECORD_WORDS;
    doubles[(at + SEQ) >> 1] = ++this.lastSeq;
    doubles[(at + TIME_MS) >> 1] = timeMs;
    const field = at + FIRST_FIELD;
    words[field] = kind;
    words[field + 1] = book;
    words[field + 2] = account;
    words[field + 3] = orderId;
    words[field + 4] = side;
    words[field + 5] = priceTicks;
    words[field + 6] = qty;
    words[field + 7] = refusal;
    words[field + 8] = filledQty;
    words[field + 9] = leavesQty;
    words[field + 10] = stop;
    this.count++;
  }

  /** Hands everything to the kernel (no fsync). */
  flush(): void {
    const length = this.count * RECORD_BYTES;
    // A write may be short; what it has written is not written again, also when a later one throws.
    while (this.writtenBytes < length) {
      const left = length - this.writtenBytes;
      const at = this.position + this.writtenBytes;
      const written = writeSync(this.fd, this.bytes, this.writtenBytes, left, at);
      if (written === 0) throw new Error('the journal takes no more bytes: look at the disk');
      this.writtenBytes += written;
    }
    this.position += length;
    this.writtenBytes = 0;
    this.count = 0;
  }

  /** Gives back what was reserved and not used. */
  close(): void {
    this.flush();
    ftruncateSync(this.fd, this.position);
    closeSync(this.fd);
  }
}

/**
 * All whole records of a file, up to what was only reserved. A last one that is cut short is left out; a gap in `seq` throws.
 */
export function readBinaryJournal(path: string): JournalRecord[] {
  const file = readFileSync(path);
  const view = new DataView(file.buffer, file.byteOffset, file.byteLength);
  const records: JournalRecord[] = [];
  for (let at = 0; at + RECORD_BYTES <= file.byteLength; at += RECORD_BYTES) {
    const seq = view.getFloat64(at + SEQ * 4, true);
    if (seq === 0) break;
    if (seq !== records.length + 1) {
      throw new Error(
        `${path}: record ${records.length + 1} has seq ${seq}: the file is damaged, restore it from a copy`,
      );
    }
    const field = (offset: number): number => view.getInt32(at + (FIRST_FIELD + offset) * 4, true);
    records.push({
      seq,
      timeMs: view.getFloat64(at + TIME_MS * 4, true),
      kind: field(0),
      book: field(1),
      account: field(2),
      orderId: field(3),
      side: field(4),
      priceTicks: field(5),
      qty: field(6),
      refusal: field(7),
      filledQty: field(8),
      leavesQty: field(9),
      stop: field(10),
    });
  }
  return records;
}
