/**
 * `npm run bench:campaign-judge -- [seeds] [seeds a defect] [operations]`: is an honest venue ever accused, how often is each defect, and
 * how long does the judge take over a large history? Ends with exit code 1 when a published figure is missed.
 */
import Table from 'cli-table3';
import { campaignDefects } from '../../harness/checks/trading/testing/campaignDefects.ts';
import {
  accusedSeeds,
  falseAccusations,
  seedsFrom,
} from '../../harness/checks/trading/testing/campaignRates.ts';
import { DEFAULT_FREEDOMS } from '../../harness/checks/trading/testing/freedoms.ts';
import { judgeLargeHistory } from './judgeLargeHistory.ts';

/** As many as a campaign of the standard profile has. */
const OPERATIONS = 300_000;
const MAX_JUDGE_S = 10;

const [seeds = 1_000, seedsPerDefect = 100, operations = OPERATIONS] = process.argv
  .slice(2)
  .map(Number);
const missed: string[] = [];

const accusations = await falseAccusations(DEFAULT_FREEDOMS, seedsFrom(1, seeds));
console.log(`an honest venue: ${accusations.length} accusations in ${seeds} seeds`);
missed.push(...accusations.slice(0, 5));

const table = new Table({
  head: ['a venue that', 'accused', 'at least'],
  colAligns: ['left', 'right', 'right'],
  style: { head: [], border: [] },
});
for (const defect of campaignDefects) {
  const rate = (await accusedSeeds(defect, seedsFrom(1, seedsPerDefect))) / seedsPerDefect;
  table.push([defect.name, percent(rate), percent(defect.leastRate)]);
  if (rate < defect.leastRate) missed.push(`${defect.name}: accused in ${percent(rate)}`);
}
console.log(`accused in so many of ${seedsPerDefect} seeds`);
console.log(table.toString());

const { seconds, heapMb, violations } = judgeLargeHistory(operations);
console.log(
  `a history of ${operations} operations was judged in ${seconds.toFixed(1)} s, with ${Math.round(heapMb)} MB of heap`,
);
missed.push(...violations.slice(0, 5));
if (seconds > MAX_JUDGE_S) missed.push(`${seconds.toFixed(1)} s, more than ${MAX_JUDGE_S}`);

for (const sentence of missed) console.error(`missed: ${sentence}`);
process.exitCode = missed.length === 0 ? 0 : 1;

function percent(share: number): string {
  return `${Math.round(share * 1000) / 10} %`;
}
