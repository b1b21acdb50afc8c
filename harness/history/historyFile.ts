/** A history as a file of lines: written as it happens in bounded memory, read back whole. */
import { closeSync, createReadStream, openSync, writeSync } from 'node:fs';
import type { FaultEvent, History, HistoryOperation } from './history.ts';
import { parseHistoryLine } from './historyLine.ts';
import { linesOf } from './linesOf.ts';

/** A write costs some microseconds whatever its size; at this size it is a small part of a line's cost. */
const BUFFER_CHARACTERS = 64 * 1024;

export interface HistorySink {
  write(line: string): void;
  close(): void;
}

/** A sink whose file can be read while it is written, up to the last flush. */
export interface HistoryFile extends HistorySink {
  flush(): void;
}

export function historyFile(path: string): HistoryFile {
  const descriptor = openSync(path, 'w');
  let buffered = '';
  const flush = (): void => {
    // writeSync may write a part only.
    let bytes = Buffer.from(buffered);
    while (bytes.length > 0) bytes = bytes.subarray(writeSync(descriptor, bytes));
    buffered = '';
  };
  return {
    write(line) {
      buffered += line + '\n';
      if (buffered.length >= BUFFER_CHARACTERS) flush();
    },
    flush,
    close() {
      flush();
      closeSync(descriptor);
    },
  };
}

/** The same, in memory: for tests and for short programs. */
export function historyInMemory(): HistorySink & { history(): History } {
  const lines: string[] = [];
  return {
    write(line) {
      lines.push(line);
    },
    close() {},
    history: () => parseHistory(lines),
  };
}

/** Default 5 000 000 operations: about 2 GB of objects. More must be checked in parts. */
export interface ReadBounds {
  readonly maxOperations?: number;
}

export async function readHistory(path: string, bounds: ReadBounds = {}): Promise<History> {
  const { maxOperations = 5_000_000 } = bounds;
  const collected = collector();
  let lineNumber = 0;
  for await (const text of linesOf(createReadStream(path))) {
    lineNumber++;
    if (text === '') continue;
    collected.add(text, `${path}, line ${lineNumber}`);
    if (collected.count() > maxOperations) {
      throw new Error(`${path} has over ${maxOperations} operations: check it in parts`);
    }
  }
  return collected.history();
}

export function parseHistory(lines: Iterable<string>): History {
  const collected = collector();
  let lineNumber = 0;
  for (const text of lines) collected.add(text, `line ${++lineNumber}`);
  return collected.history();
}

/** A later line with the same id supersedes the earlier: an `info` that the resolve phase found. */
function collector(): {
  add(text: string, where: string): void;
  count(): number;
  history(): History;
} {
  const operations = new Map<number, HistoryOperation>();
  const faults: FaultEvent[] = [];
  return {
    add(text, where) {
      let line;
      try {
        line = parseHistoryLine(text);
      } catch {
        throw new Error(`${where} is not a line of a history: the recorder was cut off here`);
      }
      if (line.kind === 'fault') faults.push(line.fault);
      else operations.set(line.operation.id, line.operation);
    },
    count: () => operations.size,
    history: () => ({ operations: [...operations.values()], faults }),
  };
}
