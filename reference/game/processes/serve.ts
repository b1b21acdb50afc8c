/** `--processes N`: workers, and a router before them, until SIGINT or SIGTERM. */
import { join } from 'node:path';
import { loadContract } from '../../kit/contract.ts';
import type { ProgramArguments } from '../../kit/serveProgram.ts';
import { dataDirsOf } from './dataDirs.ts';
import { startRouter } from './router.ts';
import { startWorker } from './worker.ts';

const CASE_DIR = join(import.meta.dirname, '../../../spec/game');

export interface ProcessesArguments extends ProgramArguments {
  /** 2 or more. */
  readonly processes: number;
}

/** `main`: the program that each worker is, as a file. Resolves when the router listens. */
export async function serveProcesses(main: string, args: ProcessesArguments): Promise<void> {
  if (args.stdio) throw new Error('--processes needs a port: leave --stdio out');
  const dirs = dataDirsOf(args.data, args.processes);
  const workers = await Promise.all(
    dirs.map((dir, index) =>
      startWorker({ name: `worker-${index}`, args: [main, ...workerArguments(dir, args)] }),
    ),
  );
  const router = await startRouter(
    workers,
    loadContract(CASE_DIR, args.testMode ? 'on' : 'off'),
    args.port,
  );
  const stop = async (): Promise<void> => {
    await router.close();
    await Promise.all(workers.map((worker) => worker.stop()));
  };
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.once(signal, () => void stop().finally(() => process.exit(0)));
  }
  console.error(`game: listening on http://127.0.0.1:${router.port}`);
}

function workerArguments(dataDir: string, args: ProcessesArguments): string[] {
  const testMode = args.testMode ? ['--test-mode'] : [];
  return ['--port', '0', '--data', dataDir, '--durability', args.durability, ...testMode];
}

/** A worker ends with its router, however that ended. */
export function endWithParent(): void {
  process.once('disconnect', () => process.kill(process.pid, 'SIGTERM'));
}
