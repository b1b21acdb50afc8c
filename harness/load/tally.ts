/** What a stretch of an open loop comes to: counts and histograms of one operation or of all. */
import type { Histogram } from 'hdr-histogram-js';
import { latencyHistogram, recordUs } from './latencyHistogram.ts';
import { firstDue, outcomeOf } from './sampleLog.ts';
import type { Outcome, SampleLog } from './sampleLog.ts';

export interface Tally {
  readonly counts: Readonly<Record<Outcome, number>>;
  /** Intended start to last byte, of ok and refused; a timeout stands here at its age, which is less than the truth. */
  readonly response: Histogram;
  /** Sent to last byte, of ok and refused. */
  readonly service: Histogram;
  /** Intended start to the moment at which the generator took it up, of everything that was due. */
  readonly sendLag: Histogram;
  /** From `fromMs` to the end of the stretch or of its last request, whichever is later. */
  readonly elapsedS: number;
  /** Answered (ok and refused) over elapsedS. */
  readonly achievedRps: number;
  /** Due over the stretch's planned length. */
  readonly offeredRps: number;
}

/** Requests that are due from `fromMs` on and before `toMs`. */
export interface Stretch {
  readonly fromMs: number;
  readonly toMs: number;
}

/** @param operation only requests of this one; offered and achieved are its own then */
export function tallyOf(log: SampleLog, { fromMs, toMs }: Stretch, operation?: string): Tally {
  const counts = { ok: 0, refused: 0, shed: 0, error: 0, timeout: 0, missed: 0 };
  const response = latencyHistogram();
  const service = latencyHistogram();
  const sendLag = latencyHistogram();
  const wanted = operation === undefined ? undefined : log.operations.indexOf(operation) + 1;
  const end = firstDue(log, toMs);
  let lastEndMs = toMs;
  let due = 0;
  for (let index = firstDue(log, fromMs); index < end; index += 1) {
    if (wanted !== undefined && log.operation[index] !== wanted) continue;
    due += 1;
    recordUs(sendLag, log.lagUs[index]!);
    const outcome = outcomeOf(log, index);
    if (outcome === undefined) continue;
    counts[outcome] += 1;
    const endUs = log.endUs[index]!;
    if (outcome === 'ok' || outcome === 'refused') {
      recordUs(response, endUs);
      recordUs(service, endUs - log.sentUs[index]!);
      lastEndMs = Math.max(lastEndMs, log.startsMs[index]! + endUs / 1000);
    } else if (outcome === 'timeout') {
      recordUs(response, endUs);
    }
  }
  const elapsedS = (lastEndMs - fromMs) / 1000;
  return {
    counts,
    response,
    service,
    sendLag,
    elapsedS,
    achievedRps: (counts.ok + counts.refused) / elapsedS,
    offeredRps: due / ((toMs - fromMs) / 1000),
  };
}

/** Operations of which something became in the stretch, in the log's order. */
export function operationsIn(log: SampleLog, { fromMs, toMs }: Stretch): string[] {
  const seen = new Set<number>();
  const end = firstDue(log, toMs);
  for (let index = firstDue(log, fromMs); index < end; index += 1) seen.add(log.operation[index]!);
  return log.operations.filter((_, place) => seen.has(place + 1));
}
