import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { probeLines, summariseProbe } from './readProbe.ts';
import type { ProbeLine } from './readProbe.ts';

const SECOND_NS = 1_000_000_000n;
let dir: string;
beforeAll(() => {
  dir = mkdtempSync(join(tmpdir(), 'casemark-probe-'));
});
afterAll(() => rmSync(dir, { recursive: true, force: true }));

/** The second-th second of a process. */
function line(second: number, given: Partial<ProbeLine> = {}): ProbeLine {
  return {
    pid: 1,
    since: String(BigInt(second) * SECOND_NS),
    t: String(BigInt(second + 1) * SECOND_NS),
    p50Us: 0,
    p99Us: 0,
    maxUs: 0,
    delays: [[100, 0]],
    rss: 1,
    heapUsed: 1,
    elu: 0,
    ...given,
  };
}

test('only the lines whose second lies mostly in the window count, and a half-written one does not', () => {
  const file = join(dir, 'lines');
  const lines = [0, 1, 2, 3].map((second) => JSON.stringify(line(second)));
  writeFileSync(file, `${lines.join('\n')}\n{"pid":1,"since":"40`);
  const found = probeLines(file, (6n * SECOND_NS) / 10n, (29n * SECOND_NS) / 10n);
  expect(found.map(({ since }) => since)).toEqual(['1000000000', '2000000000']);
});

test('a file that is not there is no lines, and no lines are no summary', () => {
  expect(probeLines(join(dir, 'none'), 0n, 10n)).toEqual([]);
  expect(summariseProbe([])).toBeUndefined();
});

test('the delays of all lines are merged, not their percentiles averaged', () => {
  const calm = [0, 1, 2].map((second) => line(second, { delays: [[100, 50]] }));
  const stalled = line(3, { delays: [[99, 50], [100, 9_000]] }); // prettier-ignore
  // 1 of 400 is late: the 99th percentile is calm, though that line's own last percentile is not.
  expect(summariseProbe([...calm, stalled])!.eventLoopDelayP99Us).toBe(50);
  const busy = line(4, { delays: [[90, 50], [100, 7_000]] }); // prettier-ignore
  expect(summariseProbe([...calm, busy])!.eventLoopDelayP99Us).toBe(7_000);
});

test('the busiest process speaks for the implementation', () => {
  const launcher = line(0, { pid: 1, elu: 0.01, delays: [[100, 5]] });
  const server = line(0, { pid: 2, elu: 0.8, delays: [[100, 70]] });
  const summary = { eventLoopDelayP99Us: 70, eventLoopUtilisation: 0.8 };
  expect(summariseProbe([launcher, server])).toEqual(summary);
  expect(summariseProbe([server, launcher])).toEqual(summary);
});

test('utilisation is weighted by how long a line is', () => {
  const long = line(1, { since: String(SECOND_NS), t: String(4n * SECOND_NS), elu: 0.4 });
  expect(summariseProbe([line(0, { elu: 0.8 }), long])!.eventLoopUtilisation).toBeCloseTo(0.5);
});
