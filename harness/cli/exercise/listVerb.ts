/** `casemark exercise list`: the levels of every case study, or those of one track. */
import { Option } from 'commander';
import type { Command } from 'commander';
import type { CaseStudy } from '../../contract/caseStudy.ts';
import { findCaseStudies } from '../../contract/findCaseStudies.ts';
import { loadCaseStudy } from '../../contract/loadCaseStudy.ts';
import { readLevels, TRACKS } from '../../exercise/levels.ts';
import type { Track } from '../../exercise/levels.ts';
import { levelsOfTrack, readTracks } from '../../exercise/tracks.ts';
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
  const caseStudies = findCaseStudies(root).map(({ id }) => loadCaseStudy(id, root));
  if (track === undefined) listCases(caseStudies);
  else listTrack(track, caseStudies);
  return EXIT.ok;
}

function listCases(caseStudies: readonly CaseStudy[]): void {
  for (const caseStudy of caseStudies) {
    console.log(`${caseStudy.id}: ${caseStudy.title}`);
    const levels = readLevels(caseStudy);
    if (levels.length === 0) console.log('  no levels yet');
    for (const [index, { title, minutes, goal }] of levels.entries()) {
      console.log(`  ${index + 1}  ${title} (${minutes} min): ${goal}`);
    }
  }
}

/** In the order in which they are best done. */
function listTrack(track: Track, caseStudies: readonly CaseStudy[]): void {
  const { title, pattern } = readTracks().find(({ id }) => id === track)!;
  console.log(`${title}: ${pattern}`);
  for (const { caseStudy, number, level, practised } of levelsOfTrack(track, caseStudies)) {
    console.log(`  ${caseStudy.id} ${number}  ${level.title} (${level.minutes} min): ${practised}`);
  }
}
