/** The command that replays one clause, with everything that made this run what it was. */
import type { RunCliOptions } from './options.ts';

export function replayCommand(caseId: string, options: RunCliOptions, clause: string): string {
  const given: [string, string | number | undefined][] = [
    ...options.root.map((dir): [string, string] => ['--root', dir]),
    ['--impl', options.impl],
    ['--url', options.url],
    ['--manifest', options.manifest],
    ['--binding', options.binding],
    ['--launch-with', options.launchWith?.join(' ')],
    ['--only', clause],
    ['--seed', options.seed],
    ['--effort', options.effort === 1 ? undefined : options.effort],
    ['--patience', options.patience === 1 ? undefined : options.patience],
  ];
  const words = given.flatMap(([name, value]) =>
    value === undefined ? [] : [name, shellWord(String(value))],
  );
  return ['npx casemark check', caseId, ...words].join(' ');
}

/** As a POSIX shell reads it back. */
function shellWord(text: string): string {
  return /^[\w./:@=,-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
}
