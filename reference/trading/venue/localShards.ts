import { createMatchingEngine } from '../engine/matchingEngine.ts';
import { runTask } from './runTask.ts';
import type { ShardPool } from './shardPool.ts';

/** One shard, in the sequencer's own thread: no message to wait for, so the fastest on few cores. */
export function localShards(): ShardPool {
  const engine = createMatchingEngine();
  return {
    count: 1,
    areElsewhere: false,
    run: (task) => runTask(engine, task),
    close: () => Promise.resolve(),
  };
}
