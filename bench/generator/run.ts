/**
 * `npm run bench:generator -- [--short] [--out FILE] [--only NAME]`: whether the load generator can be believed. Exit codes: 0 all is as
 * asked, 1 something is not, 2 it was asked wrongly.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { parseArgs } from 'node:util';
import type { Acceptance, AcceptanceOptions } from './acceptance.ts';
import { acceptanceCsv, acceptanceTable } from './acceptanceReport.ts';
import type { Finished } from './acceptanceReport.ts';
import { ceiling } from './ceilingAcceptance.ts';
import { faults } from './faults.ts';
import { fiveMs } from './fiveMs.ts';
import { freeze } from './freeze.ts';
import { gaps } from './gaps.ts';
import { overload } from './overload.ts';
import { runAcceptance } from './runAcceptance.ts';
import { sendLag } from './sendLag.ts';
import { testBed } from './testBed.ts';

const ACCEPTANCES: readonly Acceptance[] = [
  freeze,
  gaps,
  fiveMs,
  faults,
  overload,
  sendLag,
  ceiling,
];

interface Options {
  readonly length: AcceptanceOptions['length'];
  readonly out: string | undefined;
  readonly acceptances: readonly Acceptance[];
}

process.exitCode = await main(process.argv.slice(2));

async function main(args: readonly string[]): Promise<number> {
  let options: Options;
  try {
    options = readOptions(args);
  } catch (error) {
    console.error((error as Error).message);
    return 2;
  }
  const { length, out, acceptances } = options;
  const bed = testBed(length === 'short' ? 'indicative' : 'valid', (text) => console.log(text));
  const finished: Finished[] = [];
  try {
    for (const acceptance of acceptances) {
      const result = await runAcceptance(acceptance, { length, bed });
      console.log(`${acceptance.name}: ${result.verdict}: ${result.sentence}`);
      finished.push({ name: acceptance.name, ...result });
      if (out !== undefined) write(out, acceptanceCsv(finished));
    }
  } finally {
    await bed.close();
  }
  console.log(acceptanceTable(finished));
  return finished.some(({ verdict }) => verdict === 'fail') ? 1 : 0;
}

/** Throws what to correct. */
function readOptions(args: readonly string[]): Options {
  const { values } = parseArgs({
    args: [...args],
    options: {
      short: { type: 'boolean' },
      out: { type: 'string' },
      only: { type: 'string', multiple: true },
    },
  });
  const names = ACCEPTANCES.map(({ name }) => name);
  const unknown = values.only?.find((name) => !names.includes(name));
  if (unknown !== undefined)
    throw new Error(`There is no acceptance "${unknown}": there are ${names.join(', ')}.`);
  return {
    length: values.short ? 'short' : 'full',
    out: values.out,
    acceptances: ACCEPTANCES.filter(({ name }) => values.only?.includes(name) ?? true),
  };
}

function write(file: string, text: string): void {
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, text);
}
