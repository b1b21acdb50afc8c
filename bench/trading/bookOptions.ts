/** What `npm run bench:book -- ...` was asked for. */
import { parseArgs } from 'node:util';

export interface BookOptions {
  readonly seed: number;
  readonly commands: number;
  readonly rounds: number;
  /** Where the CSV goes. */
  readonly out: string;
}

export const DEFAULTS: BookOptions = {
  seed: 1,
  commands: 150_000,
  rounds: 7,
  out: 'results/trading-book.csv',
};

/** A million commands take the packages ten seconds a round, and order ids must stay small integers. */
const MOST: Readonly<Record<'seed' | 'commands' | 'rounds', number>> = {
  seed: 2 ** 31 - 1,
  commands: 5_000_000,
  rounds: 100,
};

/** Throws a sentence that says what to write instead. */
export function bookOptions(args: readonly string[]): BookOptions {
  const { values } = parseArgs({
    args: [...args],
    options: {
      seed: { type: 'string' },
      commands: { type: 'string' },
      rounds: { type: 'string' },
      out: { type: 'string' },
    },
  });
  const whole = (name: keyof typeof MOST): number => {
    const text = values[name];
    if (text === undefined) return DEFAULTS[name];
    const value = Number(text);
    if (/^[0-9]+$/.test(text) && value >= 1 && value <= MOST[name]) return value;
    throw new Error(`--${name} ${text}: give a whole number from 1 to ${MOST[name]}`);
  };
  return {
    seed: whole('seed'),
    commands: whole('commands'),
    rounds: whole('rounds'),
    out: values.out ?? DEFAULTS.out,
  };
}
