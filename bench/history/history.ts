/**
 * `npm run bench:history`: how fast does the linearizability checker judge, in one run on one thread? With `-- --mutants`: how often does
 * the self-test accuse each defective server? Ends with exit code 1 when a threshold is missed, 2 when it was asked wrongly.
 */
import Table from 'cli-table3';
import { detectionRates } from '../../harness/history/testing/judgeCampaign.ts';
import { storeDefects } from '../../harness/history/testing/storeDefects.ts';
import { historyOptions } from './historyOptions.ts';
import type { HistoryOptions } from './historyOptions.ts';
import { BENCH_BOUNDS, measureChecker, OPERATIONS_PER_PARTITION } from './measureChecker.ts';
import type { Measurement, ObjectName, Setting } from './measureChecker.ts';
import { missedThresholds } from './missedThresholds.ts';

const OBJECTS: readonly ObjectName[] = ['register', 'key-value', 'queue'];
/** A queue's elements stay hidden until they leave: its partitions often reach the bound, which takes a tenth of a second each. */
const PARTITIONS_SHARE: Readonly<Record<ObjectName, number>> = {
  register: 1,
  'key-value': 1,
  queue: 0.1,
};
const CLIENTS = [8, 16];
const INDETERMINATE_SHARES = [0, 0.01, 0.05];

async function main(options: HistoryOptions): Promise<readonly string[]> {
  switch (options.what) {
    case 'speed':
      return speed(options);
    case 'mutants':
      return mutants(options);
  }
}

function speed({ seed, partitions, leastSpeed }: HistoryOptions): readonly string[] {
  console.log(
    `${partitions} partitions of ${OPERATIONS_PER_PARTITION} operations, seed ${seed}, one thread, ` +
      `at most ${BENCH_BOUNDS.maxEntries} configurations a partition`,
  );
  const settings = OBJECTS.flatMap((object): Setting[] =>
    CLIENTS.flatMap((clients) =>
      INDETERMINATE_SHARES.map((indeterminateShare) => ({ object, clients, indeterminateShare })),
    ),
  );
  const measurements = settings.map((setting) =>
    measureChecker(setting, seed, Math.ceil(partitions * PARTITIONS_SHARE[setting.object])),
  );
  console.log(speedTable(measurements));
  return missedThresholds(measurements, leastSpeed);
}

function speedTable(measurements: readonly Measurement[]): string {
  const table = new Table({
    head: [
      'object',
      'clients',
      'no outcome',
      'ops/s',
      'unknown',
      'most entries',
      'wrong replies found',
    ],
    colAligns: ['left', ...Array.from({ length: 6 }, () => 'right' as const)],
    style: { head: [], border: [] },
  });
  for (const each of measurements) {
    table.push([
      each.object,
      each.clients,
      percent(each.indeterminateShare),
      Math.round(each.opsPerSec).toLocaleString('en'),
      percent(each.unknownPartitions / each.partitions),
      each.mostEntries.toLocaleString('en'),
      `${each.corruptedFound} of ${each.corruptedDecided} decided`,
    ]);
  }
  return table.toString();
}

async function mutants({ seeds }: HistoryOptions): Promise<readonly string[]> {
  const table = new Table({
    head: ['a server that', 'linearizability', 'witness order', 'either', 'at least'],
    colAligns: ['left', ...Array.from({ length: 4 }, () => 'right' as const)],
    style: { head: [], border: [] },
  });
  const missed: string[] = [];
  for (const defect of storeDefects) {
    const rates = await detectionRates(defect, seeds);
    const { linearizability, witnessOrder, detected } = rates;
    table.push([
      defect.name,
      ...[linearizability, witnessOrder, detected, defect.leastRate].map(percent),
    ]);
    if (detected < defect.leastRate) {
      missed.push(
        `${defect.name}: accused in ${percent(detected)}, published ${percent(defect.leastRate)}`,
      );
    }
  }
  console.log(`accused in so many of ${seeds} seeds`);
  console.log(table.toString());
  return missed;
}

function percent(share: number): string {
  return `${Math.round(share * 1000) / 10} %`;
}

try {
  const missed = await main(historyOptions(process.argv.slice(2)));
  for (const sentence of missed) console.error(`missed: ${sentence}`);
  process.exitCode = missed.length === 0 ? 0 : 1;
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 2;
}
