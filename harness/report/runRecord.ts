/** The files that grow while a run goes on, so that a crash loses nothing: events.ndjson and history.ndjson. */
import { closeSync, existsSync, mkdirSync, openSync, readFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { displayPath } from '../contract/readDataFile.ts';
import { SpecError } from '../contract/specError.ts';
import type { ConversationEntry, RunEvent } from '../run/event.ts';

/** Calls are written in blocks: one write for each would slow the checks down. */
const HISTORY_BLOCK_CHARS = 256 * 1024;
/** A history that is larger helps nobody and may fill the disk; that it was cut is told. */
const MAX_HISTORY_CHARS = 512 * 1024 * 1024;

export interface RunRecord {
  event(event: RunEvent): void;
  call(clause: string, entry: ConversationEntry): void;
  close(): void;
}

/** @param calls `of checks`: they go to history.ndjson; `none`: that file is left to a campaign of faults */
export function openRunRecord(
  outDir: string,
  calls: 'of checks' | 'none' = 'of checks',
): RunRecord {
  mkdirSync(outDir, { recursive: true });
  const events = openSync(join(outDir, 'events.ndjson'), 'w');
  const history = calls === 'of checks' ? openSync(join(outDir, 'history.ndjson'), 'w') : undefined;
  let block = '';
  let chars = 0;
  const flush = (): void => {
    if (block !== '' && history !== undefined) writeSync(history, block);
    block = '';
  };
  return {
    event(event) {
      writeSync(events, `${JSON.stringify(event)}\n`);
    },
    call(clause, entry) {
      if (chars > MAX_HISTORY_CHARS) return;
      const line = `${JSON.stringify({ clause, ...entry })}\n`;
      chars += line.length;
      block +=
        chars > MAX_HISTORY_CHARS
          ? `${JSON.stringify({ cut: `after ${chars} characters` })}\n`
          : line;
      if (block.length > HISTORY_BLOCK_CHARS) flush();
    },
    close() {
      flush();
      if (history !== undefined) closeSync(history);
      closeSync(events);
    },
  };
}

/** A last line that a crash cut short is left out. */
export function readEvents(outDir: string): RunEvent[] {
  const file = join(outDir, 'events.ndjson');
  if (!existsSync(file)) {
    throw new SpecError(`${displayPath(file)} does not exist: name the --out folder of a run.`);
  }
  const lines = readFileSync(file, 'utf8')
    .split('\n')
    .filter((line) => line !== '');
  return lines.flatMap((line, index) => {
    try {
      return [JSON.parse(line) as RunEvent];
    } catch {
      if (index === lines.length - 1) return [];
      throw new SpecError(
        `${displayPath(file)}, line ${index + 1}, is not JSON: the file was changed.`,
      );
    }
  });
}
