/** `casemark exercise list`: the levels of every case study, or those of one track. */
import { Option } from 'commander';
import type { Command } from 'commander';
import { findCaseStudies } from '../../contract/findCaseStudies.ts';
import { loadCaseStudy } from '../../contract/loadCaseStudy.ts';
import { readLevels, TRACKS } from '../../exercise/levels.ts';
import type { Level, Track } from '../../exercise/levels.ts';
import { EXIT } from '../../report/exitCode.ts';
import { rootOption } from '../options.ts';

interface ListCliOptions {
  track?: Track;
  root: string[];
}

export function addListVerb(exercise: Command, end: (code: number) => void): void {
  exercise
    .command('list')
    .description('the levels of every case study, or those of one track')
    .addOption(
      new Option('--track <track>', 'one pattern, practised in several cases').choices(TRACKS),
    )
    .addOption(rootOption())
    .action((options: ListCliOptions) => end(runListVerb(options)));
}

function runListVerb({ track, root }: ListCliOptions): number {
  for (const { id } of findCaseStudies(root)) {
    const caseStudy = loadCaseStudy(id, root);
    const levels = readLevels(caseStudy);
    const lines = levels.flatMap((level, index) => lineOf(level, index + 1, track));
    if (track !== undefined && lines.length === 0) continue;
    console.log(`${id}: ${caseStudy.title}`);
    console.log(levels.length === 0 ? '  no levels yet' : lines.join('\n'));
  }
  return EXIT.ok;
}

function lineOf({ title, minutes, goal, tracks }: Level, number: number, track?: Track): string[] {
  const what = track === undefined ? goal : tracks[track];
  return what === undefined ? [] : [`  ${number}  ${title} (${minutes} min): ${what}`];
}
