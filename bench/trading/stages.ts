/**
 * How long the stages of a command take in process: risk check and reservation, matching, execution (positions of both sides and the
 * report object). For the targets that give each stage a budget. Nothing is sent and nothing is journaled.
 */
import { bookCommands } from './bookCommands.ts';
import { KEPT_RESULTS, nowNs } from './bookEngine.ts';
import { canceledResult } from './bookResult.ts';
import type { BookResult } from './bookResult.ts';
import { carryOutGuarded, checkRisk, execute, match, openGuardedBook } from './guardedBook.ts';
import { percentile } from './percentile.ts';

/** In microseconds. */
export interface StageLatency {
  readonly p50: number;
  readonly p99: number;
  readonly p999: number;
}

export interface StageMeasurement {
  readonly risk: StageLatency;
  readonly match: StageLatency;
  readonly execute: StageLatency;
  /** Commands a second of one book, all stages, measured without reading the clock in between. */
  readonly opsPerSecond: number;
}

/** Every stage's samples hold one reading of the clock, some 50 ns, which no budget of microseconds notices. */
export function measureStages({
  seed,
  commands: count,
}: {
  seed: number;
  commands: number;
}): StageMeasurement {
  const commands = bookCommands({ seed, commands: count });
  const { fillCount } = commands;
  const kept: BookResult[] = new Array<BookResult>(KEPT_RESULTS).fill(canceledResult(0));

  const whole = openGuardedBook();
  for (let index = 0; index < fillCount; index++) carryOutGuarded(whole, commands, index, 0);
  const startNs = nowNs();
  for (let index = fillCount; index < commands.count; index++) {
    kept[index & (KEPT_RESULTS - 1)] = carryOutGuarded(whole, commands, index, index);
  }
  const opsPerSecond = count / ((nowNs() - startNs) / 1e9);

  const staged = openGuardedBook();
  for (let index = 0; index < fillCount; index++) carryOutGuarded(staged, commands, index, 0);
  const tookNs = {
    risk: new Float64Array(count),
    match: new Float64Array(count),
    execute: new Float64Array(count),
  };
  for (let index = fillCount; index < commands.count; index++) {
    const at = index - fillCount;
    const beginNs = nowNs();
    const refusal = checkRisk(staged, commands, index, index);
    const checkedNs = nowNs();
    if (refusal !== 0) throw new Error(`the risk check refused command ${index}: code ${refusal}`);
    match(staged, commands, index);
    const matchedNs = nowNs();
    kept[index & (KEPT_RESULTS - 1)] = execute(staged, commands, index);
    const doneNs = nowNs();
    tookNs.risk[at] = checkedNs - beginNs;
    tookNs.match[at] = matchedNs - checkedNs;
    tookNs.execute[at] = doneNs - matchedNs;
  }
  return {
    risk: latency(tookNs.risk),
    match: latency(tookNs.match),
    execute: latency(tookNs.execute),
    opsPerSecond,
  };
}

function latency(samplesNs: Float64Array): StageLatency {
  const sorted = samplesNs.sort();
  const us = (percent: number): number => percentile(sorted, percent) / 1e3;
  return { p50: us(50), p99: us(99), p999: us(99.9) };
}
