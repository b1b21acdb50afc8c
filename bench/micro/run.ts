/**
 * `npm run bench:micro [-- NAME] [--only TEXT] [--out FILE] [--check]`: how fast are the engines of the reference, one by one, in process? Each is held
 * to the right answer before it is timed and after. `--check` only does that. `--only`: the tasks whose name begins with the text. Ends with 1 when a task does the wrong thing, 2 when
 * it was asked wrongly.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { parseArgs } from 'node:util';
import { discoverTasks } from './discoverTasks.ts';
import type { TaskGroup } from './discoverTasks.ts';
import { measureTask } from './measureTask.ts';
import type { MicroResult } from './measureTask.ts';
import { microCsv, microTable } from './microReport.ts';
import type { GroupResult } from './microReport.ts';
import { checkTask } from './microTask.ts';

interface Options {
  readonly group: string | undefined;
  readonly only: string;
  readonly out: string | undefined;
  readonly mode: 'check' | 'measure';
}

process.exitCode = await main(process.argv.slice(2));

async function main(args: readonly string[]): Promise<number> {
  let options: Options;
  let groups: TaskGroup[];
  try {
    options = readOptions(args);
    groups = tasksOnly(options.only, await discoverTasks(options.group));
  } catch (error) {
    console.error((error as Error).message);
    return 2;
  }
  return options.mode === 'check' ? checkAll(groups) : measureAll(groups, options.out);
}

function readOptions(args: readonly string[]): Options {
  const { values, positionals } = parseArgs({
    args: [...args],
    options: {
      only: { type: 'string', default: '' },
      out: { type: 'string' },
      check: { type: 'boolean' },
    },
    allowPositionals: true,
  });
  if (positionals.length > 1) throw new Error('Name one folder of bench/, or none for all.');
  const { only, out, check } = values;
  return { group: positionals[0], only, out, mode: check ? 'check' : 'measure' };
}

function tasksOnly(start: string, groups: readonly TaskGroup[]): TaskGroup[] {
  const some = groups
    .map(({ name, tasks }) => ({ name, tasks: tasks.filter((one) => one.name.startsWith(start)) }))
    .filter(({ tasks }) => tasks.length > 0);
  if (some.length === 0) throw new Error(`No task has a name that begins with ${start}.`);
  return some;
}

/** Every task, also after one that failed. */
async function checkAll(groups: readonly TaskGroup[]): Promise<number> {
  const wrong: string[] = [];
  for (const { tasks } of groups) {
    for (const task of tasks) wrong.push(...(await whatIsWrong(task)));
  }
  for (const sentence of wrong) console.error(`wrong: ${sentence}`);
  return wrong.length === 0 ? 0 : 1;
}

async function whatIsWrong(task: TaskGroup['tasks'][number]): Promise<string[]> {
  try {
    await checkTask(task);
    return [];
  } catch (error) {
    return [(error as Error).message];
  }
}

async function measureAll(groups: readonly TaskGroup[], out: string | undefined): Promise<number> {
  const startedUtc = new Date().toISOString();
  const measured: GroupResult[] = [];
  for (const { name, tasks } of groups) {
    try {
      measured.push({ group: name, results: await measureEach(tasks) });
    } catch (error) {
      console.error(`wrong: ${(error as Error).message}`);
      return 1;
    }
    console.log(microTable(measured.at(-1)!));
    // After each group: what was measured is not lost with what comes later.
    if (out === undefined) continue;
    mkdirSync(dirname(out), { recursive: true });
    writeFileSync(out, microCsv(measured, startedUtc));
  }
  if (out !== undefined) console.log(`written to ${out}`);
  return 0;
}

/** One after the other: none is timed beside another. */
async function measureEach(tasks: TaskGroup['tasks']): Promise<MicroResult[]> {
  const results: MicroResult[] = [];
  for (const task of tasks) results.push(await measureTask(task));
  return results;
}
