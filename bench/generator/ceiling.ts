/**
 * How many requests a second the generator's engine can make on one core, beside autocannon and wrk on the same server.
 *
 *     npm run bench:ceiling -- [--rounds N] [--seconds N] [--out FILE]
 *
 * Exit codes: 0 the thresholds are met, 1 they are missed (twice), 2 it cannot be measured here.
 */
import { writeFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { parseArgs } from 'node:util';
import Table from 'cli-table3';
import { stringify } from 'csv-stringify/sync';
import { startCannedServer } from './cannedServer.ts';
import { nodeContender, wrkContender } from './contenders.ts';
import type { Contender } from './contenders.ts';
import { isInstalled } from './isInstalled.ts';
import { ceilingLines, missedThresholds } from './judgeCeiling.ts';
import type { CeilingLine, CeilingRow } from './judgeCeiling.ts';

const CONNECTIONS = [10, 50];
const SERVER_CORE = 0;
const GENERATOR_CORE = 1;
/** One is not enough: V8 optimises again when it sees more. */
const WARMUP_SESSIONS = 4;
/** What else the machine did may have spoiled the first; two that miss are no accident. */
const MAX_ATTEMPTS = 2;

process.exitCode = await main();

async function main(): Promise<number> {
  const { rounds, seconds, out } = options();
  if (!isInstalled('cc')) {
    console.error(
      'The server to measure against is compiled with cc: apt-get install gcc libc6-dev',
    );
    return 2;
  }
  const hasWrk = isInstalled('wrk');
  if (!hasWrk) console.error('wrk is not installed, so it is left out: apt-get install wrk');
  const canPin = availableParallelism() > 1 && isInstalled('taskset');
  if (!canPin)
    console.error('Without a second core and taskset nothing is kept on a core of its own.');
  const core = canPin ? GENERATOR_CORE : undefined;

  const server = await startCannedServer(canPin ? SERVER_CORE : undefined);
  const contenders: Contender[] = [];
  try {
    contenders.push(await nodeContender('lanes', server.port, core));
    contenders.push(await nodeContender('autocannon', server.port, core));
    if (hasWrk) contenders.push(wrkContender(server.port, core));
    await warmUp(contenders);
    const rows: CeilingRow[] = [];
    for (let attempt = 1; attempt <= MAX_ATTEMPTS; attempt += 1) {
      const own = await measure(contenders, { attempt, rounds, seconds });
      rows.push(...own);
      if (out !== undefined) writeFileSync(out, stringify(rows, { header: true }));
      const lines = ceilingLines(own);
      console.log(tableOf(lines));
      const missed = missedThresholds(lines);
      if (missed.length === 0) return 0;
      console.error(`Attempt ${attempt} of ${MAX_ATTEMPTS} missed:\n  ${missed.join('\n  ')}`);
    }
    return 1;
  } finally {
    contenders.forEach((contender) => contender.close());
    await server.close();
  }
}

function options(): { rounds: number; seconds: number; out: string | undefined } {
  const { values } = parseArgs({
    options: {
      rounds: { type: 'string', default: '5' },
      seconds: { type: 'string', default: '2' },
      out: { type: 'string' },
    },
  });
  return {
    rounds: wholeNumber('--rounds', values.rounds),
    seconds: wholeNumber('--seconds', values.seconds),
    out: values.out,
  };
}

function wholeNumber(name: string, text: string): number {
  if (!/^[1-9]\d?$/.test(text))
    throw new Error(`${name} takes a number from 1 to 99, not "${text}"`);
  return Number(text);
}

async function warmUp(contenders: readonly Contender[]): Promise<void> {
  for (let session = 0; session < WARMUP_SESSIONS; session += 1) {
    const connections = CONNECTIONS[session % CONNECTIONS.length]!;
    for (const contender of contenders) await contender.run({ connections, seconds: 1 });
  }
}

/** Each round begins with another contender, so that a drift of the machine favours none. */
async function measure(
  contenders: readonly Contender[],
  { attempt, rounds, seconds }: { attempt: number; rounds: number; seconds: number },
): Promise<CeilingRow[]> {
  const rows: CeilingRow[] = [];
  for (let round = 0; round < rounds; round += 1) {
    for (const connections of CONNECTIONS) {
      for (let order = 0; order < contenders.length; order += 1) {
        const contender = contenders[(round + order) % contenders.length]!;
        const result = await contender.run({ connections, seconds });
        rows.push({ attempt, round, order, connections, contender: contender.name, ...result });
      }
    }
  }
  return rows;
}

function tableOf(lines: readonly CeilingLine[]): string {
  const table = new Table({
    head: ['connections', 'generator', 'requests/s', 'lanes are', 'at least', 'errors'],
    style: { head: [], border: [] },
  });
  for (const { connections, contender, medianRps, lanesRatio, leastRatio, errors } of lines) {
    const least = leastRatio === undefined ? '' : `${leastRatio}x`;
    const ratio = `${lanesRatio.toFixed(2)}x`;
    table.push([connections, contender, Math.round(medianRps), ratio, least, errors]);
  }
  return table.toString();
}
