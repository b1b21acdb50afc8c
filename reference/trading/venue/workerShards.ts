/** Matching shards in worker threads. */
import { Worker } from 'node:worker_threads';
import type { ShardResult, ShardTask } from './program.ts';
import type { ShardPool } from './shardPool.ts';

/** Answered in the order of asking, so that no message needs a number. */
interface Waiting {
  resolve(result: ShardResult): void;
  reject(error: Error): void;
}

export function workerShards(count: number): ShardPool {
  const shards = Array.from({ length: count }, startShard);
  return {
    count,
    areElsewhere: true,
    run: (task) => shards[task.shard]!.run(task),
    close: async () => void (await Promise.all(shards.map((shard) => shard.close()))),
  };
}

function startShard() {
  const worker = new Worker(new URL('./shardWorker.ts', import.meta.url));
  const waiting: Waiting[] = [];
  let failure: Error | undefined;
  const fail = (error: Error): void => {
    failure ??= error;
    for (const { reject } of waiting.splice(0)) reject(failure);
  };
  worker.on('message', (result: ShardResult) => waiting.shift()?.resolve(result));
  worker.on('error', fail);
  worker.on('exit', (code) => fail(new Error(`a matching shard ended with code ${code}`)));
  return {
    run: (task: ShardTask) =>
      new Promise<ShardResult>((resolve, reject) => {
        if (failure) return reject(failure);
        waiting.push({ resolve, reject });
        worker.postMessage(task);
      }),
    close: () => worker.terminate(),
  };
}
