/** What `npm run bench:history -- ...` was asked for. */
import { parseArgs } from 'node:util';
import { LEAST_OPS_PER_SEC } from './missedThresholds.ts';

export interface HistoryOptions {
  readonly what: 'speed' | 'mutants';
  readonly seed: number;
  /** Of about OPERATIONS_PER_PARTITION operations each. */
  readonly partitions: number;
  /** Operations a second of the usual workload: what misses is told, and the exit code is 1. */
  readonly leastSpeed: number;
  /** For the mutants. */
  readonly seeds: number;
}

/** A row takes a tenth of a second at the required speed; the queue's rows end by their own bound. */
const DEFAULTS: HistoryOptions = {
  what: 'speed',
  seed: 1,
  partitions: 600,
  leastSpeed: LEAST_OPS_PER_SEC,
  seeds: 200,
};

/** 20 000 partitions are 2 000 000 operations, about 1 GB. */
const MOST = { seed: 2 ** 31 - 1, partitions: 20_000, leastSpeed: 1e9, seeds: 10_000 } as const;

/** Throws a sentence that says what to write instead. */
export function historyOptions(args: readonly string[]): HistoryOptions {
  const { values } = parseArgs({
    args: [...args],
    options: {
      mutants: { type: 'boolean' },
      seed: { type: 'string' },
      partitions: { type: 'string' },
      'least-speed': { type: 'string' },
      seeds: { type: 'string' },
    },
  });
  const whole = (name: keyof typeof MOST): number => {
    const option = name === 'leastSpeed' ? 'least-speed' : name;
    const text = values[option];
    if (text === undefined) return DEFAULTS[name];
    const value = Number(text);
    if (/^[0-9]+$/.test(text) && value >= 1 && value <= MOST[name]) return value;
    throw new Error(`--${option} ${text}: give a whole number from 1 to ${MOST[name]}`);
  };
  return {
    what: values.mutants === true ? 'mutants' : 'speed',
    seed: whole('seed'),
    partitions: whole('partitions'),
    leastSpeed: whole('leastSpeed'),
    seeds: whole('seeds'),
  };
}
