/**
 * The test venue as a process with a disk, in virtual time: it carries commands out at once, writes its journal a little later, and
 * answers when what it tells is written. A crash takes what was not written. How it does each of these is a part that a defect replaces.
 */
import type { Random } from '../../../load/seededRandom.ts';
import type { VirtualTime } from '../../../history/testing/virtualTime.ts';
import type { Answer, JsonObject } from '../../../target/target.ts';
import { copyPlain } from '../../testing/copyPlain.ts';
import { SEQUENCED } from '../campaign/commands.ts';
import { openTestVenue, recoverTestVenue } from './testVenue.ts';
import type { TestVenue } from './testVenue.ts';
import type { VenueOptions } from './venueState.ts';

export interface CampaignVenue {
  readonly parts: VenueParts;
  readonly options: VenueOptions;
  readonly time: VirtualTime;
  readonly random: Random;
  venue: TestVenue;
  /** Events that are on the disk. */
  writtenEvents: number;
  /** Counts the lives. */
  epoch: number;
}

export interface VenueParts {
  /** A command or a read, carried out now; resolves when its answer may leave. Undefined when it died before. */
  serve(venue: CampaignVenue, operation: string, input: JsonObject): Promise<Answer | undefined>;
  /** Comes up again on what is on the disk. */
  recover(venue: CampaignVenue, nowMs: number): void;
  /** Without virtual time, for the reads at the end. */
  answer(venue: CampaignVenue, operation: string, input: JsonObject): Answer;
}

const MAX_WRITE_MS = 4;

export function openCampaignVenue(
  parts: VenueParts,
  options: VenueOptions,
  time: VirtualTime,
  random: Random,
  nowMs: number,
): CampaignVenue {
  const venue = openTestVenue(options, nowMs, () => undefined);
  return { ...{ parts, options, time, random, venue }, writtenEvents: 0, epoch: 1 };
}

export function crash(venue: CampaignVenue, nowMs: number): void {
  venue.epoch += 1;
  venue.venue.state.journal.length = Math.min(
    venue.venue.state.journal.length,
    venue.writtenEvents,
  );
  venue.parts.recover(venue, nowMs);
  venue.writtenEvents = venue.venue.state.journal.length;
}

/** As the client gets it: a copy. */
export function carryOut({ venue }: CampaignVenue, operation: string, input: JsonObject): Answer {
  const answer = copyPlain(venue.call(operation, copyPlain(input)));
  return 'output' in answer
    ? { kind: 'ok', output: answer.output as JsonObject }
    : { kind: 'refused', problem: answer.problem };
}

/** A little later what has happened until now is on the disk; undefined when it died first. */
export async function written(
  venue: CampaignVenue,
  leastMs: number,
  mostMs: number,
): Promise<'written' | undefined> {
  const { epoch, time } = venue;
  const events = venue.venue.state.journal.length;
  await time.sleepBetween(leastMs, mostMs);
  if (venue.epoch !== epoch) return undefined;
  venue.writtenEvents = Math.max(venue.writtenEvents, events);
  return 'written';
}

export const soundParts: VenueParts = {
  async serve(venue, operation, input) {
    const answer = venue.parts.answer(venue, operation, input);
    // A read waits, too: nobody is shown what could still be lost.
    return (await written(venue, 0, MAX_WRITE_MS)) && answer;
  },
  recover(venue, nowMs) {
    venue.venue = recoverTestVenue(venue.venue, nowMs, () => undefined);
  },
  answer: carryOut,
};

export function isCommand(operation: string): boolean {
  return SEQUENCED.has(operation);
}
