/** The reference's book behind the account risk, every command and its outcome journaled to a file: what a venue does in process. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { BinaryJournal } from '../../reference/trading/engine/binaryJournal.ts';
import type { BookCommands } from './bookCommands.ts';
import { KEPT_RESULTS, nowNs } from './bookEngine.ts';
import type { BookEngine } from './bookEngine.ts';
import { canceledResult } from './bookResult.ts';
import type { BookResult } from './bookResult.ts';
import { carryOutGuarded, openGuardedBook } from './guardedBook.ts';
import type { GuardedBook } from './guardedBook.ts';
import { restingOrders } from './restingOrders.ts';

/** 64 KB a write: fewer and larger writes gain little, more and smaller ones cost a system call each. */
const RECORDS_PER_WRITE = 1_000;

/** The venue's clock: one millisecond for each 2^10 commands. */
const COMMANDS_PER_MS_BITS = 10;

interface Running {
  readonly guarded: GuardedBook;
  readonly journal: BinaryJournal;
  readonly commands: BookCommands;
  readonly kept: BookResult[];
}

export const bookGuarded: BookEngine = {
  name: 'reference book + risk + journal',
  open(commands) {
    const dir = mkdtempSync(join(tmpdir(), 'casemark-book-'));
    const journal = new BinaryJournal(join(dir, 'journal'), RECORDS_PER_WRITE, commands.count);
    const guarded = openGuardedBook();
    const kept = new Array<BookResult>(KEPT_RESULTS).fill(canceledResult(0));
    const running: Running = { guarded, journal, commands, kept };
    return {
      run: (from, to) => run(running, from, to),
      runTimed: (from, to, tookNs) => runTimed(running, from, to, tookNs),
      orders: () => restingOrders(guarded.engine, guarded.book),
      close() {
        journal.close();
        rmSync(dir, { recursive: true });
      },
    };
  },
};

function run({ guarded, journal, commands, kept }: Running, from: number, to: number): void {
  for (let index = from; index < to; index++) {
    kept[index & (KEPT_RESULTS - 1)] = carryOut(guarded, journal, commands, index);
  }
}

function runTimed(running: Running, from: number, to: number, tookNs: Float64Array): void {
  const { guarded, journal, commands, kept } = running;
  for (let index = from; index < to; index++) {
    const startNs = nowNs();
    kept[index & (KEPT_RESULTS - 1)] = carryOut(guarded, journal, commands, index);
    tookNs[index - from] = nowNs() - startNs;
  }
}

function carryOut(
  guarded: GuardedBook,
  journal: BinaryJournal,
  commands: BookCommands,
  index: number,
): BookResult {
  const nowMs = index >>> COMMANDS_PER_MS_BITS;
  const result = carryOutGuarded(guarded, commands, index, nowMs);
  journal.append(
    nowMs,
    commands.kind[index]!,
    guarded.book,
    commands.account[index]!,
    result.orderId,
    commands.side[index]!,
    commands.priceTicks[index]!,
    commands.qty[index]!,
    result.refusal,
    result.filledQty,
    result.leavesQty,
    result.stop,
  );
  return result;
}
