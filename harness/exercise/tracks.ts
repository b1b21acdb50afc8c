/** The tracks: one pattern followed through the levels of several case studies. */
import { join } from 'node:path';
import type { CaseStudy } from '../contract/caseStudy.ts';
import { packageRoot } from '../contract/packageRoot.ts';
import { displayPath, readDataFile } from '../contract/readDataFile.ts';
import { SpecError } from '../contract/specError.ts';
import { readLevels, TRACKS } from './levels.ts';
import type { Level, Track } from './levels.ts';

/** As spec/schema/tracks.schema.json describes it. */
export interface TrackText {
  readonly id: Track;
  readonly title: string;
  /** What the pattern is, in words that hold in every case study. */
  readonly pattern: string;
  /** Questions that the pattern puts to any design. */
  readonly ask: readonly string[];
}

/** A level that belongs to a track. */
export interface TrackLevel {
  readonly caseStudy: CaseStudy;
  /** Its number in the case study, from 1. */
  readonly number: number;
  readonly level: Level;
  /** What of the pattern is practised there. */
  readonly practised: string;
}

/**
 * @param file absolute path; default: spec/tracks.json
 * @returns each track once, in the order of TRACKS
 * @throws SpecError naming a track that is missing or stands there twice
 */
export function readTracks(file = join(packageRoot, 'spec/tracks.json')): TrackText[] {
  const { tracks } = readDataFile<{ tracks: TrackText[] }>(file, 'tracks', 'write it');
  return TRACKS.map((id) => {
    const [own, another] = tracks.filter((track) => track.id === id);
    if (!own) throw new SpecError(`${displayPath(file)} says nothing of the track ${id}.`);
    if (another) throw new SpecError(`${displayPath(file)} has the track ${id} twice.`);
    return own;
  });
}

/**
 * @returns the levels of one track: first those that are early in their case study; of the same number in the order of
 * the case studies
 * @throws SpecError as readLevels does
 */
export function levelsOfTrack(track: Track, caseStudies: readonly CaseStudy[]): TrackLevel[] {
  const found = caseStudies.flatMap((caseStudy) =>
    readLevels(caseStudy).flatMap((level, index): TrackLevel[] => {
      const practised = level.tracks[track];
      return practised === undefined ? [] : [{ caseStudy, number: index + 1, level, practised }];
    }),
  );
  return found.sort((a, b) => a.number - b.number);
}
