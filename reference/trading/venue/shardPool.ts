import type { ShardResult, ShardTask } from './program.ts';

/** The matching shards: each has books of its own, shares nothing with the others and knows no limits. */
export interface ShardPool {
  readonly count: number;
  /** In other threads: results are promised. */
  readonly areElsewhere: boolean;
  /** A result at once is valid until the next task; one that is promised stays. Tasks of a shard run in the order given. */
  run(task: ShardTask): ShardResult | Promise<ShardResult>;
  close(): Promise<void>;
}
