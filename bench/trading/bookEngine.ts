/** What the book benchmark asks of an engine: carry the commands out, and show the book that is left. */
import type { BookCommands } from './bookCommands.ts';
import type { BookOrder } from './bookDigest.ts';

export interface BookEngine {
  readonly name: string;
  /** An empty book, ready for these commands, in whatever form the engine likes them best. */
  open(commands: BookCommands): OpenBook;
}

/**
 * The loops are the engine's own, so that every engine's are compiled for it alone: one loop for all would be slowed by having seen
 * the others; and they are functions of the module, because a closure made for each book would be compiled for each book. Each result is put where the next commands can still see it, so that no compiler leaves out making it.
 */
export interface OpenBook {
  /** Carries out the commands from `from` to below `to`. */
  run(from: number, to: number): void;
  /** As run, and writes what each command took, in nanoseconds, to `tookNs[index - from]`. */
  runTimed(from: number, to: number, tookNs: Float64Array): void;
  /** Every resting order: bids, then asks, best first, in the order of the queue. */
  orders(): BookOrder[];
  close(): void;
}

/** How many results stay reachable; a power of two. */
export const KEPT_RESULTS = 1_024;

/** Monotonic, in nanoseconds: Node's high-resolution clock without the BigInt, whose garbage would be measured too. */
export function nowNs(): number {
  return performance.now() * 1e6;
}
