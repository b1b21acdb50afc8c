/** Runs the checks of the micro-benchmarks on an engine with one defect, which is put in as its source is loaded, as for a mutant. */
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { PATCH_VARIABLE } from '../../harness/mutants/patchedSource.ts';

export interface Defect {
  /** Of the source, from reference/. */
  readonly file: string;
  readonly search: string;
  readonly replace: string;
}

/** The checks of one folder take a second. */
const MAX_CHECK_MS = 30_000;
const reference = join(import.meta.dirname, '../../reference');
const RUN = join(import.meta.dirname, 'run.ts');
const preload = pathToFileURL(join(import.meta.dirname, '../../harness/mutants/patchSources.ts'));

/**
 * @param only of the tasks whose name begins so
 * @returns the names of the tasks whose check failed, each with what is wrong
 */
export function tasksThatFail(
  group: string,
  { file, search, replace }: Defect,
  only = '',
): string[] {
  const path = join(reference, file);
  const times = readFileSync(path, 'utf8').split(search).length - 1;
  if (times !== 1) throw new Error(`reference/${file} holds the text ${times} times: ${search}`);
  const patch = JSON.stringify({ url: pathToFileURL(path).href, search, replace });
  const args = ['--import', preload.href, RUN, group, '--check', '--only', only];
  const { stderr, status } = spawnSync(process.execPath, args, {
    env: { ...process.env, [PATCH_VARIABLE]: patch },
    encoding: 'utf8',
    timeout: MAX_CHECK_MS,
  });
  const failed = [...stderr.matchAll(/^wrong: ([^\n]*)/gm)].map(([, sentence]) => sentence!);
  if (status !== 1 && failed.length > 0) throw new Error(`exit code ${status}: ${stderr}`);
  if (status !== 0 && failed.length === 0) throw new Error(`no verdict: ${stderr}`);
  return failed;
}
