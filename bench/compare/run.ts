/**
 * `npm run bench:compare -- [series] [seed]`: the comparison on trial, with series of runs whose truth is known. Ends with exit code 1
 * when a published figure is missed.
 */
import Table from 'cli-table3';
import { percent, ratesOf, TRIALS } from './rates.ts';

const SERIES = 1_000;
const [series = SERIES, seed = 1] = process.argv.slice(2).map(Number);

const table = new Table({
  head: [
    'truth (8 pairs, 3 % noise)',
    ...['found', 'by one series', 'equivalent', 'false alarms', 'false praise', 'measured again'],
  ],
  colAligns: ['left', ...Array.from({ length: 6 }, () => 'right' as const)],
  style: { head: [], border: [] },
});
const missed: string[] = [];
for (const trial of TRIALS) {
  const rates = ratesOf(trial, series, seed);
  missed.push(...rates.missed);
  const { regressed, atOnce, equivalent, falseAlarms, falsePraise, reran } = rates;
  table.push([
    rates.name,
    ...[regressed, atOnce, equivalent, falseAlarms, falsePraise, reran].map(percent),
  ]);
}
console.log(`${series} series a row, seed ${seed}, 12 headline figures and 30 details each`);
console.log(table.toString());
console.log('A then B with a drifting machine is shown as a warning, and asked for nothing.');
for (const sentence of missed) console.error(`missed: ${sentence}`);
process.exitCode = missed.length === 0 ? 0 : 1;
