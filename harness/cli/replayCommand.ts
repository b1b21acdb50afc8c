/** The commands that replay what was found, with everything that made this run what it was. */
import type { RunCliOptions } from './options.ts';

export function replayCommand(caseId: string, options: RunCliOptions, clause: string): string {
  return commandLine('check', caseId, [
    ...targetWords(options),
    ['--only', clause],
    ['--seed', options.seed],
    ['--effort', options.effort === 1 ? undefined : options.effort],
    ['--patience', options.patience === 1 ? undefined : options.patience],
  ]);
}

/** A campaign again: the same faults at the same times; what a scheduler or a disk decides is not in it. */
export function replayFaults(caseId: string, options: RunCliOptions, profile: string): string {
  return commandLine('faults', caseId, [
    ...targetWords(options),
    ['--profile', profile],
    ['--seed', options.seed],
    ['--patience', options.patience === 1 ? undefined : options.patience],
  ]);
}

/** The whole run again. */
export function runCommand(verb: string, caseId: string, options: RunCliOptions): string {
  const checks = verb === 'check' || verb === 'run';
  const loads = verb === 'bench' || verb === 'run';
  return commandLine(verb, caseId, [
    ...targetWords(options),
    ['--profile', loads || verb === 'faults' ? options.profile : undefined],
    ['--scenario', loads ? options.scenario?.join(',') : undefined],
    [
      '--generator-threads',
      loads && options.generatorThreads !== 1 ? options.generatorThreads : undefined,
    ],
    ['--only', options.only?.join(',')],
    ['--seed', options.seed],
    ['--effort', checks && options.effort !== 1 ? options.effort : undefined],
    ['--patience', options.patience === 1 ? undefined : options.patience],
  ]);
}

type Word = readonly [string, string | number | undefined];

function targetWords(options: RunCliOptions): Word[] {
  return [
    ...options.root.map((dir): Word => ['--root', dir]),
    ['--impl', options.impl],
    ['--url', options.url],
    ['--manifest', options.manifest],
    ['--binding', options.binding],
    ['--launch-with', options.launchWith?.join(' ')],
    ['--world-port', options.worldPort],
  ];
}

function commandLine(verb: string, caseId: string, given: readonly Word[]): string {
  const words = given.flatMap(([name, value]) =>
    value === undefined ? [] : [name, shellWord(String(value))],
  );
  return [`npx casemark ${verb}`, caseId, ...words].join(' ');
}

/** As a POSIX shell reads it back. */
export function shellWord(text: string): string {
  return /^[\w./:@=,-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
}
