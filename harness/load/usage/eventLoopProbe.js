/**
 * Loaded into an implementation by `NODE_OPTIONS=--import=...`: once a second it appends what the event loop and the memory did to the
 * file CASEMARK_PROBE_FILE, one JSON object a line. Plain JavaScript, because it has to load in any Node from 18 on, wherever
 * casemark is installed. Whatever happens to it, the implementation must not notice: it writes nowhere else, keeps no process alive,
 * and throws nothing.
 */
import { openSync, writeSync } from 'node:fs';
import { monitorEventLoopDelay, performance } from 'node:perf_hooks';
import { setInterval } from 'node:timers';
import { isMainThread } from 'node:worker_threads';

const LINE_EVERY_MS = 1_000;

/**
 * The delay is how much later than this a timer fires. Every 10 ms costs next to nothing and gives a hundred samples a line; a
 * shorter interval would wake an idle process more often than its work does.
 */
const RESOLUTION_MS = 10;

const file = process.env['CASEMARK_PROBE_FILE'];
// Worker threads get the same NODE_OPTIONS.
if (isMainThread && file) quietly(() => watch(openSync(file, 'a')));

/** @param {number} fd */
function watch(fd) {
  const histogram = monitorEventLoopDelay({ resolution: RESOLUTION_MS });
  histogram.enable();
  let since = process.hrtime.bigint();
  let loop = performance.eventLoopUtilization();
  const write = () => {
    const t = process.hrtime.bigint();
    const now = performance.eventLoopUtilization();
    const { rss, heapUsed } = process.memoryUsage();
    const line = {
      pid: process.pid,
      since: String(since),
      t: String(t),
      p50Us: delayUs(histogram.percentile(50)),
      p99Us: delayUs(histogram.percentile(99)),
      maxUs: delayUs(histogram.max),
      delays: delaysOf(histogram),
      rss,
      heapUsed,
      elu: performance.eventLoopUtilization(now, loop).utilization,
    };
    histogram.reset();
    since = t;
    loop = now;
    writeSync(fd, `${JSON.stringify(line)}\n`);
  };
  setInterval(() => quietly(write), LINE_EVERY_MS).unref();
}

/**
 * The distribution as steps: so many of the delays, counted from the smallest, were no longer than so much. Lines can be merged by it,
 * which percentiles alone cannot.
 * @param {import('node:perf_hooks').IntervalHistogram} histogram
 * @returns {[number, number][]} count so far, microseconds
 */
function delaysOf(histogram) {
  const count = Number(histogram.count);
  if (count === 0) return [];
  return Array.from(histogram.percentiles, ([percentile, ns]) => [
    Math.round((percentile / 100) * count),
    delayUs(ns),
  ]);
}

/** @param {number} ns */
function delayUs(ns) {
  return Math.max(0, Math.round(ns / 1e3 - RESOLUTION_MS * 1e3));
}

/** @param {() => void} work */
function quietly(work) {
  try {
    work();
  } catch {
    // A full disk or a closed file is no affair of the implementation's.
  }
}
