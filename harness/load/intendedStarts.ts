/**
 * When each request of an open loop is to start, decided before the first one is sent: by seed from a rate that changes
 * over time, or from a recording. In shared memory, so that the thread that sends and the one that reports read the same.
 */
import { existsSync, readFileSync, statSync } from 'node:fs';
import { SpecError } from '../contract/specError.ts';
import { displayPath } from '../contract/readDataFile.ts';

import { seededRandom } from './seededRandom.ts';
import type { Random } from './seededRandom.ts';

export type Arrival = 'constant' | 'poisson';

/** A stretch of time over which the rate goes in a straight line. A step is two of them, a ramp has two different rates. */
export interface RateSegment {
  readonly shape: Arrival;
  readonly fromPerS: number;
  readonly toPerS: number;
  readonly durationS: number;
}

export interface IntendedStartsOptions {
  readonly segments: readonly RateSegment[];
  readonly seed: number;
}

/** A schedule of this many requests takes 160 MB: a longer run belongs in several. */
export const MAX_REQUESTS = 20_000_000;

/** 25 bytes a line for every request that there may be, and still one string of V8. */
const MAX_RECORDING_BYTES = 500_000_000;
/** A recording that goes on for longer than a week has times of day or of an epoch in it, not offsets. */
const MAX_RECORDING_MS = 7 * 24 * 3600 * 1000;

const OFFSET_COLUMN = 'offset_ms';

/**
 * A request so near to the end of a segment belongs to the next one: sums of rates are rounded, and `2000/s for 10 s` is to be
 * 20 000 requests. In requests.
 */
const EDGE = 1e-6;

/**
 * By inverting the cumulated rate: arrivals of rate one are laid out on it, at 0, 1, 2... for `constant`, with
 * exponential gaps for `poisson`, and each is taken to the moment at which so many requests are due. One random stream serves all segments.
 * @returns ms from time zero, ascending, all below the sum of the durations
 * @throws RangeError when no such schedule can be made
 */
export function intendedStarts(options: IntendedStartsOptions): Float64Array<SharedArrayBuffer> {
  refuse(options.segments);
  let count = 0;
  layOut(options, () => (count += 1));
  const starts = sharedArray(count);
  let at = 0;
  layOut(options, (startMs) => (starts[at++] = startMs));
  return starts;
}

/**
 * A recording: offsets from its beginning in ms, one a line, or a CSV whose header has a column `offset_ms`.
 * @throws SpecError naming the line and what to do
 */
export function recordedStarts(file: string): Float64Array<SharedArrayBuffer> {
  const shown = displayPath(file);
  if (!existsSync(file)) {
    throw new SpecError(
      `${shown} does not exist: a recording has the offset of each request in ms, one a line.`,
    );
  }
  if (statSync(file).size > MAX_RECORDING_BYTES) {
    throw new SpecError(`${shown} is larger than ${MAX_RECORDING_BYTES} bytes: cut the recording.`);
  }
  const lines = readFileSync(file, 'utf8').split(/\r?\n/);
  const { column, firstLine } = layoutOf(lines[0] ?? '', shown);
  const offsets: number[] = [];
  for (let index = firstLine; index < lines.length; index += 1) {
    const line = lines[index]!;
    if (line.trim() === '') continue;
    offsets.push(offsetOf(line, column, offsets.at(-1) ?? 0, `${shown}:${index + 1}`));
    if (offsets.length > MAX_REQUESTS) {
      throw new SpecError(`${shown} has more than ${MAX_REQUESTS} requests: cut the recording.`);
    }
  }
  if (offsets.length === 0) throw new SpecError(`${shown} has no offsets: one a line, in ms.`);
  const starts = sharedArray(offsets.length);
  starts.set(offsets);
  return starts;
}

function refuse(segments: readonly RateSegment[]): void {
  let expected = 0;
  for (const { fromPerS, toPerS, durationS } of segments) {
    if (
      ![fromPerS, toPerS].every((rate) => rate >= 0 && Number.isFinite(rate)) ||
      !(durationS > 0 && Number.isFinite(durationS))
    ) {
      throw new RangeError(
        `From ${fromPerS} to ${toPerS} requests/s in ${durationS} s: give rates of 0 or more and a duration above 0.`,
      );
    }
    expected += ((fromPerS + toPerS) / 2) * durationS;
  }
  if (!(expected > 0)) {
    throw new RangeError('No segment has a rate above 0, so nothing would be sent: give one.');
  }
  if (expected > MAX_REQUESTS) {
    throw new RangeError(
      `${Math.round(expected)} requests in all: at most ${MAX_REQUESTS}, give lower rates or a shorter time.`,
    );
  }
}

function layOut({ segments, seed }: IntendedStartsOptions, visit: (startMs: number) => void): void {
  const random = seededRandom(seed);
  let beganMs = 0;
  let last = 0;
  let visited = 0;
  /** How many requests after the beginning of the segment the next one is due; it goes on into a segment of the same shape. */
  let due = 0;
  let shape: Arrival | undefined;
  for (const segment of segments) {
    const requests = ((segment.fromPerS + segment.toPerS) / 2) * segment.durationS;
    const endsMs = beganMs + segment.durationS * 1000;
    if (segment.shape !== shape) {
      shape = segment.shape;
      due = shape === 'poisson' ? gap(shape, random) : 0;
    }
    while (due < requests - EDGE) {
      // Ascending also where rounding would have it otherwise.
      last = Math.max(
        last,
        Math.min(beganMs + secondsUntil(due, segment) * 1000, justBelow(endsMs)),
      );
      visit(last);
      visited += 1;
      if (visited > MAX_REQUESTS) {
        throw new RangeError(
          `More than ${MAX_REQUESTS} requests: give lower rates or a shorter time.`,
        );
      }
      due += gap(shape, random);
    }
    due = Math.max(0, due - requests);
    beganMs = endsMs;
  }
}

/** When so many requests are due: the root of from s + (to - from) s^2 / (2 duration) = due, in the form that does not cancel. */
function secondsUntil(due: number, { fromPerS, toPerS, durationS }: RateSegment): number {
  if (due === 0) return 0;
  const slope = (toPerS - fromPerS) / durationS;
  return (2 * due) / (fromPerS + Math.sqrt(Math.max(0, fromPerS ** 2 + 2 * slope * due)));
}

function gap(shape: Arrival, random: Random): number {
  switch (shape) {
    case 'constant':
      return 1;
    case 'poisson':
      // A Poisson process, as of many clients who know nothing of each other.
      return -Math.log(1 - random());
  }
}

function justBelow(value: number): number {
  return value * (1 - Number.EPSILON);
}

function sharedArray(length: number): Float64Array<SharedArrayBuffer> {
  return new Float64Array(new SharedArrayBuffer(length * Float64Array.BYTES_PER_ELEMENT));
}

/** A first line that is no number is a header. */
function layoutOf(first: string, shown: string): { column: number; firstLine: number } {
  if (first.trim() !== '' && Number.isFinite(Number(first))) return { column: 0, firstLine: 0 };
  const names = first
    .replace(/^\uFEFF/, '')
    .split(',')
    .map((name) => name.trim());
  const column = names.indexOf(OFFSET_COLUMN);
  if (column >= 0) return { column, firstLine: 1 };
  throw new SpecError(
    `${shown}:1 is neither an offset in ms nor a header with a column ${OFFSET_COLUMN}: ` +
      `give one number a line, or name that column.`,
  );
}

function offsetOf(line: string, column: number, previous: number, place: string): number {
  if (line.includes('"')) {
    throw new SpecError(
      `${place} has quotes, which are not understood here: leave only the column ${OFFSET_COLUMN}.`,
    );
  }
  const cell = line.split(',', column + 1)[column]?.trim() ?? '';
  const offsetMs = cell === '' ? Number.NaN : Number(cell);
  if (!(offsetMs >= 0 && Number.isFinite(offsetMs))) {
    throw new SpecError(`${place}: “${cell}” is no offset in ms; give a number of 0 or more.`);
  }
  if (offsetMs > MAX_RECORDING_MS) {
    throw new SpecError(
      `${place}: ${cell} ms is more than a week; give offsets from the first request, not times of day.`,
    );
  }
  if (offsetMs < previous) {
    throw new SpecError(
      `${place}: ${cell} ms comes after ${previous} ms; sort the recording by its offsets.`,
    );
  }
  return offsetMs;
}
