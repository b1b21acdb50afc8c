import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { CaseStudy } from '../contract/caseStudy.ts';
import { findCaseStudies } from '../contract/findCaseStudies.ts';
import { loadCaseStudy } from '../contract/loadCaseStudy.ts';
import { packageRoot } from '../contract/packageRoot.ts';
import type { Track } from './levels.ts';
import { TRACKS } from './levels.ts';
import { levelsOfTrack, readTracks } from './tracks.ts';

let dir: string;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'casemark-tracks-'));
});
afterEach(() => rmSync(dir, { recursive: true, force: true }));

it('has every track, and names no case study', () => {
  expect(readTracks().map(({ id }) => id)).toEqual([...TRACKS]);
  const text = readFileSync(join(packageRoot, 'spec/tracks.json'), 'utf8');
  expect(text).not.toMatch(/payment|trading|marketplace|health|record of a patient|game/i);
});

it('has levels of more than one case study in each track', () => {
  const caseStudies = findCaseStudies().map(({ id }) => loadCaseStudy(id));
  for (const track of TRACKS) {
    const cases = new Set(levelsOfTrack(track, caseStudies).map(({ caseStudy }) => caseStudy.id));
    expect(cases.size, `${track}: ${[...cases].join(', ')}`).toBeGreaterThan(1);
  }
});

it('refuses a file in which a track is missing, or there twice', () => {
  const file = join(dir, 'tracks.json');
  const write = (tracks: unknown): void => writeFileSync(file, JSON.stringify({ tracks }));
  const [first, ...others] = readTracks();
  write(others);
  expect(() => readTracks(file)).toThrow(`says nothing of the track ${first!.id}.`);
  write([first, ...others, first]);
  expect(() => readTracks(file)).toThrow(`has the track ${first!.id} twice.`);
});

it('orders the levels of a track by their number', () => {
  const one = withLevels('one', [undefined, 'caching', 'caching']);
  const two = withLevels('two', ['caching', 'security', 'caching']);
  const found = levelsOfTrack('caching', [one, two]);
  expect(found.map(({ caseStudy, number }) => `${caseStudy.id} ${number}`)).toEqual([
    'two 1',
    'one 2',
    'one 3',
    'two 3',
  ]);
  expect(found[0]!.practised).toBe('It is practised.');
});

/** A case study with as many levels as `tracks` has, each of the track that is there. */
function withLevels(id: string, tracks: readonly (Track | undefined)[]): CaseStudy {
  const clauses = tracks.map((_, index) => ({
    key: String.fromCharCode(97 + index),
    check: 'any',
  }));
  const levels = tracks.map((track, index) => ({
    title: 'A level',
    minutes: 30,
    goal: 'To have one.',
    shows: 'Nothing.',
    tracks: track === undefined ? {} : { [track]: 'It is practised.' },
    operations: ['doIt'],
    clauses: { correctness: [`ONE-TWO.${clauses[index]!.key}`] },
    visible: [`ONE-TWO.${clauses[index]!.key}`],
    hints: ['None.'],
    discussion: [
      { question: 'Why?', listenFor: ['Because.'] },
      { question: 'Why not?', listenFor: ['Because.'] },
    ],
  }));
  const own = mkdtempSync(join(dir, `${id}-`));
  writeFileSync(join(own, 'levels.json'), JSON.stringify({ levels }));
  return {
    id,
    dir: own,
    requirements: [{ id: 'ONE-TWO', clauses }],
    operations: new Map([['doIt', {}]]),
    streams: new Map(),
  } as unknown as CaseStudy;
}
