import { appendFileSync, existsSync, mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/**
 * `dataDir`/`name`, a value a line: `apply` is given each that is kept, and then each that is put. A last line that a crash has cut off was
 * not acknowledged.
 *
 * @returns keeps one more, and applies it
 */
export function jsonLines<T>(
  dataDir: string,
  name: string,
  apply: (value: T) => void,
): (value: T) => void {
  mkdirSync(dataDir, { recursive: true });
  const file = join(dataDir, name);
  const lines = existsSync(file) ? readFileSync(file, 'utf8').split('\n').slice(0, -1) : [];
  for (const line of lines) apply(JSON.parse(line) as T);
  return (value) => {
    appendFileSync(file, `${JSON.stringify(value)}\n`);
    apply(value);
  };
}
