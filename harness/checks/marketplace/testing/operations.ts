/** What the marketplace in memory, for the tests of the judge, is put together from. */
import type { SystemAnswer } from '../../testing/inMemoryTarget.ts';

/** By the name of the operation; the input has the shape of its message. */
export type Operations = Readonly<
  Record<string, (input: never) => SystemAnswer | Promise<SystemAnswer>>
>;

export interface PartOptions {
  /** Named defects that are switched on. */
  readonly defects: ReadonlySet<string>;
  /** Which of the takes of a freedom this system has; a part names its own in its file. */
  freedom(name: string): string | undefined;
  /** The frozen clock. */
  nowMs(): number;
  /** http://127.0.0.1:PORT of the world. */
  readonly worldUrl: string;
}
