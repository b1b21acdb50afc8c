/** Is an honest implementation ever accused, how often is each defect, and how long does the judge take over a large history? */
import Table from 'cli-table3';

export interface JudgedDefect {
  readonly name: string;
  readonly leastRate: number;
}

export interface LargeJudgement {
  readonly seconds: number;
  readonly heapMb: number;
  readonly violations: readonly string[];
}

export interface JudgeOnTrial<T extends JudgedDefect> {
  /** As in `venue`. */
  readonly what: string;
  readonly defects: readonly T[];
  readonly maxJudgeS: number;
  falseAccusations(seeds: readonly number[]): Promise<readonly string[]>;
  accusedSeeds(defect: T, seeds: readonly number[]): Promise<number>;
  judgeLargeHistory(size: number): LargeJudgement | Promise<LargeJudgement>;
}

export interface TrialSize {
  readonly seeds: number;
  readonly seedsPerDefect: number;
  /** Of the large history. */
  readonly operations: number;
}

/** Prints what it finds. @returns a sentence for each published figure that was missed */
export async function tryCampaignJudge<T extends JudgedDefect>(
  judge: JudgeOnTrial<T>,
  { seeds, seedsPerDefect, operations }: TrialSize,
): Promise<string[]> {
  const missed: string[] = [];
  const accusations = await judge.falseAccusations(seedsFrom1(seeds));
  console.log(`an honest ${judge.what}: ${accusations.length} accusations in ${seeds} seeds`);
  missed.push(...accusations.slice(0, 5));

  const table = new Table({
    head: [`a ${judge.what} that`, 'accused', 'at least'],
    colAligns: ['left', 'right', 'right'],
    style: { head: [], border: [] },
  });
  for (const defect of judge.defects) {
    const { name, leastRate } = defect;
    const rate = (await judge.accusedSeeds(defect, seedsFrom1(seedsPerDefect))) / seedsPerDefect;
    table.push([name, percent(rate), percent(leastRate)]);
    if (rate < leastRate) missed.push(`${name}: accused in ${percent(rate)}`);
  }
  console.log(`accused in so many of ${seedsPerDefect} seeds`);
  console.log(table.toString());

  const { seconds, heapMb, violations } = await judge.judgeLargeHistory(operations);
  console.log(
    `a history of ${operations} operations was judged in ${seconds.toFixed(1)} s, with ${Math.round(heapMb)} MB of heap`,
  );
  missed.push(...violations.slice(0, 5));
  if (seconds > judge.maxJudgeS) {
    missed.push(`${seconds.toFixed(1)} s, more than ${judge.maxJudgeS}`);
  }
  return missed;
}

/** Prints and makes the process end with 1 where something was missed. */
export function tellMissed(missed: readonly string[]): void {
  for (const sentence of missed) console.error(`missed: ${sentence}`);
  process.exitCode = missed.length === 0 ? 0 : 1;
}

function seedsFrom1(count: number): number[] {
  return Array.from({ length: count }, (_, index) => index + 1);
}

function percent(share: number): string {
  return `${Math.round(share * 1000) / 10} %`;
}
