/** Every bench/<name>/micro.ts: a new one is found without being listed anywhere. */
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { MicroTask } from './microTask.ts';

export interface TaskGroup {
  readonly name: string;
  readonly tasks: readonly MicroTask[];
}

const BENCH_DIR = join(import.meta.dirname, '..');

/**
 * @param wanted only this one
 * @throws Error that says what there is, or what is wrong with a file
 */
export async function discoverTasks(wanted?: string, benchDir = BENCH_DIR): Promise<TaskGroup[]> {
  const names = readdirSync(benchDir)
    .filter((name) => existsSync(join(benchDir, name, 'micro.ts')))
    .sort();
  if (wanted !== undefined && !names.includes(wanted)) {
    throw new Error(`There is no bench/${wanted}/micro.ts: there are ${names.join(', ')}.`);
  }
  const groups: TaskGroup[] = [];
  for (const name of names) {
    if (wanted !== undefined && name !== wanted) continue;
    const file = join(benchDir, name, 'micro.ts');
    const { tasks } = (await import(pathToFileURL(file).href)) as { tasks?: MicroTask[] };
    if (!Array.isArray(tasks) || tasks.length === 0) {
      throw new Error(`bench/${name}/micro.ts exports no tasks: see bench/micro/microTask.ts.`);
    }
    groups.push({ name, tasks });
  }
  return groups;
}
