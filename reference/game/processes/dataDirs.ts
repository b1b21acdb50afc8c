/**
 * A data directory for each worker. The ring of another number of workers would look for a match where it is not, and its id would begin
 * anew, so the number is kept, and another one is refused.
 */
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const KEPT = 'processes.json';
/** Of a single process. */
const SINGLE = 'game.db';

/**
 * The directories of `processes` workers under `dataDir`, which is made where it is not there; for one process it is `dataDir` itself.
 * Throws when the data are of another number of processes; the message says what to do.
 */
export function dataDirsOf(dataDir: string, processes: number): readonly string[] {
  const before = processesOf(dataDir);
  if (before !== undefined && before !== processes) {
    throw new Error(
      `${dataDir} holds the data of --processes ${before}: start with that, or choose another --data`,
    );
  }
  if (processes === 1) return [dataDir];
  if (before === undefined) keep(dataDir, processes);
  return Array.from({ length: processes }, (_, worker) => join(dataDir, `worker-${worker}`));
}

function processesOf(dataDir: string): number | undefined {
  const file = join(dataDir, KEPT);
  if (existsSync(file)) {
    return (JSON.parse(readFileSync(file, 'utf8')) as { processes: number }).processes;
  }
  return existsSync(join(dataDir, SINGLE)) ? 1 : undefined;
}

/** Written whole or not at all. */
function keep(dataDir: string, processes: number): void {
  mkdirSync(dataDir, { recursive: true });
  const unfinished = join(dataDir, `${KEPT}.new`);
  writeFileSync(unfinished, `${JSON.stringify({ processes })}\n`, { flush: true });
  renameSync(unfinished, join(dataDir, KEPT));
}
